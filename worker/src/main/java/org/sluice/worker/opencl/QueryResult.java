package org.sluice.worker.opencl;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What a function of OpenCL answers to a question, as bytes. */
final class QueryResult {
    private QueryResult() {}

    /** A text that ends with a zero byte. */
    static String text(byte[] answer) {
        int length = 0;
        while (length < answer.length && answer[length] != 0) {
            length++;
        }
        return new String(answer, 0, length, StandardCharsets.UTF_8).strip();
    }

    /** An unsigned number of at most 8 bytes. */
    static long number(byte[] answer) {
        return ByteBuffer.wrap(Arrays.copyOf(answer, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
