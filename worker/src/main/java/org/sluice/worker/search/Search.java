package org.sluice.worker.search;

import java.util.function.BooleanSupplier;

/**
 * A kernel prepared for one work and one goal, to be run over any number of ranges.
 *
 * <p>It owns the buffers that hashing needs, so it belongs to one thread at a time and its loop allocates nothing.
 */
@FunctionalInterface
public interface Search {
    /**
     * Hashes the integers {@code [start, end)} in rising order and tells of every one whose digest meets the goal.
     *
     * <p>The search ends early, with every integer below the returned one hashed and told of and none above, in two
     * cases: {@code stop} is true, which is looked at first and then at least every millisecond or so; or {@code hits}
     * has enough, and then the hit just told of is the last integer of the prefix.
     *
     * @param start the first integer, 0 or more
     * @param end the integer behind the last, at most the work's limit
     * @param hits is told of each hit, in rising order, on the calling thread
     * @param stop whether to stop as soon as possible
     * @return the integer behind the last that was hashed, {@code end} if nothing stopped the search
     */
    long run(long start, long end, Hits hits, BooleanSupplier stop);
}
