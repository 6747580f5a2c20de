package org.sluice.submitter.bitcoin.node;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import org.sluice.submitter.bitcoin.node.NodeException.Fault;

/**
 * By what a node lets us in: user and password of HTTP's basic authentication (RFC 7617).
 *
 * <p>What is in a file is read for every request, so that a node that was started again, and has made another cookie, is asked with that one. No
 * secret is part of any text that these return, {@link #authorization()} aside.
 */
public sealed interface NodeCredentials {
    /** The environment variable that stands for a password file. */
    String PASSWORD_VARIABLE = "SLUICE_RPC_PASSWORD";

    /** The value of the header {@code Authorization}, which is a secret. */
    String authorization() throws NodeException;

    /** What they are, as a message should call them. */
    String inWords();

    /** What it is if a node does not accept them. */
    default Fault refused() {
        return Fault.UNAUTHORIZED;
    }

    /**
     * The password of a user: in a file, else in the environment.
     *
     * @param environment the process's variables
     */
    static NodeCredentials ofUser(String user, Optional<Path> passwordFile, Map<String, String> environment)
            throws NodeException {
        if (user.isEmpty() || user.indexOf(':') >= 0) {
            throw new NodeException(Fault.UNAUTHORIZED, "a node's user has a name without ':'");
        }
        if (passwordFile.isPresent()) {
            return new PasswordFile(user, passwordFile.get());
        }
        String password = environment.getOrDefault(PASSWORD_VARIABLE, "");
        if (password.isEmpty()) {
            throw new NodeException(Fault.UNAUTHORIZED, "no password for the node's user '" + user
                    + "': name a file with --password-file, or set " + PASSWORD_VARIABLE);
        }
        return new Password(user, password);
    }

    /**
     * The cookie that a node writes when it starts, if it has no password: {@code __cookie__:} and a secret.
     *
     * @param file {@code .cookie} in the node's data folder, or below it in that of its chain
     */
    record CookieFile(Path file) implements NodeCredentials {
        @Override
        public String authorization() throws NodeException {
            String cookie = BasicAuthentication.read(file, "the node's cookie",
                    "is the node running, and is that its data folder?", refused());
            if (cookie.indexOf(':') <= 0) {
                throw new NodeException(refused(), file + " is not the cookie of a node");
            }
            return BasicAuthentication.header(cookie);
        }

        @Override
        public String inWords() {
            return "the cookie in " + file;
        }

        @Override
        public Fault refused() {
            return Fault.NO_COOKIE;
        }
    }

    /**
     * A user whose password is in a file.
     *
     * @param file a file with the password alone, whose line end does not belong to it
     */
    record PasswordFile(String user, Path file) implements NodeCredentials {
        @Override
        public String authorization() throws NodeException {
            return BasicAuthentication
                    .header(user + ":" + BasicAuthentication.read(file, "the password file", "is its name right?",
                            refused()));
        }

        @Override
        public String inWords() {
            return "the user '" + user + "' with the password in " + file;
        }
    }

    /** A user with a password. */
    record Password(String user, String password) implements NodeCredentials {
        @Override
        public String authorization() {
            return BasicAuthentication.header(user + ":" + password);
        }

        @Override
        public String inWords() {
            return "the user '" + user + "' with that password";
        }

        @Override
        public String toString() {
            return inWords();
        }
    }
}
