package org.sluice.protocol.value;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * An immutable set of integers of {@code [0, 2^63-1)}, kept as the fewest possible disjoint ranges in rising order.
 *
 * <p>The set operations run along both operands once, and only where they meet: what lies beside the other operand is found
 * by bisection and copied. Bounds are kept in one flat array, {@code start0, end0, start1, end1, ...}, each greater than the one
 * before.
 */
public final class RangeSet implements Iterable<Range> {
    /** The set without an integer. */
    public static final RangeSet EMPTY = new RangeSet(new long[0]);

    private final long[] bounds;

    private RangeSet(long[] bounds) {
        this.bounds = bounds;
    }

    /** The integers of one range. */
    public static RangeSet of(Range range) {
        return new RangeSet(new long[]{range.start(), range.end()});
    }

    /** The integers {@code [start, end)}, none if the two are equal. */
    public static RangeSet of(long start, long end) {
        return start == end ? EMPTY : of(new Range(start, end));
    }

    /** The integers of all the ranges, which may overlap and stand in any order. */
    public static RangeSet of(Collection<Range> ranges) {
        Range[] sorted = ranges.toArray(new Range[0]);
        Arrays.sort(sorted);
        Builder builder = new Builder(sorted.length);
        for (Range range : sorted) {
            builder.add(range.start(), range.end());
        }
        return builder.build();
    }

