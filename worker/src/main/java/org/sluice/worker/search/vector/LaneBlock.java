package org.sluice.worker.search.vector;

import java.util.Arrays;
import java.util.BitSet;

import org.sluice.worker.search.Sha256;

/**
 * What the lanes have in common in one block: the part of its compression that is computed once for a whole run.
 *
 * <p>The words that differ between the lanes are given without what they differ in, which is added later. Where no word
 * differs, {@link #table} has K + W of all rounds. Else it has K + W of rounds 0 to 15, and for rounds 16 to 31 those
 * terms of W(t) = sigma1(W(t-2)) + W(t-7) + sigma0(W(t-15)) + W(t-16) (FIPS 180-4, section 6.2.2, step 1) that are words
 * of the block in which no lanes differ.
 */
final class LaneBlock {
    private final BitSet differing;
    private final int[] words = new int[Sha256.BLOCK_WORDS];
    private final int[] table = new int[Sha256.ROUNDS];

    /** @param differing the words in which lanes differ */
    LaneBlock(BitSet differing) {
        this.differing = (BitSet) differing.clone();
    }

    /** The block in which a digest is hashed: 8 words that differ, a one bit, zeros, and the length in bits. */
    static LaneBlock ofDigest() {
        BitSet digest = new BitSet();
        digest.set(0, Sha256.STATE_WORDS);
        LaneBlock block = new LaneBlock(digest);
        int[] words = new int[Sha256.BLOCK_WORDS];
        words[Sha256.STATE_WORDS] = 0x80000000;
        words[Sha256.BLOCK_WORDS - 1] = Sha256.STATE_WORDS * Integer.SIZE;
        block.set(words, 0);
        return block;
    }

    /** Whether lanes differ in any word. */
    boolean differs() {
        return !differing.isEmpty();
    }

    /** Whether lanes differ in a word. */
    boolean differsIn(int word) {
        return differing.get(word);
    }

    /** The first word in which lanes differ. */
    int firstDiffering() {
        return differing.nextSetBit(0);
    }

    /** How many rounds the table is for. */
    int rounds() {
        return differs() ? 2 * Sha256.BLOCK_WORDS : Sha256.ROUNDS;
    }

    /** What is known for a round, see above. */
    int table(int round) {
        return table[round];
    }

    /** A word of the block, without what lanes differ in. */
    int word(int word) {
        return words[word];
    }

    /** Takes on the 16 words that begin at {@code from}. */
    void set(int[] message, int from) {
        System.arraycopy(message, from, words, 0, words.length);
        if (!differs()) {
            System.arraycopy(Sha256.schedule(words), 0, table, 0, table.length);
        } else {
            System.arraycopy(words, 0, table, 0, words.length);
            for (int t = Sha256.BLOCK_WORDS; t < 2 * Sha256.BLOCK_WORDS; t++) {
                table[t] = Sha256.sigma1(known(t - 2)) + known(t - 7) + Sha256.sigma0(known(t - 15)) + known(t - 16);
            }
        }
        int sums = differs() ? Sha256.BLOCK_WORDS : Sha256.ROUNDS;
        Arrays.setAll(table, t -> t < sums ? Sha256.k(t) + table[t] : table[t]);
    }

    /** The working variables behind a round, if the lanes do not differ in the words up to it. */
    int[] variablesAfter(int round, int[] state) {
        int[] variables = state.clone();
        Sha256.rounds(variables, words, 0, round + 1);
        return variables;
    }

    private int known(int word) {
        return word < Sha256.BLOCK_WORDS && !differing.get(word) ? words[word] : 0;
    }
}
