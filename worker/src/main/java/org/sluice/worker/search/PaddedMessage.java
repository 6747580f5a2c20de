package org.sluice.worker.search;

import java.nio.ByteBuffer;
import java.util.Arrays;

import org.sluice.protocol.value.Work;

/**
 * What the messages of all integers of a work have in common, in SHA-256's blocks: padded (FIPS 180-4, section 5.1.1), and hashed up
 * to the first block that the integer stands in.
 */
public final class PaddedMessage {
    /** An integer of 8 bytes and the padding behind it reach into no third block, wherever the integer begins. */
    public static final int MOST_BLOCKS = 2;

    private final int[] state;
    private final int[] words;
    private final int blocks;
    private final int at;
    private final int length;
    private final boolean littleEndian;

    private PaddedMessage(int[] state, int[] words, int blocks, int at, int length, boolean littleEndian) {
        this.state = state;
        this.words = words;
        this.blocks = blocks;
        this.at = at;
        this.length = length;
        this.littleEndian = littleEndian;
    }

    /**
     * The blocks with an integer in its place.
     *
     * @throws IllegalArgumentException if the work's algorithm is not SHA-256, once or twice
     */
    public static PaddedMessage of(Work.Plain work, long integer) {
        if (!Sha256.isAlgorithmOf(work)) {
            throw new IllegalArgumentException("not SHA-256: " + work.algorithm());
        }
        byte[] message = Reference.message(work, integer);
        int count = (message.length + 1 + Long.BYTES + Sha256.BLOCK - 1) / Sha256.BLOCK;
        ByteBuffer padded = ByteBuffer.allocate(count * Sha256.BLOCK);
        padded.put(message).put((byte) 0x80).putLong(padded.capacity() - Long.BYTES, 8L * message.length).rewind();
        return switch (work) {
            case Work.Integers(var _, var prefix) -> of(padded, prefix.length(), Long.BYTES, false);
            case Work.Header _ -> of(padded, Work.Header.LENGTH, Integer.BYTES, true);
        };
    }

    private static PaddedMessage of(ByteBuffer padded, int at, int length, boolean littleEndian) {
        int[] state = Sha256.initialState();
        int[] words = new int[MOST_BLOCKS * Sha256.BLOCK_WORDS];
        int firstBlock = at / Sha256.BLOCK;
        for (int i = 0; i < firstBlock; i++) {
            int[] block = new int[Sha256.BLOCK_WORDS];
            padded.slice(i * Sha256.BLOCK, Sha256.BLOCK).asIntBuffer().get(block);
            Sha256.compress(state, block);
        }
        ByteBuffer rest = padded.position(firstBlock * Sha256.BLOCK).slice();
        rest.asIntBuffer().get(words, 0, rest.capacity() / Integer.BYTES);
        return new PaddedMessage(state, words, rest.capacity() / Sha256.BLOCK, at % Sha256.BLOCK, length, littleEndian);
    }

    /** The words of a header's first block. */
    public static int[] firstBlock(Work.Header header) {
        int[] block = new int[Sha256.BLOCK_WORDS];
        ByteBuffer.wrap(Arrays.copyOf(header.header().toArray(), Sha256.BLOCK)).asIntBuffer().get(block);
        return block;
    }

    /** The state before the integer's first block. */
    public int[] state() {
        return state.clone();
    }

    /** The words of that block and the next, zero behind the message. */
    public int[] words() {
        return words.clone();
    }

    /** How many blocks there are from that one on, 1 or 2. */
    public int blocks() {
        return blocks;
    }

    /** Where in these blocks the integer's first byte stands, or of a rolled header the nonce's. */
    public int at() {
        return at;
    }

    /** How many bytes it has. */
    public int length() {
        return length;
    }

    /** Whether the least significant one comes first. */
    public boolean littleEndian() {
        return littleEndian;
    }
}
