package org.sluice.worker.limits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Lines of UTF-8 over a socket, at most {@value #MOST_BYTES} bytes long. */
final class ControlLines {
    static final int MOST_BYTES = 1_024;

    private ControlLines() {}

    static void write(SocketChannel connection, String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            connection.write(bytes);
        }
    }

    /** Reads up to the end of the line, or of the stream; what is longer than allowed is an error. */
    static String read(SocketChannel connection) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MOST_BYTES);
        while (connection.read(bytes) >= 0) {
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            int end = text.indexOf('\n');
            if (end >= 0) {
                return text.substring(0, end);
            }
            if (!bytes.hasRemaining()) {
                throw new IOException("a line is longer than " + MOST_BYTES + " bytes");
            }
        }
        throw new IOException("the line is not complete");
    }
}
