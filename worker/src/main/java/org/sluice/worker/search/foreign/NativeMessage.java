package org.sluice.worker.search.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.LastWord;
import org.sluice.worker.search.PaddedMessage;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Sha256;

/**
 * The {@code struct sluice_search} of {@code src/main/c/sluice_search.h} for a work and a goal: what all integers have in common.
 *
 * <p>That is the state before the first block that integers differ in, the words of that block and the next, the places of
 * the integer's bytes in them, and what the goal demands of the digest's last word.
 */
final class NativeMessage {
    /** The states of all versions of a rolled header, and of some behind the last. */
    private static final int STATES = (1 << Reference.VERSION_INDEX_BITS) + 32;
    private static final int NO_PLACE = 0x80;

    private static final MemoryLayout LAYOUT = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(Sha256.STATE_WORDS, ValueLayout.JAVA_INT).withName("state"),
            MemoryLayout.sequenceLayout(PaddedMessage.MOST_BLOCKS * Sha256.BLOCK_WORDS, ValueLayout.JAVA_INT)
                    .withName("words"),
            MemoryLayout.sequenceLayout(PaddedMessage.MOST_BLOCKS * Sha256.BLOCK, ValueLayout.JAVA_BYTE)
                    .withName("places"),
            ValueLayout.JAVA_INT.withName("blocks"), ValueLayout.JAVA_INT.withName("twice"),
            ValueLayout.JAVA_INT.withName("mask"), ValueLayout.JAVA_INT.withName("limit"),
            ValueLayout.ADDRESS.withName("versions"));

    private final MemorySegment struct;

    /**
     * The struct, in memory of the arena.
     *
     * @throws IllegalArgumentException if the work's algorithm is another
     */
    NativeMessage(Work.Plain work, Goal goal, Arena arena) {
        PaddedMessage message = PaddedMessage.of(work, 0);
        struct = arena.allocate(LAYOUT);
        writeBlocks(message);
        LastWord lastWord = LastWord.of(goal);
        set("twice", Reference.isDouble(work) ? 1 : 0);
        set("mask", lastWord.mask());
        set("limit", lastWord.limit());
    }

    /** The struct's memory. */
    MemorySegment struct() {
        return struct;
    }

    /** Memory for the states behind the first block of a rolled header, which the struct points to from now on. */
    MemorySegment allocateStates(Arena arena) {
        MemorySegment states = arena.allocate(ValueLayout.JAVA_INT, (long) STATES * Sha256.STATE_WORDS);
        struct.set(ValueLayout.ADDRESS, offset("versions"), states);
        return states;
    }

    private void writeBlocks(PaddedMessage message) {
        setAll("state", message.state());
        setAll("words", message.words());
        set("blocks", message.blocks());
        MemorySegment places = field("places").fill((byte) NO_PLACE);
        for (int i = 0; i < message.length(); i++) {
            int inMemory = (message.at() + i) ^ (Integer.BYTES - 1); // A word's bytes lie in memory the other way round.
            places.set(ValueLayout.JAVA_BYTE, inMemory,
                    (byte) (message.littleEndian() ? i : message.length() - 1 - i));
        }
    }

    private void set(String field, int value) {
        struct.set(ValueLayout.JAVA_INT, offset(field), value);
    }

    private void setAll(String field, int[] words) {
        MemorySegment.copy(words, 0, field(field), ValueLayout.JAVA_INT, 0, words.length);
    }

    private MemorySegment field(String name) {
        return struct.asSlice(offset(name), LAYOUT.select(PathElement.groupElement(name)));
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }
}
