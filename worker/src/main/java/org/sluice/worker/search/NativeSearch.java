package org.sluice.worker.search;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

/**
 * A search by the C functions of {@link NativeLibrary}, in batches of about a millisecond.
 *
 * <p>What all integers have in common is prepared here: the state before the first block that integers differ in, the words
 * of that block and the next, and the places of the integer's bytes in them. What passes the test of the digest's last word
 * is hashed once more by the portable kernel, which decides.
 */
final class NativeSearch implements Search {
    /** As many as the function may tell of in a call. */
    private static final int MOST_HITS = 4_096;
    private static final int SMALLEST_BATCH = 1 << 10;
    private static final int LARGEST_BATCH = 1 << 16;
    private static final long BATCH_NANOS = 1_000_000;

    private static final int MOST_BLOCKS = 2;
    private static final int NO_PLACE = 0x80;
    private static final int VERSIONS = 1 << Reference.VERSION_INDEX_BITS;
    private static final int VERSIONS_BEHIND = 8;

    /** {@code struct sluice_search}. */
    private static final MemoryLayout LAYOUT = MemoryLayout.structLayout(
            MemoryLayout.sequenceLayout(Sha256.STATE_WORDS, ValueLayout.JAVA_INT).withName("state"),
            MemoryLayout.sequenceLayout(MOST_BLOCKS * Sha256.BLOCK_WORDS, ValueLayout.JAVA_INT).withName("words"),
            MemoryLayout.sequenceLayout(MOST_BLOCKS * Sha256.BLOCK, ValueLayout.JAVA_BYTE).withName("places"),
            ValueLayout.JAVA_INT.withName("blocks"), ValueLayout.JAVA_INT.withName("twice"),
            ValueLayout.JAVA_INT.withName("mask"), ValueLayout.JAVA_INT.withName("limit"),
            ValueLayout.ADDRESS.withName("versions"));

    private final NativeLibrary library;
    private final NativeLibrary.Abreast abreast;
    private final MessageDigestSearch portable;
    private final MemorySegment search;
    private final MemorySegment hits;
    private final MemorySegment found;
    private int batch = SMALLEST_BATCH;

    NativeSearch(NativeLibrary library, NativeLibrary.Abreast abreast, Work work, Goal goal) {
        this.library = library;
        this.abreast = abreast;
        this.portable = new MessageDigestSearch(work, goal);
        Arena arena = Arena.ofAuto(); // A search has no end of which it is told.
        this.search = arena.allocate(LAYOUT);
        this.hits = arena.allocate(ValueLayout.JAVA_LONG, MOST_HITS);
        this.found = arena.allocate(ValueLayout.JAVA_INT);
        writeMessage(work);
        LastWord lastWord = LastWord.of(goal);
        set("twice", Reference.isDouble(work) ? 1 : 0);
        set("mask", lastWord.mask());
        set("limit", lastWord.limit());
        if (work instanceof Work.Header header && header.rollVersion()) {
            writeVersions(header, arena);
        }
    }

    @Override
    public long run(long start, long end, Hits listener, BooleanSupplier stop) {
        long next = start;
        while (next < end && !stop.getAsBoolean()) {
            long wanted = Math.min(batch, end - next);
            long begin = System.nanoTime();
            long hashed = library.search(abreast, search, next, wanted, hits, MOST_HITS, found);
            adapt(System.nanoTime() - begin, hashed == batch);
            if (hashed <= 0 || hashed > wanted) {
                throw new IllegalStateException("the native kernel refuses a search, or hashes too much: " + hashed);
            }
            int count = found.get(ValueLayout.JAVA_INT, 0);
            for (int i = 0; i < count; i++) {
                long integer = hits.getAtIndex(ValueLayout.JAVA_LONG, i);
                if (portable.isHit(integer) && !listener.found(integer)) {
                    return integer + 1;
                }
            }
            next += hashed;
        }
        return next;
    }

    /** Lets the next batch last about as long as it should. */
    private void adapt(long nanos, boolean isWhole) {
        if (nanos > BATCH_NANOS) {
            batch = Math.max(SMALLEST_BATCH, batch / 2);
        } else if (isWhole && nanos < BATCH_NANOS / 2) {
            batch = Math.min(LARGEST_BATCH, batch * 2);
        }
    }

    /** The message, padded (FIPS 180-4, section 5.1.1), with the integer's bytes left out. */
    private void writeMessage(Work work) {
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

    private void writeVersions(Work.Header header, Arena arena) {
        int[] block = new int[Sha256.BLOCK_WORDS];
        ByteBuffer.wrap(Arrays.copyOf(header.header().toArray(), Sha256.BLOCK)).asIntBuffer().get(block);
        MemorySegment states = arena.allocate(ValueLayout.JAVA_INT,
                (long) (VERSIONS + VERSIONS_BEHIND) * Sha256.STATE_WORDS);
        library.prepareVersions(arena.allocateFrom(ValueLayout.JAVA_INT, block), states);
        search.set(ValueLayout.ADDRESS, offset("versions"), states);
    }

    private void set(String field, int value) {
        search.set(ValueLayout.JAVA_INT, offset(field), value);
    }

    private void setAll(String field, int from, int[] words) {
        MemorySegment.copy(words, 0, field(field), ValueLayout.JAVA_INT, (long) from * Integer.BYTES, words.length);
    }

    private MemorySegment field(String name) {
        return search.asSlice(offset(name), LAYOUT.select(PathElement.groupElement(name)));
    }

    private static long offset(String field) {
        return LAYOUT.byteOffset(PathElement.groupElement(field));
    }
}
