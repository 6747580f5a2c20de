package org.sluice.worker.search;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

import org.sluice.protocol.value.Work;

/**
 * A work's messages as {@link VectorSearch} sees them: padded (FIPS 180-4, section 5.1.1) and cut into words, the
 * blocks that are the same for all integers hashed in advance, and a plan of what differs between the integers of a
 * run.
 *
 * <p>Of {@code Integers} and an unrolled {@code Header} a run shares all but the low 32 bits of the integer, which
 * stand somewhere in the tail, in one word or across two. Of a rolled {@code Header} it shares the nonce. The version
 * is in the first block, so here the states behind it are kept for all versions that were needed, as eight planes of
 * one word each.
 */
final class LaneLayout {
    private static final int VERSIONS = 1 << Reference.VERSION_INDEX_BITS;
    /** So many versions' states are computed together, when the first of them is needed. */
    private static final int PAGE = 256;

    private final Work work;
    private final int lowMask;
    private final int constantBlocks;
    /** Where in the tail the integer's low 32 bits begin, in bytes; negative if they do not stand there. */
    private final int lowAt;
    private final boolean littleEndian;
    private final int[] midstate = Sha256.initialState();
    private final int stateStride;
    private final int[] states;
    private final BitSet pages = new BitSet(VERSIONS / PAGE);
    private int[] words;

    private LaneLayout(Work work, int lowMask, int constantBytes, int lowAtInMessage, boolean littleEndian, int lanes) {
        this.work = work;
        this.lowMask = lowMask;
        this.constantBlocks = constantBytes / Sha256.BLOCK;
        this.lowAt = lowAtInMessage < 0 ? -1 : lowAtInMessage - constantBlocks * Sha256.BLOCK;
        this.littleEndian = littleEndian;
        int[] padded = paddedWords(0);
        boolean rolled = lowAtInMessage < 0;
        this.stateStride = rolled ? VERSIONS + lanes : 0; // The last vector may reach too far.
        this.states = new int[Sha256.STATE_WORDS * stateStride];
        if (!rolled) {
            for (int block = 0; block < constantBlocks; block++) {
                Sha256.compress(midstate, padded, block * Sha256.BLOCK_WORDS);
            }
        }
        this.words = tail(padded);
    }

    /** The layout for vectors with so many lanes. */
    static LaneLayout of(Work work, int lanes) {
        return switch (work) {
            case Work.Integers(var _, var prefix) ->
                new LaneLayout(work, -1, prefix.length(), prefix.length() + Integer.BYTES, false, lanes);
            case Work.Header(var _, boolean rollVersion) -> rollVersion
                    ? new LaneLayout(work, VERSIONS - 1, Work.Header.LENGTH, -1, true, lanes)
                    : new LaneLayout(work, -1, Work.Header.LENGTH, Work.Header.LENGTH, true, lanes);
        };
    }

    /** The last integer that shares its high bits with the given one. */
    long lastOfRun(long integer) {
        return integer | Integer.toUnsignedLong(lowMask);
    }

    /** The bits of an integer that differ within a run. */
    int lowMask() {
        return lowMask;
    }

    /** How many blocks follow the midstate. */
    int tailBlocks() {
        return words.length / Sha256.BLOCK_WORDS;
    }

    /** The words behind the midstate for the integer's run, in which the low bits are zero. */
    int[] wordsOfRun(long integer) {
        words = tail(paddedWords(integer & ~Integer.toUnsignedLong(lowMask)));
        return words;
    }

    /** One of the words that {@link #wordsOfRun} returned last. */
    int wordOfRun(int word) {
        return words[word];
    }

    /** Whether any word of a tail's block differs within a run. */
    boolean variesInBlock(int block) {
        return lowAt >= 0 && lowAt / Sha256.BLOCK <= block && (lowAt + Integer.BYTES - 1) / Sha256.BLOCK >= block;
    }

    /** The tail's first word that holds some of the integer's low 32 bits. */
    int lowWord() {
        return lowAt / Integer.BYTES;
    }

    /** How many of the low 32 bits stand in the word behind {@link #lowWord()}: 0, 8, 16 or 24. */
    int lowShift() {
        return lowAt % Integer.BYTES * Byte.SIZE;
    }

    /** Whether the low 32 bits stand in the message with the least significant byte first. */
    boolean littleEndian() {
        return littleEndian;
    }

    /** A word of the state behind the blocks that are the same for all integers. */
    int midstate(int word) {
        return midstate[word];
    }

    /** Whether the state before the tail depends on an integer's low bits. */
    boolean statePerLane() {
        return states.length > 0;
    }

    /** The states for all low bits, in planes that are {@link #stateStride} apart, as far as they were needed. */
    int[] states() {
        return states;
    }

    /** Computes the states that {@code count} integers of one run need, from the given one on. */
    void needStates(long integer, int count) {
        int first = (int) integer & lowMask;
        for (int page = first / PAGE; page <= (first + count - 1) / PAGE; page++) {
            if (!pages.get(page)) {
                pages.set(page);
                computeStates(page * PAGE);
            }
        }
    }

    /** The distance between a state's words in {@link #states}. */
    int stateStride() {
        return stateStride;
    }

    private void computeStates(int firstVersion) {
        int[] block = Arrays.copyOf(paddedWords(0), Sha256.BLOCK_WORDS);
        int version = Integer.reverseBytes(block[0]); // A header's version is little-endian.
        for (int index = firstVersion; index < firstVersion + PAGE; index++) {
            int[] state = Sha256.initialState();
            block[0] = Integer.reverseBytes(version | (index << Reference.ROLLED_VERSION_SHIFT));
            Sha256.compress(state, block, 0);
            for (int word = 0; word < state.length; word++) {
                states[word * stateStride + index] = state[word];
            }
        }
    }

    private int[] tail(int[] padded) {
        return Arrays.copyOfRange(padded, constantBlocks * Sha256.BLOCK_WORDS, padded.length);
    }

    /** A whole message, a byte 0x80, zeros, and the message's length in bits, in whole blocks. */
    private int[] paddedWords(long integer) {
        byte[] message = Reference.message(work, integer);
        int blocks = (message.length + 1 + Long.BYTES + Sha256.BLOCK - 1) / Sha256.BLOCK;
        ByteBuffer padded = ByteBuffer.allocate(blocks * Sha256.BLOCK);
        padded.put(message).put((byte) 0x80).putLong(padded.capacity() - Long.BYTES, 8L * message.length);
        int[] padding = new int[blocks * Sha256.BLOCK_WORDS];
        padded.rewind().asIntBuffer().get(padding);
        return padding;
    }
}
