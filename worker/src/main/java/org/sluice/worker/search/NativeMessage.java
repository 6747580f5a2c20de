package org.sluice.worker.search;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

/**
 * The {@code struct sluice_search} of {@code src/main/c/sluice_search.h} for a work and a goal: what all integers have in common.
 *
 * <p>That is the state before the first block that integers differ in, the words of that block and the next, the places of
 * the integer's bytes in them, and what the goal demands of the digest's last word.
 */
final class NativeMessage {
    /** The states of all versions of a rolled header, and of some behind the last. */
    private static final int STATES = (1 << Reference.VERSION_INDEX_BITS) + 32;
    private static final int MOST_BLOCKS = 2;
    private static final int NO_PLACE = 0x80;

    private static final MemoryLayout LAYOUT = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(Sha256.STATE_WORDS, ValueLayout.JAVA_INT).withName("state"),
            MemoryLayout.sequenceLayout(MOST_BLOCKS * Sha256.BLOCK_WORDS, ValueLayout.JAVA_INT).withName("words"),
            MemoryLayout.sequenceLayout(MOST_BLOCKS * Sha256.BLOCK, ValueLayout.JAVA_BYTE).withName("places"),
            ValueLayout.JAVA_INT.withName("blocks"), ValueLayout.JAVA_INT.withName("twice"),
            ValueLayout.JAVA_INT.withName("mask"), ValueLayout.JAVA_INT.withName("limit"),
            ValueLayout.ADDRESS.withName("versions"));

    private final MemorySegment struct;

    /**
     * The struct, in memory of the arena.
     *
     * @throws IllegalArgumentException if the work's algorithm is another
     */
    NativeMessage(Work work, Goal goal, Arena arena) {
        if (!Sha256.isAlgorithmOf(work)) {
            throw new IllegalArgumentException("not SHA-256: " + work.algorithm());
        }
        struct = arena.allocate(LAYOUT);
        writeBlocks(work);
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

    /** The words of a header's first block. */
    static int[] firstBlock(Work.Header header) {
        int[] block = new int[Sha256.BLOCK_WORDS];
        ByteBuffer.wrap(Arrays.copyOf(header.header().toArray(), Sha256.BLOCK)).asIntBuffer().get(block);
        return block;
    }

    /** The message, padded (FIPS 180-4, section 5.1.1), with the integer's bytes left out. */
    private void writeBlocks(Work work) {
        Place place = Place.of(work);
        byte[] message = Reference.message(work, 0);
        int blocks = (message.length + 1 + Long.BYTES + Sha256.BLOCK - 1) / Sha256.BLOCK;
        ByteBuffer padded = ByteBuffer.allocate(blocks * Sha256.BLOCK);
        padded.put(message).put((byte) 0x80).putLong(padded.capacity() - Long.BYTES, 8L * message.length).rewind();
        int[] state = Sha256.initialState();
        int[] block = new int[Sha256.BLOCK_WORDS];
        int firstBlock = place.at() / Sha256.BLOCK;
        for (int i = 0; i < firstBlock; i++) {
            readBlock(padded, i, block);
            Sha256.compress(state, block);
        }
        setAll("state", 0, state);
        for (int i = firstBlock; i < blocks; i++) {
            readBlock(padded, i, block);
            setAll("words", (i - firstBlock) * Sha256.BLOCK_WORDS, block);
        }
        set("blocks", blocks - firstBlock);
        MemorySegment places = field("places").fill((byte) NO_PLACE);
        for (int i = 0; i < place.length(); i++) {
            int at = place.at() - firstBlock * Sha256.BLOCK + i;
            int inMemory = at ^ (Integer.BYTES - 1); // A word's bytes lie in memory the other way round.
            places.set(ValueLayout.JAVA_BYTE, inMemory,
                    (byte) (place.littleEndian() ? i : place.length() - 1 - i));
        }
    }

    private static void readBlock(ByteBuffer padded, int index, int[] block) {
        padded.slice(index * Sha256.BLOCK, Sha256.BLOCK).asIntBuffer().get(block);
    }

    /**
     * Where the integer, or of a rolled header the nonce, stands in the message.
     *
     * @param at its first byte
     * @param length how many bytes it has
     * @param littleEndian whether the least significant comes first
     */
    private record Place(int at, int length, boolean littleEndian) {
        static Place of(Work work) {
            return switch (work) {
                case Work.Integers(var _, var prefix) -> new Place(prefix.length(), Long.BYTES, false);
                case Work.Header _ -> new Place(Work.Header.LENGTH, Integer.BYTES, true);
            };
        }
    }

    private void set(String field, int value) {
        struct.set(ValueLayout.JAVA_INT, offset(field), value);
    }

    private void setAll(String field, int from, int[] words) {
        MemorySegment.copy(words, 0, field(field), ValueLayout.JAVA_INT, (long) from * Integer.BYTES, words.length);
    }

    private MemorySegment field(String name) {
        return struct.asSlice(offset(name), LAYOUT.select(PathElement.groupElement(name)));
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }
}
