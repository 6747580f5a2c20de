package org.sluice.submitter.bitcoin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.DoubleSha256;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Reference;

/**
 * A Bitcoin block header: 80 bytes, its numbers little-endian, its hashes in hash order.
 *
 * @param version the version, of which BIP 320 leaves bits 13 to 28 to miners
 * @param previousBlock the hash of the block before, 32 bytes in hash order
 * @param merkleRoot the root of the transactions' tree, 32 bytes in hash order
 * @param time seconds since 1970, 0 to 2^32-1
 * @param bits the target in compact form, 0 to 2^32-1, not checked to be one
 * @param nonce 0 to 2^32-1
 */
public record BlockHeader(int version, Bytes previousBlock, Bytes merkleRoot, long time, long bits, long nonce) {
    /** Bytes of a header. */
    public static final int LENGTH = 80;

    private static final long UNSIGNED = 0xffff_ffffL;

    public BlockHeader {
        if (previousBlock.length() != 32 || merkleRoot.length() != 32) {
            throw new IllegalArgumentException("a block's hash and a merkle root have 32 bytes");
        }
        requireUnsigned("time", time);
        requireUnsigned("bits", bits);
        requireUnsigned("nonce", nonce);
    }

    /**
     * Reads a header.
     *
     * @param header 80 bytes
     */
    public static BlockHeader parse(Bytes header) {
        if (header.length() != LENGTH) {
            throw new IllegalArgumentException("a block header has " + LENGTH + " bytes, not " + header.length());
        }
        ByteBuffer buffer = ByteBuffer.wrap(header.toArray()).order(ByteOrder.LITTLE_ENDIAN);
        int version = buffer.getInt();
        Bytes previousBlock = take(buffer);
        Bytes merkleRoot = take(buffer);
        return new BlockHeader(version, previousBlock, merkleRoot, buffer.getInt() & UNSIGNED,
                buffer.getInt() & UNSIGNED, buffer.getInt() & UNSIGNED);
    }

    /** The header of a job's work, with what an integer of its range stands for in it. */
    public static BlockHeader of(Work.Header work, long integer) {
        BlockHeader header = parse(Bytes.of(Arrays.copyOf(work.header().toArray(), LENGTH)));
        return work.rollVersion() ? header.rolled(integer) : header.withNonce(integer);
    }

    /** The same header with another nonce. */
    public BlockHeader withNonce(long other) {
        return new BlockHeader(version, previousBlock, merkleRoot, time, bits, other);
    }

    /**
     * The same header with another nonce and version.
     *
     * @param integer nonce x 2^16 + what replaces the version's bits 13 to 28 (BIP 320), less than 2^48
     */
    public BlockHeader rolled(long integer) {
        int rolled = ((int) integer << Reference.ROLLED_VERSION_SHIFT) & Reference.ROLLED_VERSION_BITS;
        return new BlockHeader((version & ~Reference.ROLLED_VERSION_BITS) | rolled, previousBlock, merkleRoot, time,
                bits, integer >>> Reference.VERSION_INDEX_BITS);
    }

    /** The 80 bytes, as they are hashed. */
    public Bytes toBytes() {
        return Bytes.of(ByteBuffer.allocate(LENGTH)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(version)
                .put(previousBlock.toArray())
                .put(merkleRoot.toArray())
                .putInt((int) time)
                .putInt((int) bits)
                .putInt((int) nonce)
                .array());
    }

    /** The 76 bytes before the nonce, as they are hashed. */
    public Bytes withoutNonce() {
        return Bytes.of(Arrays.copyOf(toBytes().toArray(), Work.Header.LENGTH));
    }

    /** The block's hash (SHA-256d), 32 bytes in hash order. */
    public Bytes hash() {
        return DoubleSha256.of(toBytes());
    }

    /** The block's hash as people write it: the bytes in opposite order, so that its zeroes come first. */
    public String displayHash() {
        return hash().reversed().toHex();
    }

    /** The target that the header sets itself. */
    public CompactTarget target() throws InvalidTargetException {
        return CompactTarget.of(bits);
    }

    /** Whether the bits stand for a target. */
    public boolean hasGoal() {
        try {
            target();
            return true;
        } catch (InvalidTargetException e) {
            return false;
        }
    }

    /** Whether the nonce meets the target that the header sets itself; none does if the bits stand for no target. */
    public boolean meetsItsGoal() {
        try {
            return target().goal().isMetBy(hash().toArray());
        } catch (InvalidTargetException e) {
            return false;
        }
    }

    private static Bytes take(ByteBuffer buffer) {
        byte[] hash = new byte[32];
        buffer.get(hash);
        return Bytes.of(hash);
    }

    private static void requireUnsigned(String name, long value) {
        if (value < 0 || value > UNSIGNED) {
            throw new IllegalArgumentException("a header's " + name + " is 0 to 2^32-1, not " + value);
        }
    }
}
