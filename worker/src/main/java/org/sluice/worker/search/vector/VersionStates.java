package org.sluice.worker.search.vector;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;

import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Sha256;

/**
 * What lanes differ in when a header's version is rolled (BIP 320): for each version the state behind the first block,
 * and the working variables behind round 3 of the second block.
 *
 * <p>The nonce is word 3 of the second block. It enters round 3 by addition to T1 alone, and so the new a and e; they
 * are kept for nonce 0.
 *
 * <p>They are computed when they are first needed and kept in 16 planes of one word each, so that the versions side by
 * side are a vector.
 */
final class VersionStates {
    static final int VERSIONS = 1 << Reference.VERSION_INDEX_BITS;
    /** The first round that differs between nonces and is not done here. */
    static final int NEXT_ROUND = 4;
    /** So many versions are computed together. */
    private static final int PAGE = 256;

    private final int[] firstBlock;
    private final int[] secondBlock;
    private final int stride;
    private final int[] planes;
    private final BitSet pages = new BitSet(VERSIONS / PAGE);

    /** @param lanes how many versions are read at once */
    VersionStates(Work.Header header, int lanes) {
        ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(header.header().toArray(), 2 * Sha256.BLOCK));
        int[] words = new int[2 * Sha256.BLOCK_WORDS];
        bytes.asIntBuffer().get(words);
        this.firstBlock = Arrays.copyOf(words, Sha256.BLOCK_WORDS);
        this.secondBlock = Arrays.copyOfRange(words, Sha256.BLOCK_WORDS, words.length);
        this.stride = VERSIONS + lanes; // The last vector may reach too far.
        this.planes = new int[2 * Sha256.STATE_WORDS * stride];
    }

    /** All planes, {@link #stride} apart: 8 of the state and 8 of the working variables. */
    int[] planes() {
        return planes;
    }

    int stride() {
        return stride;
    }

    /** Computes what {@code count} versions from the given one on need. */
    void need(int version, int count) {
        for (int page = version / PAGE; page <= (version + count - 1) / PAGE; page++) {
            if (!pages.get(page)) {
                pages.set(page);
                for (int index = page * PAGE; index < (page + 1) * PAGE; index++) {
                    compute(index);
                }
            }
        }
    }

    private void compute(int index) {
        int[] block = firstBlock.clone();
        int version = Integer.reverseBytes(block[0]) & ~Reference.ROLLED_VERSION_BITS; // little-endian in the header
        block[0] = Integer.reverseBytes(version | (index << Reference.ROLLED_VERSION_SHIFT));
        int[] state = Sha256.initialState();
        Sha256.compress(state, block);
        int[] variables = state.clone();
        Sha256.rounds(variables, secondBlock, 0, NEXT_ROUND);
        for (int word = 0; word < Sha256.STATE_WORDS; word++) {
            planes[word * stride + index] = state[word];
            planes[(Sha256.STATE_WORDS + word) * stride + index] = variables[word];
        }
    }
}
