package org.sluice.deploy.output;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * This process's standard output and error.
 *
 * <p>All that is written to them goes through here, the log and what libraries print too: {@link System#err} is the same as
 * {@link #errors()}, and so is {@link System#out}, for standard output is the command's alone.
 */
public final class StandardStreams {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static volatile @Nullable StandardStreams taken;

    private final Remarks errors;
    private final Remarks news;
    private final Results results;
    private final PrintWriter resultsWriter;

    /**
     * Streams that write to others.
     *
     * @param out takes standard output, in a character set
     * @param error takes standard error, in a character set
     */
    public StandardStreams(OutputStream out, Charset outCharset, OutputStream error, Charset errorCharset) {
        errors = new Remarks(error, new Encoding(errorCharset));
        Encoding encoding = new Encoding(outCharset);
        news = new Remarks(out, encoding);
        // On a terminal both are seen in the order in which they were printed.
        results = new Results(out, encoding, () -> errors.await(PATIENCE));
        resultsWriter = results.writer();
    }

    /** Takes hold of those of this process; to be called once. */
    public static StandardStreams take() {
        StandardStreams streams = new StandardStreams(new FileOutputStream(FileDescriptor.out), System.out.charset(),
                new FileOutputStream(FileDescriptor.err), System.err.charset());
        System.setErr(streams.errorStream());
        System.setOut(System.err);
        // What was said before the process is told to stop has its time too.
        Runtime.getRuntime().addShutdownHook(new Thread(streams::await, "output-end"));
        taken = streams;
        return streams;
    }

    /** Standard output for what a command was asked for: whoever prints it waits for the reader. */
    public PrintWriter results() {
        return resultsWriter;
    }

    /** Standard output for commands that run until they are told to stop, and tell of what happens: nobody waits for a reader. */
    public PrintWriter news() {
        return news.writer();
    }

    /** Standard error; nobody waits for a reader. */
    public PrintWriter errors() {
        return errors.writer();
    }

    /** Standard error for what writes bytes in UTF-8: the log and libraries. */
    public PrintStream errorStream() {
        return new PrintStream(new LineStream(errors(), StandardCharsets.UTF_8), true, StandardCharsets.UTF_8);
    }

    /** Says why the process is about to be ended at once. */
    public static void lastWords(String line) {
        System.err.println(line);
        settle();
    }

    /**
     * Gives whoever reads this process's output the time to take what is no result, for it is about to end; one who reads no more
     * is not waited for.
     */
    public static void settle() {
        StandardStreams streams = taken;
        if (streams != null) {
            streams.await();
        }
    }

    /** The same for these streams. */
    public void await() {
        errors.await(PATIENCE);
        news.await(PATIENCE);
    }

    /**
     * Ends a command: what is printed is written.
     *
     * @return why some of it could not be written to standard output, if so
     */
    public Optional<IOException> finish() {
        resultsWriter.flush();
        await();
        return results.failure().or(news::failure);
    }
}
