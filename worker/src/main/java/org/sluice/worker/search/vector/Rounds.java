package org.sluice.worker.search.vector;

import org.sluice.worker.search.Sha256;

/**
 * The rounds of SHA-256 (FIPS 180-4, section 6.2.2) in all lanes of a vector at once, written by {@link RoundsWriter}.
 *
 * <p>A compression is cut where what is known beforehand changes: the first 16 words of a schedule come from the
 * message, of the next 16 most terms do, and of the last rounds not all results are needed. Each piece is a method of
 * a size that the compiler likes; between them the working variables and the schedule's words lie in memory, aligned to
 * whole vectors, one vector for each word:
 *
 * <table>
 * <caption>The memory, in vectors</caption>
 * <tr><td>{@link #STATE}</td><td>8</td><td>the working variables a to h</td></tr>
 * <tr><td>{@link #START}</td><td>8</td><td>the working variables before the first round</td></tr>
 * <tr><td>{@link #WORDS}</td><td>64</td><td>the words of the rounds, as one piece leaves them for the next; not those
 * before 16, which nobody needs</td></tr>
 * </table>
 *
 * <p>Tables lie elsewhere in the same {@link LaneMemory}. In all methods {@code memory} is where the part of it begins
 * that is to be used, in bytes. Where several vectors go abreast ({@link RoundsForm}), all of them are meant, each with memory
 * of its own: {@link VectorSearch#GROUP} vectors behind that of the one before, tables and states too.
 */
interface Rounds {
    /** Where in the memory the working variables lie, in vectors. */
    int STATE = 0;
    /** Where in the memory the working variables lie from which {@link #begin} begins, in vectors. */
    int START = STATE + Sha256.STATE_WORDS;
    /** Where in the memory the words lie, in vectors. */
    int WORDS = START + Sha256.STATE_WORDS;
    /** How many vectors of the memory the rounds use beside the tables. */
    int SIZE = WORDS + Sha256.ROUNDS;

    /**
     * The first rounds, whose K + W is known, up to {@link RoundsForm#endOfPiece}.
     *
     * @param from the first round, 1 to 16
     * @param table where K + W of round 0 lies, in bytes; those of the other rounds follow
     */
    void begin(long memory, int from, long table);

    /**
     * The first {@link RoundsForm#rounds} rounds of the hash of a digest. The digest is the sum of a state and of the
     * working variables; it is the first 8 words of the block, the others are constant.
     *
     * @param zero 0
     * @param table where K + W of round 0 would lie, in bytes; it is read from 8 on, and K + W of rounds 1 to 7 and the sums
     *     of the known terms of words 16 to 23 are written to it
     * @param state where the state lies, in bytes
     */
    void digest(long memory, int zero, long table, long state);

    /**
     * {@link RoundsForm#rounds} rounds whose K + W is known.
     *
     * @param from the first round, a multiple of how many there are
     * @param table where K + W of round 0 lies, in bytes; those of the other rounds follow
     */
    void known(long memory, int from, long table);

    /**
     * {@link RoundsForm#rounds} of the rounds 16 to 31, of whose words the terms that are words of the message are known.
     *
     * @param from the first round, a multiple of how many there are
     * @param table where a vector for round 0 would lie, in bytes; at 16 to 31 are the sums of the known terms
     */
    void halfKnown(long memory, int from, long table);

    /**
     * {@link RoundsForm#rounds} rounds with the whole message schedule.
     *
     * @param from the first round: 32, or the one behind those that were done last
     */
    void scheduled(long memory, int from);

    /**
     * What {@link #scheduled} would do last, up to round 60, as far as it matters to working variable h behind round 63,
     * which is left in its place.
     *
     * @param from the first round, 64 - {@link RoundsForm#rounds}
     */
    void lastWord(long memory, int from);
}
