package org.sluice.protocol.value;

import java.util.Locale;

/** How an integer becomes a message to hash (DESIGN section 8). */
public sealed interface Work {
    /** The hash algorithm's name: a {@code MessageDigest} name, or {@code SHA-256d} for SHA-256 applied twice. */
    String algorithm();

    /** The integers this work is defined for are {@code [0, limit())}. */
    long limit();

    /** Refuses what cannot be an algorithm's name. */
    static void checkAlgorithm(String algorithm) {
        if (algorithm.isBlank() || algorithm.length() > 40) {
            throw new IllegalArgumentException("an algorithm's name has 1 to 40 characters: '" + algorithm + "'");
        }
    }

    /**
     * The digest of {@code prefix || integer}, the integer as 8 bytes big-endian.
     *
     * @param algorithm name of the hash algorithm, in upper case
     * @param prefix what stands before the integer, at most 65,536 bytes
     */
    record Integers(String algorithm, Bytes prefix) implements Work {
        /** Longest prefix in bytes. */
        public static final int MAX_PREFIX = 65_536;

        public Integers {
            algorithm = algorithm.toUpperCase(Locale.ROOT);
            checkAlgorithm(algorithm);
            if (prefix.length() > MAX_PREFIX) {
                throw new IllegalArgumentException(
                        "the prefix must not be longer than " + MAX_PREFIX + " bytes, but has " + prefix.length());
            }
        }

        @Override
        public long limit() {
            return Long.MAX_VALUE;
        }
    }

    /**
     * SHA-256d of an 80-byte block header that ends with the nonce, 4 bytes little-endian.
     *
     * <p>Without version rolling the integer is the nonce. With it the integer is nonce x 2^16 + version index, and the
     * 16 bits of the index replace bits 13 to 28 of the header's version (BIP 320).
     *
     * @param header the header's first 76 bytes, as they are hashed
     * @param rollVersion whether the version's BIP 320 bits are searched too
     */
    record Header(Bytes header, boolean rollVersion) implements Work {
        /** Bytes of a header before the nonce. */
        public static final int LENGTH = 76;

        public Header {
            if (header.length() != LENGTH) {
                throw new IllegalArgumentException(
                        "a header without its nonce has " + LENGTH + " bytes, not " + header.length());
            }
        }

        @Override
        public String algorithm() {
            return "SHA-256D";
        }

        @Override
        public long limit() {
            return rollVersion ? 1L << 48 : 1L << 32;
        }
    }
}
