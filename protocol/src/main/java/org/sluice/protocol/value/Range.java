package org.sluice.protocol.value;

/**
 * A half-open range of integers {@code [start, end)} that holds at least one.
 *
 * @param start first integer, 0 or more
 * @param end the integer behind the last, greater than {@code start}, at most 2^63-1
 */
public record Range(long start, long end) implements Comparable<Range> {
    public Range {
        if (start < 0) {
            throw new IllegalArgumentException("a range must not start below 0: " + start);
        }
        if (end <= start) {
            throw new IllegalArgumentException(
                    "a range must end behind its start, but [" + start + ", " + end + ") holds no integer");
        }
    }

    /** How many integers the range holds, 1 to 2^63-1. */
    public long size() {
        return end - start;
    }

    /** Whether the integer lies in the range. */
    public boolean contains(long integer) {
        return integer >= start && integer < end;
    }

    @Override
    public int compareTo(Range other) {
        int byStart = Long.compare(start, other.start);
        return byStart != 0 ? byStart : Long.compare(end, other.end);
    }

    @Override
    public String toString() {
        return "[" + start + ", " + end + ")";
    }
}
