package org.sluice.submitter.bitcoin.template;

import java.io.ByteArrayOutputStream;

import org.sluice.protocol.value.Bytes;

/** Writes transactions and blocks as Bitcoin does: numbers little-endian, lengths in compact size. */
final class ByteWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** The lowest 8 bits. */
    ByteWriter int8(int value) {
        bytes.write(value);
        return this;
    }

    /** The lowest 32 bits. */
    ByteWriter int32(long value) {
        return little(value, Integer.BYTES);
    }

    ByteWriter int64(long value) {
        return little(value, Long.BYTES);
    }

    ByteWriter bytes(Bytes content) {
        bytes.writeBytes(content.toArray());
        return this;
    }

    /** A length or number of things in 1, 3 or 5 bytes. */
    ByteWriter compactSize(int size) {
        if (size < 0xfd) {
            return int8(size);
        }
        return size <= 0xffff ? int8(0xfd).little(size, Short.BYTES) : int8(0xfe).int32(size);
    }

    /** The bytes with their number before them. */
    ByteWriter sized(Bytes content) {
        return compactSize(content.length()).bytes(content);
    }

    Bytes toBytes() {
        return Bytes.of(bytes.toByteArray());
    }

    private ByteWriter little(long value, int length) {
        for (int i = 0; i < length; i++) {
            bytes.write((int) (value >>> (8 * i)));
        }
        return this;
    }
}