    /** Whether the set holds no integer. */
    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /** How many integers the set holds, 0 to 2^63-1. */
    public long size() {
        long size = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            size += bounds[i + 1] - bounds[i];
        }
        return size;
    }

    /** Of how many separate ranges the set consists. */
    public int rangeCount() {
        return bounds.length / 2;
    }

    /** The separate ranges in rising order. */
    public List<Range> ranges() {
        Range[] ranges = new Range[bounds.length / 2];
        for (int i = 0; i < ranges.length; i++) {
            ranges[i] = new Range(bounds[2 * i], bounds[2 * i + 1]);
        }
        return List.of(ranges);
    }

    /** The separate ranges from one index to, but without, another, in rising order. */
    public RangeSet part(int from, int to) {
        return from == to ? EMPTY : new RangeSet(Arrays.copyOfRange(bounds, 2 * from, 2 * to));
    }

    @Override
    public Iterator<Range> iterator() {
        return ranges().iterator();
    }

    /**
     * The lowest of the separate ranges.
     *
     * @throws NoSuchElementException if the set is empty
     */
    public Range first() {
        if (isEmpty()) {
            throw new NoSuchElementException("an empty set has no first range");
        }
        return new Range(bounds[0], bounds[1]);
    }

    /** Whether the integer is in the set. */
    public boolean contains(long integer) {
        int at = Arrays.binarySearch(bounds, integer);
        // A start that is hit exactly is inside; an end that is hit is not; otherwise an odd insertion point is inside.
        return at >= 0 ? at % 2 == 0 : (-at - 1) % 2 == 1;
    }

    /** Whether every integer of the other set is in this one. */
    public boolean containsAll(RangeSet other) {
        return other.minus(this).isEmpty();
    }

    /** Whether the two sets have an integer in common. */
    public boolean intersects(RangeSet other) {
        if (isEmpty() || other.isEmpty()) {
            return false;
        }
        int i = firstEndingAfter(other.bounds[0]);
        int j = i < bounds.length ? other.firstEndingAfter(bounds[i]) : 0;
        while (i < bounds.length && j < other.bounds.length) {
            if (bounds[i + 1] <= other.bounds[j]) {
                i += 2;
            } else if (other.bounds[j + 1] <= bounds[i]) {
                j += 2;
            } else {
                return true;
            }
        }
        return false;
    }

    /** The integers that are in either set. */
    public RangeSet plus(RangeSet other) {
        if (bounds.length < other.bounds.length) {
            return other.plus(this);
        }
        if (other.isEmpty()) {
            return this;
        }
        int from = firstEndingAfter(other.bounds[0] - 1); // one that only touches is joined, too
        int to = firstBeginningAfter(other.bounds[other.bounds.length - 1]);
        Builder builder = new Builder(rangeCount() + other.rangeCount());
        builder.addAll(bounds, 0, from);
        int i = from;
        int j = 0;
        while (i < to || j < other.bounds.length) {
            if (j == other.bounds.length || (i < to && bounds[i] <= other.bounds[j])) {
                builder.add(bounds[i], bounds[i + 1]);
                i += 2;
            } else {
                builder.add(other.bounds[j], other.bounds[j + 1]);
                j += 2;
            }
        }
        builder.addAll(bounds, to, bounds.length);
        return builder.build();
    }

    /** The integers that are in this set and not in the other. */
    public RangeSet minus(RangeSet other) {
        if (!intersects(other)) {
            return this;
        }
        int from = firstEndingAfter(other.bounds[0]);
        int to = firstBeginningAfter(other.bounds[other.bounds.length - 1] - 1);
        Builder builder = new Builder(rangeCount() + other.rangeCount());
        builder.addAll(bounds, 0, from);
        int j = 0;
        for (int i = from; i < to; i += 2) {
            long start = bounds[i];
            long end = bounds[i + 1];
            while (j < other.bounds.length && other.bounds[j + 1] <= start) {
                j += 2;
            }
            for (int k = j; k < other.bounds.length && other.bounds[k] < end; k += 2) {
                if (other.bounds[k] > start) {
                    builder.add(start, other.bounds[k]);
                }
                start = Math.max(start, other.bounds[k + 1]);
            }
            if (start < end) {
                builder.add(start, end);
            }
        }
        builder.addAll(bounds, to, bounds.length);
        return builder.build();
    }

    /** The integers that are in both sets. */
    public RangeSet intersection(RangeSet other) {
        if (isEmpty() || other.spans(this)) {
            return this;
        }
        Builder builder = new Builder(Math.max(rangeCount(), other.rangeCount()));
        int i = 0;
        int j = 0;
        while (i < bounds.length && j < other.bounds.length) {
            long start = Math.max(bounds[i], other.bounds[j]);
            long end = Math.min(bounds[i + 1], other.bounds[j + 1]);
            if (start < end) {
                builder.add(start, end);
            }
            if (bounds[i + 1] <= other.bounds[j + 1]) {
                i += 2;
            } else {
                j += 2;
            }
        }
        return builder.build();
    }

    /** The same with those gaps between its ranges that lie in the other set from end to end: as few ranges as these allow. */
    public RangeSet filled(RangeSet other) {
        Builder builder = new Builder(rangeCount());
        for (int i = 0; i < bounds.length; i += 2) {
            boolean joined = i > 0 && other.holds(bounds[i - 1], bounds[i]);
            builder.add(joined ? bounds[i - 1] : bounds[i], bounds[i + 1]);
        }
        return builder.build();
    }

    /** Whether every integer from one to, but without, another is in the set. */
    private boolean holds(long start, long end) {
        int at = firstEndingAfter(start);
        return at < bounds.length && bounds[at] <= start && bounds[at + 1] >= end;
    }

    /** The lowest {@code count} integers, or all if the set holds fewer. */
    public RangeSet lowest(long count) {
        Builder builder = new Builder(rangeCount());
        long left = count;
        for (int i = 0; i < bounds.length && left > 0; i += 2) {
            long taken = Math.min(left, bounds[i + 1] - bounds[i]);
            builder.add(bounds[i], bounds[i] + taken);
            left -= taken;
        }
        return builder.build();
    }

    /** The highest {@code count} integers, or all if the set holds fewer. */
    public RangeSet highest(long count) {
        return count >= size() ? this : minus(lowest(size() - Math.max(0, count)));
    }

    /** Whether this is one range, and all of the other set, which is not empty, lies in it. */
    private boolean spans(RangeSet other) {
        return bounds.length == 2 && bounds[0] <= other.bounds[0]
                && other.bounds[other.bounds.length - 1] <= bounds[1];
    }

    /** Where the first of the ranges begins whose end is greater. */
    private int firstEndingAfter(long integer) {
        int bound = firstBoundAfter(integer);
        return bound - bound % 2;
    }

    /** Where the first of the ranges begins whose start is greater. */
    private int firstBeginningAfter(long integer) {
        int bound = firstBoundAfter(integer);
        return bound + bound % 2;
    }

    private int firstBoundAfter(long integer) {
        int at = Arrays.binarySearch(bounds, integer);
        return at >= 0 ? at + 1 : -at - 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RangeSet set && Arrays.equals(bounds, set.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return ranges().toString();
    }

    /** Collects ranges that come with rising starts, joining those that touch or overlap. */
    private static final class Builder {
        private long[] bounds;
        private int length;

        Builder(int ranges) {
            bounds = new long[Math.max(2, 2 * ranges)];
        }

        /** Adds ranges that lie behind those added before, and apart from them; there must be room for them. */
        void addAll(long[] others, int from, int to) {
            System.arraycopy(others, from, bounds, length, to - from);
            length += to - from;
        }

        void add(long start, long end) {
            if (length > 0 && start <= bounds[length - 1]) {
                bounds[length - 1] = Math.max(bounds[length - 1], end);
                return;
            }
            if (length == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * length);
            }
            bounds[length] = start;
            bounds[length + 1] = end;
            length += 2;
        }

        RangeSet build() {
            return length == 0 ? EMPTY : new RangeSet(length == bounds.length ? bounds : Arrays.copyOf(bounds, length));
        }
    }
}
