package org.sluice.submitter.bitcoin.node;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;

import org.sluice.submitter.bitcoin.node.NodeException.Fault;

/** Secrets in files, and the header of HTTP that they make (RFC 7617). No message has any of a file's content in it. */
final class BasicAuthentication {
    private static final int LONGEST = 4_096;

    private BasicAuthentication() {}

    /**
     * The one line of a file, without its end.
     *
     * @param what the file is, as a message should call it
     * @param hint a question to ask oneself where it is not there
     * @param fault what it is if it cannot be read
     */
    static String read(Path file, String what, String hint, Fault fault) throws NodeException {
        String named = what + " " + file;
        try {
            if (Files.size(file) > LONGEST) {
                throw new NodeException(fault, named + " is too large to be one");
            }
            String secret = Files.readString(file).strip();
            if (secret.lines().count() != 1) {
                throw new NodeException(fault,
                        named + " must hold one line, but holds " + secret.lines().count());
            }
            return secret;
        } catch (NoSuchFileException e) {
            throw new NodeException(fault, named + " is not there: " + hint, e);
        } catch (MalformedInputException e) {
            throw new NodeException(fault, named + " is no text", e);
        } catch (IOException e) {
            throw new NodeException(fault, named + " cannot be read: is it yours?", e);
        }
    }

    /** The value of the header {@code Authorization}. */
    static String header(String userAndPassword) {
        return "Basic " + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
    }
}
