package org.sluice.protocol.value;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The search space of a block that is to be mined: one integer selects extranonce, nonce and version.
 *
 * <p>The nonce of a header is exhausted within seconds, so miners change the coinbase too: a few bytes in its script, the
 * <em>extranonce</em>, give it another id and the header another Merkle root. With version rolling
 * <pre>
 *     integer = (extranonce x 2^32 + nonce) x 2^16 + version index
 *
 *      62                 48 47                          16 15             0
 *     +---------------------+------------------------------+----------------+
 *     |  extranonce, 15 bit |  nonce, 32 bit               |  index, 16 bit |
 *     +---------------------+------------------------------+----------------+
 * </pre>
 * and without it the integer is extranonce x 2^32 + nonce, so that every range of integers is searched without gaps. The 16 bits of the
 * version index replace bits 13 to 28 of the version (BIP 320). All below the extranonce is what an integer of {@link Work.Header}
 * stands for, so any kernel that searches headers searches a block, one extranonce after the other. 63 bits last for 29 years at 10 GH/s; the
 * last integer, 2^63-1, belongs to no range.
 *
 * <p>It is data alone: a peer computes coinbase and Merkle root itself, which takes some ten hashes for each extranonce. The
 * coinbase here is the one whose hash is its id, without its witness (BIP 141).
 *
 * @param header the header with extranonce 0, whose Merkle root is checked, and whether its version is rolled
 * @param coinbasePrefix the coinbase's bytes before the extranonce
 * @param coinbaseSuffix the coinbase's bytes behind the extranonce; both together at most {@link #MAX_COINBASE}
 * @param merklePath the way from the coinbase to the Merkle root
 */
public record BlockSpace(Work.Header header, Bytes coinbasePrefix, Bytes coinbaseSuffix, MerklePath merklePath) {
    /** Bytes of the extranonce in the coinbase, where it is little-endian. */
    public static final int EXTRANONCE_BYTES = 4;
    /** Most bytes of a coinbase without its extranonce. */
    public static final int MAX_COINBASE = 100_000;

    /** Where the Merkle root begins in a header, behind the version and the previous block's hash. */
    private static final int MERKLE_ROOT_OFFSET = 4 + 32;
    private static final int NONCE_BITS = 32;

    public BlockSpace {
        Limits.check("a coinbase's length", coinbasePrefix.length() + (long) coinbaseSuffix.length(), 0, MAX_COINBASE);
        Bytes root = merkleRoot(coinbasePrefix, coinbaseSuffix, merklePath, 0);
        if (!header.equals(withRoot(header, root))) {
            throw new IllegalArgumentException("the header's Merkle root is not that of its coinbase");
        }
    }

    /**
     * The search space of a header whose Merkle root is still to be computed.
     *
     * @param blank the header with anything in the place of the Merkle root
     */
    public static BlockSpace of(Work.Header blank, Bytes coinbasePrefix, Bytes coinbaseSuffix, MerklePath merklePath) {
        Bytes root = merkleRoot(coinbasePrefix, coinbaseSuffix, merklePath, 0);
        return new BlockSpace(withRoot(blank, root), coinbasePrefix, coinbaseSuffix, merklePath);
    }

    /** The integers this space is defined for are {@code [0, limit())}. */
    public static long limit() {
        return Long.MAX_VALUE;
    }

    /**
     * What an integer selects.
     *
     * @param extranonce 0 to 2^15-1, or without version rolling 0 to 2^31-1
     * @param nonce 0 to 2^32-1
     * @param versionIndex what replaces the version's bits 13 to 28: 0 to 2^16-1, and 0 without version rolling
     */
    public record Coordinate(long extranonce, long nonce, int versionIndex) {}

    /** What the integer selects. */
    public Coordinate coordinate(long integer) {
        long inHeader = headerInteger(integer);
        int versionIndex = (int) (inHeader & (versionIndices() - 1));
        return new Coordinate(extranonce(integer), inHeader / versionIndices(), versionIndex);
    }

    /**
     * The integer that selects this.
     *
     * @throws IllegalArgumentException if none below {@link #limit()} does
     */
    public long integer(Coordinate selected) {
        Limits.check("an extranonce", selected.extranonce(), 0, maxExtranonce());
        Limits.check("a nonce", selected.nonce(), 0, (1L << NONCE_BITS) - 1);
        Limits.check("a version index", selected.versionIndex(), 0, versionIndices() - 1);
        long inHeader = selected.nonce() * versionIndices() + selected.versionIndex();
        return checked(selected.extranonce() * header.limit() + inHeader);
    }

    /** The highest extranonce that an integer can select. */
    public long maxExtranonce() {
        return Long.MAX_VALUE / header.limit();
    }

    /** The extranonce that the integer selects. */
    public long extranonce(long integer) {
        return checked(integer) / header.limit();
    }

    /** The integer of the extranonce's {@link #header(long) header} that the integer stands for. */
    public long headerInteger(long integer) {
        return checked(integer) % header.limit();
    }

    /** The integer behind the last with the same extranonce, at most {@link #limit()}. */
    public long endOfExtranonce(long integer) {
        long begin = extranonce(integer) * header.limit();
        return begin > limit() - header.limit() ? limit() : begin + header.limit();
    }

    /**
     * The coinbase without its witness.
     *
     * @param extranonce 0 to {@link #maxExtranonce()}
     */
    public Bytes coinbase(long extranonce) {
        return coinbase(coinbasePrefix, coinbaseSuffix, checkedExtranonce(extranonce));
    }

    /** The header with this extranonce's Merkle root, whose nonce and version are yet to be searched. */
    public Work.Header header(long extranonce) {
        return withRoot(header,
                merkleRoot(coinbasePrefix, coinbaseSuffix, merklePath, checkedExtranonce(extranonce)));
    }

    private long versionIndices() {
        return header.limit() >>> NONCE_BITS;
    }

    private long checkedExtranonce(long extranonce) {
        Limits.check("an extranonce", extranonce, 0, maxExtranonce());
        return extranonce;
    }

    private static long checked(long integer) {
        Limits.check("the integer", integer, 0, limit() - 1);
        return integer;
    }

    private static Bytes coinbase(Bytes prefix, Bytes suffix, long extranonce) {
        return Bytes.of(ByteBuffer.allocate(prefix.length() + EXTRANONCE_BYTES + suffix.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(prefix.toArray())
                .putInt((int) extranonce)
                .put(suffix.toArray())
                .array());
    }

    private static Bytes merkleRoot(Bytes prefix, Bytes suffix, MerklePath path, long extranonce) {
        return path.root(DoubleSha256.of(coinbase(prefix, suffix, extranonce)));
    }

    private static Work.Header withRoot(Work.Header header, Bytes root) {
        byte[] bytes = header.header().toArray();
        System.arraycopy(root.toArray(), 0, bytes, MERKLE_ROOT_OFFSET, DoubleSha256.LENGTH);
        return new Work.Header(Bytes.of(bytes), header.rollVersion());
    }
}
