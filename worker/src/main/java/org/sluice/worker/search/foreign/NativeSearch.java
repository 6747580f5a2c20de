package org.sluice.worker.search.foreign;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Hits;
import org.sluice.worker.search.MessageDigestSearch;
import org.sluice.worker.search.PaddedMessage;
import org.sluice.worker.search.Search;

/**
 * A search by the C functions of {@link NativeLibrary}, in batches of about a millisecond.
 *
 * <p>What passes their test of the digest's last word is hashed once more by the portable kernel, which decides.
 */
final class NativeSearch implements Search {
    /** As many as the function may tell of in a call. */
    private static final int MOST_HITS = 4_096;
    private static final int SMALLEST_BATCH = 1 << 10;
    private static final int LARGEST_BATCH = 1 << 16;
    private static final long BATCH_NANOS = 1_000_000;

    private final NativeLibrary.Function function;
    private final MessageDigestSearch portable;
    private final MemorySegment search;
    private final MemorySegment hits;
    private final MemorySegment found;
    private int batch = SMALLEST_BATCH;

    NativeSearch(NativeLibrary.Function function, Work.Plain work, Goal goal) {
        this.function = function;
        this.portable = new MessageDigestSearch(work, goal);
        Arena arena = Arena.ofAuto(); // A search has no end of which it is told.
        NativeMessage message = new NativeMessage(work, goal, arena);
        this.search = message.struct();
        this.hits = arena.allocate(ValueLayout.JAVA_LONG, MOST_HITS);
        this.found = arena.allocate(ValueLayout.JAVA_INT);
        if (work instanceof Work.Header header && header.rollVersion()) {
            function.prepareVersions(arena.allocateFrom(ValueLayout.JAVA_INT, PaddedMessage.firstBlock(header)),
                    message.allocateStates(arena));
        }
    }

    @Override
    public long run(long start, long end, Hits listener, BooleanSupplier stop) {
        long next = start;
        while (next < end && !stop.getAsBoolean()) {
            long wanted = Math.min(batch, end - next);
            long begin = System.nanoTime();
            long hashed = function.search(search, next, wanted, hits, MOST_HITS, found);
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
}
