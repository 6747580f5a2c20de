package org.sluice.protocol.value;

import java.util.Locale;
import java.util.Set;

/**
 * How an integer becomes a message to hash.
 *
 * <p>Work is a row of {@linkplain Plain plain} pieces, each of so many integers: most work is one, a {@link Block} has one for each
 * extranonce. A kernel knows plain work alone.
 */
public sealed interface Work {
    /** The kinds that a peer can do that says nothing of kinds: those of Sluice's first version. */
    Set<String> FIRST_KINDS = Set.of(Integers.KIND, Header.KIND);
    /** All kinds. */
    Set<String> KINDS = Set.of(Integers.KIND, Header.KIND, Block.KIND);

    /** The name by which peers say that they can do this kind of work. */
    String kind();

    /** The hash algorithm's name: a {@code MessageDigest} name, or {@code SHA-256d} for SHA-256 applied twice. */
    String algorithm();

    /** The integers this work is defined for are {@code [0, limit())}. */
    long limit();

    /** The piece that an integer of this work belongs to. */
    Plain piece(long integer);

    /** What stands for the integer in its {@linkplain #piece piece}. */
    long inPiece(long integer);

    /** Work in whose messages only the integer changes, and the version with it where that is rolled. */
    sealed interface Plain extends Work {
        @Override
        default Plain piece(long integer) {
            return this;
        }

        @Override
        default long inPiece(long integer) {
            return integer;
        }
    }

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
    record Integers(String algorithm, Bytes prefix) implements Plain {
        /** The name of this kind. */
        public static final String KIND = "integers";
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
        public String kind() {
            return KIND;
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
    record Header(Bytes header, boolean rollVersion) implements Plain {
        /** The name of this kind. */
        public static final String KIND = "header";
        /** Bytes of a header before the nonce. */
        public static final int LENGTH = 76;

        public Header {
            if (header.length() != LENGTH) {
                throw new IllegalArgumentException(
                        "a header without its nonce has " + LENGTH + " bytes, not " + header.length());
            }
        }

        @Override
        public String kind() {
            return KIND;
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

    /**
     * SHA-256d of the headers of a block that is to be mined: the integer selects its extranonce too.
     *
     * @param space what each integer stands for
     */
    record Block(BlockSpace space) implements Work {
        /** The name of this kind. */
        public static final String KIND = "block";

        @Override
        public String kind() {
            return KIND;
        }

        @Override
        public String algorithm() {
            return space.header().algorithm();
        }

        @Override
        public long limit() {
            return BlockSpace.limit();
        }

        @Override
        public Header piece(long integer) {
            return space.header(space.extranonce(integer));
        }

        @Override
        public long inPiece(long integer) {
            return space.headerInteger(integer);
        }
    }
}
