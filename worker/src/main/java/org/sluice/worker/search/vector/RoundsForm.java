package org.sluice.worker.search.vector;

import org.sluice.worker.search.Sha256;

import jdk.incubator.vector.VectorSpecies;

/**
 * How the rounds are written: what is fastest depends on the processor.
 *
 * @param species of the vectors
 * @param groups how many vectors are hashed side by side, piece by piece: the processor begins with a piece of the one while
 *     the last instructions of the other still wait for each other, and where the pieces together are larger than its
 *     instruction cache, it fetches each less often
 * @param abreast how many of them go through a piece together, round by round, so that there are always instructions which do
 *     not wait for each other; a divisor of {@code groups}
 * @param wordsInVariables whether a piece has the last 16 words in local variables; else each word lies in memory at the
 *     place of its round
 */
record RoundsForm(VectorSpecies<Integer> species, int groups, int abreast, boolean wordsInVariables) {
    /** Whether the processor has bitwise operations of three operands: AVX-512. */
    boolean threeOperands() {
        return species.vectorBitSize() == 512;
    }

    /** How many rounds a piece does. */
    int rounds() {
        return wordsInVariables ? Sha256.BLOCK_WORDS : Sha256.BLOCK_WORDS / 2;
    }

    /** The round before which a piece ends that begins with the given one, up to 16. */
    int endOfPiece(int from) {
        return Math.min(Sha256.BLOCK_WORDS, (from / rounds() + 1) * rounds());
    }
}
