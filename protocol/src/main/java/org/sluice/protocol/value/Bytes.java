package org.sluice.protocol.value;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable byte string, equal by content and printed as lower-case hexadecimal. */
public final class Bytes {
    /** The byte string of length zero. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** A copy of the given bytes. */
    public static Bytes of(byte[] content) {
        return new Bytes(content.clone());
    }

    /**
     * Reads hexadecimal digits, two for each byte, in either case.
     *
     * @throws IllegalArgumentException if the text has an odd length or another character
     */
    public static Bytes fromHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    /** The number of bytes. */
    public int length() {
        return content.length;
    }

    /** A fresh copy of the bytes. */
    public byte[] toArray() {
        return content.clone();
    }

    /** The same bytes in opposite order, as Bitcoin displays its hashes. */
    public Bytes reversed() {
        byte[] reversed = new byte[content.length];
        for (int i = 0; i < content.length; i++) {
            reversed[i] = content[content.length - 1 - i];
        }
        return new Bytes(reversed);
    }

    /** Lower-case hexadecimal digits, first byte first. */
    public String toHex() {
        return HexFormat.of().formatHex(content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return toHex();
    }
}
