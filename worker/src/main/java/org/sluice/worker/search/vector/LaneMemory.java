package org.sluice.worker.search.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

import org.sluice.worker.search.Sha256;

import org.jspecify.annotations.Nullable;

/**
 * The memory in which the vectors of one width lie between the pieces of a hash: a table of K, and behind it parts of
 * equal size, of which every running search borrows one.
 *
 * <p>It is one segment for all searches, so that the compiler knows it: of the checks that reading and writing memory
 * takes, only that of the bounds is left then. It begins on a cache line, and every vector lies on one.
 */
final class LaneMemory {
    /** Far more than threads that hash at the same time. */
    private static final int PARTS = Math.max(32, 4 * Runtime.getRuntime().availableProcessors());
    private static final int CACHE_LINE = 64;

    @SuppressWarnings("restricted") // The mask below keeps those who use it within this memory.
    private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private final MemorySegment segment;
    private final long mask;
    private final Deque<Long> free = new ArrayDeque<>();

    /**
     * @param vectorBytes the size of a vector
     * @param vectors how many vectors a part has room for
     */
    LaneMemory(int vectorBytes, int vectors) {
        long partBytes = (long) vectors * vectorBytes;
        long tableBytes = (long) Sha256.ROUNDS * vectorBytes;
        long end = tableBytes + PARTS * partBytes;
        this.mask = 2 * Long.highestOneBit(end - 1) - 1;
        this.segment = Arena.global().allocate(mask + 1 + partBytes, CACHE_LINE);
        for (int part = 0; part < PARTS; part++) {
            free.add(tableBytes + part * partBytes);
        }
    }

    /** All memory of the process, where an offset is an address; for {@link Column}, which has the mask keep it in here. */
    static MemorySegment everything() {
        return EVERYTHING;
    }

    /**
     * One bits up to that of the last offset. Whatever number is masked with it becomes an offset behind which there is memory of
     * the size of a part; the offset of a part stays what it is.
     */
    long mask() {
        return mask;
    }

    /** All of the memory; the table of K is at its beginning. */
    MemorySegment segment() {
        return segment;
    }

    /** Where a part begins that nobody else uses, in bytes; null if none is left. */
    synchronized @Nullable Long borrow() {
        return free.poll();
    }

    /** The part is not used any more. */
    synchronized void giveBack(Long part) {
        free.push(part);
    }
}
