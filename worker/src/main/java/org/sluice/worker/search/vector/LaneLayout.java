package org.sluice.worker.search.vector;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Sha256;

/**
 * A work's messages as {@link VectorSearch} sees them: padded (FIPS 180-4, section 5.1.1), cut into blocks, and divided
 * into what all integers have in common, what those of a run have, and what differs between lanes.
 *
 * <p>Of {@code Integers} and an unrolled {@code Header} a run shares all but the low 32 bits of the integer, which
 * stand somewhere in the message, in one word or across two. Of a rolled {@code Header} it shares the nonce, and the
 * lanes differ in the state behind the first block: see {@link VersionStates}. The blocks before the first one that
 * lanes need are hashed here.
 */
final class LaneLayout {
    /** The low bits, a long prefix's rest before them and the padding behind them take no more blocks. */
    static final int MOST_BLOCKS = 2;

    private static final int ALL_BITS = -1;

    private final Work.Plain work;
    private final int lowMask;
    private final boolean littleEndian;
    /** Where in the message the low bits begin, in bits. */
    private final int lowAt;
    private final int firstBlock;
    private final List<LaneBlock> blocks;
    private final int[] midstate = new int[Sha256.STATE_WORDS];

    private LaneLayout(Work.Plain work, int lowMask, int lowAtByte, boolean littleEndian) {
        this.work = work;
        this.lowMask = lowMask;
        this.littleEndian = littleEndian;
        this.lowAt = lowAtByte * Byte.SIZE;
        this.firstBlock = lowAtByte / Sha256.BLOCK;
        BitSet differing = new BitSet();
        if (lowMask == ALL_BITS) {
            differing.set(lowAt / Integer.SIZE, (lowAt + Integer.SIZE - 1) / Integer.SIZE + 1);
        }
        int allBlocks = padded(0).length / Sha256.BLOCK_WORDS;
        this.blocks = IntStream.range(firstBlock, allBlocks)
                .mapToObj(block -> new LaneBlock(
                        differing.get(block * Sha256.BLOCK_WORDS, (block + 1) * Sha256.BLOCK_WORDS)))
                .toList();
    }

    /** The layout of a work. */
    static LaneLayout of(Work.Plain work) {
        return switch (work) {
            case Work.Integers(var _, var prefix) ->
                new LaneLayout(work, ALL_BITS, prefix.length() + Integer.BYTES, false);
            case Work.Header header ->
                new LaneLayout(work, header.rollVersion() ? VersionStates.VERSIONS - 1 : ALL_BITS,
                        Work.Header.LENGTH, true);
        };
    }

    /** Whether lanes differ in the header's version instead of the low bits of the integer. */
    boolean isRolled() {
        return lowMask != ALL_BITS;
    }

    /** The bits of an integer that differ within a run. */
    int lowMask() {
        return lowMask;
    }

    /** The last integer that shares its high bits with the given one. */
    long lastOfRun(long integer) {
        return integer | Integer.toUnsignedLong(lowMask);
    }

    /** The blocks that the lanes have to compress. */
    List<LaneBlock> blocks() {
        return blocks;
    }

    /** Prepares the blocks and the midstate for the integer's run. */
    void beginRun(long integer) {
        int[] message = padded(integer & ~Integer.toUnsignedLong(lowMask));
        System.arraycopy(Sha256.initialState(), 0, midstate, 0, midstate.length);
        for (int from = 0; from < message.length; from += Sha256.BLOCK_WORDS) {
            int block = from / Sha256.BLOCK_WORDS;
            if (block < firstBlock) {
                Sha256.compress(midstate, Arrays.copyOfRange(message, from, from + Sha256.BLOCK_WORDS));
            } else {
                blocks.get(block - firstBlock).set(message, from);
            }
        }
    }

    /** The state behind the blocks that the lanes need not compress, if they do not differ in it. */
    int[] midstate() {
        return midstate;
    }

    /** The word, counted from the first of {@link #blocks}, that holds the first of the low 32 bits. */
    int lowWord() {
        return lowAt / Integer.SIZE - firstBlock * Sha256.BLOCK_WORDS;
    }

    /** How many of the low 32 bits stand in the word behind {@link #lowWord()}: 0, 8, 16 or 24. */
    int lowShift() {
        return lowAt % Integer.SIZE;
    }

    /** Whether the low 32 bits stand in the message with the least significant byte first. */
    boolean littleEndian() {
        return littleEndian;
    }

    /** The words of the whole message: its bytes, a byte 0x80, zeros, and its length in bits, in whole blocks. */
    private int[] padded(long integer) {
        byte[] message = Reference.message(work, integer);
        int blocks = (message.length + 1 + Long.BYTES + Sha256.BLOCK - 1) / Sha256.BLOCK;
        ByteBuffer padded = ByteBuffer.allocate(blocks * Sha256.BLOCK);
        padded.put(message).put((byte) 0x80).putLong(padded.capacity() - Long.BYTES, 8L * message.length);
        int[] words = new int[blocks * Sha256.BLOCK_WORDS];
        padded.rewind().asIntBuffer().get(words);
        return words;
    }
}
