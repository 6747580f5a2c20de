package org.sluice.deploy.output;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Bytes for a writer of lines: the log, and what libraries print, may be cut anywhere but between lines. */
final class LineStream extends OutputStream {
    private final PrintWriter writer;
    private final Charset charset;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    LineStream(PrintWriter writer, Charset charset) {
        this.writer = writer;
        this.charset = charset;
    }

    @Override
    public synchronized void write(int one) {
        line.write(one);
        if (one == '\n') {
            writer.print(line.toString(charset));
            line.reset();
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }
}
