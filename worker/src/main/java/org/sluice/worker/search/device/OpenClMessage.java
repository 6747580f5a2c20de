package org.sluice.worker.search.device;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.LastWord;
import org.sluice.worker.search.PaddedMessage;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Sha256;

/**
 * The {@code struct search} of {@code search.cl}: what all integers with the same high half have in common, in words. The halves are
 * of 32 bits.
 */
final class OpenClMessage {
    private static final int STATE = 0;
    private static final int BEGUN = STATE + Sha256.STATE_WORDS;
    private static final int WORDS = BEGUN + Sha256.STATE_WORDS;
    private static final int PLACES = WORDS + PaddedMessage.MOST_BLOCKS * Sha256.BLOCK_WORDS;
    private static final int ROTATION = PLACES + PaddedMessage.MOST_BLOCKS * Sha256.BLOCK_WORDS;
    private static final int BLOCKS = ROTATION + 1;
    private static final int TWICE = BLOCKS + 1;
    private static final int MASK = TWICE + 1;
    private static final int LIMIT = MASK + 1;
    /** How many bytes it takes. */
    static final long BYTES = (LIMIT + 1L) * Integer.BYTES;

    private OpenClMessage() {}

    /**
     * Writes it.
     *
     * @param high the high half of the integers; 0 for headers
     * @throws IllegalArgumentException if the work's algorithm is not SHA-256, once or twice
     */
    static void write(Work.Plain work, Goal goal, int high, MemorySegment struct) {
        long lowest = work instanceof Work.Integers ? (long) high << Integer.SIZE : 0;
        PaddedMessage message = PaddedMessage.of(work, lowest);
        int[] begun = message.state();
        Sha256.rounds(begun, message.words(), 0, OpenClForm.of(work).firstRound());
        LastWord lastWord = LastWord.of(goal);
        struct.fill((byte) 0);
        set(struct, STATE, message.state());
        set(struct, BEGUN, begun);
        set(struct, WORDS, message.words());
        if (work instanceof Work.Integers) {
            place(struct, message.at() + message.length() - Integer.BYTES);
        }
        set(struct, BLOCKS, message.blocks());
        set(struct, TWICE, Reference.isDouble(work) ? 1 : 0);
        set(struct, MASK, lastWord.mask());
        set(struct, LIMIT, lastWord.limit());
    }

    /** The low half's four bytes, most significant first, stand in one word or in two. */
    private static void place(MemorySegment struct, int at) {
        int word = PLACES + at / Integer.BYTES;
        int shift = at % Integer.BYTES * Byte.SIZE;
        set(struct, ROTATION, (Integer.SIZE - shift) % Integer.SIZE);
        set(struct, word, -1 >>> shift);
        if (shift > 0) {
            set(struct, word + 1, -1 << (Integer.SIZE - shift));
        }
    }

    private static void set(MemorySegment struct, int at, int... words) {
        MemorySegment.copy(words, 0, struct, ValueLayout.JAVA_INT, (long) at * Integer.BYTES, words.length);
    }
}
