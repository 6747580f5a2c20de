package org.sluice.deploy.output;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What a command was asked for: nothing of it is left out, so whoever prints it waits for the reader, and whether all could be
 * written is known in the end.
 */
final class Results {
    private final OutputStream out;
    private final Encoding encoding;
    private @Nullable IOException failure;

    /**
     * Nothing printed yet.
     *
     * @param before is run each time before something is written
     */
    Results(OutputStream out, Encoding encoding, Runnable before) {
        this.encoding = encoding;
        this.out = new BufferedOutputStream(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[]{(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                before.run();
                out.write(bytes, from, length);
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }
        });
    }

    /** A writer to print with; what it holds back is written by its {@code flush}. */
    PrintWriter writer() {
        return new LineWriter(new Writer() {
            @Override
            public void write(char[] text, int from, int length) throws IOException {
                noting(() -> out.write(encoding.encode(new String(text, from, length))));
            }

            @Override
            public void flush() throws IOException {
                noting(out::flush);
            }

            @Override
            public void close() {
                // There is one standard output for all.
            }
        });
    }

    /** What was wrong when something could not be written for the first time. */
    synchronized Optional<IOException> failure() {
        return Optional.ofNullable(failure);
    }

    private interface Writing {
        void run() throws IOException;
    }

    private void noting(Writing writing) throws IOException {
        try {
            writing.run();
        } catch (IOException e) {
            synchronized (this) {
                failure = failure == null ? e : failure;
            }
            throw e;
        }
    }
}
