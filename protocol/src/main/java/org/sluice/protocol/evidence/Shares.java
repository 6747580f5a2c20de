package org.sluice.protocol.evidence;

import java.util.Arrays;
import java.util.stream.LongStream;

import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

/**
 * What a peer claims at one time and in its own name: that it has hashed these ranges, and that these are all the shares of that
 * strength in them. Immutable.
 */
public final class Shares {
    /** Most shares in one claim; in 20 s about 170 are expected. */
    public static final int MAX_SHARES = 65_536;

    /** Most separate ranges in one claim. */
    public static final int MAX_RANGES = 1_000;

    private final int strength;
    private final RangeSet ranges;
    private final long[] integers;

    /** Takes the array over, which nobody may change any more. A part of a claim may have more ranges than a claim. */
    Shares(int strength, RangeSet ranges, long[] integers) {
        ShareGoal.checkStrength(strength);
        Limits.check("a claim's number of shares", integers.length, 0, MAX_SHARES);
        int at = 0;
        for (Range range : ranges) {
            while (at < integers.length && range.contains(integers[at])) {
                if (at > 0 && integers[at] <= integers[at - 1]) {
                    throw new IllegalArgumentException("shares must rise, but " + integers[at] + " stands behind "
                            + integers[at - 1]);
                }
                at++;
            }
        }
        if (at < integers.length) {
            throw new IllegalArgumentException("the share " + integers[at]
                    + " is not in the claimed ranges, or stands behind a higher one");
        }
        this.strength = strength;
        this.ranges = ranges;
        this.integers = integers;
    }

    /**
     * A claim.
     *
     * @param strength with which integers are shares, 0 to {@value ShareGoal#MAX_STRENGTH}
     * @param ranges what was hashed, at most {@value #MAX_RANGES} separate ranges
     * @param integers all shares in the ranges, in rising order, each once, at most {@value #MAX_SHARES}
     */
    public static Shares of(int strength, RangeSet ranges, long... integers) {
        Limits.check("a claim's number of ranges", ranges.rangeCount(), 0, MAX_RANGES);
        return new Shares(strength, ranges, integers.clone());
    }

    public int strength() {
        return strength;
    }

    public RangeSet ranges() {
        return ranges;
    }

    /** How many shares are claimed. */
    public int count() {
        return integers.length;
    }

    /** The shares in rising order. */
    public LongStream integers() {
        return Arrays.stream(integers);
    }

    /** Whether this integer is among the shares. */
    public boolean holds(long integer) {
        return Arrays.binarySearch(integers, integer) >= 0;
    }

    /** The same, of those of its ranges alone that are in the set. */
    Shares within(RangeSet set) {
        RangeSet common = ranges.intersection(set);
        if (common.equals(ranges)) {
            return this;
        }
        long[] rest = new long[integers.length];
        int length = 0;
        for (Range range : common) {
            int from = countBelow(range.start());
            int to = countBelow(range.end());
            System.arraycopy(integers, from, rest, length, to - from);
            length += to - from;
        }
        return new Shares(strength, common, Arrays.copyOf(rest, length));
    }

    /** How many shares are below the integer. */
    private int countBelow(long integer) {
        int at = Arrays.binarySearch(integers, integer);
        return at >= 0 ? at : -at - 1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shares shares && strength == shares.strength && ranges.equals(shares.ranges)
                && Arrays.equals(integers, shares.integers);
    }

    @Override
    public int hashCode() {
        return 31 * ranges.hashCode() + Arrays.hashCode(integers);
    }

    @Override
    public String toString() {
        return "2^" + strength + " in " + ranges + ": " + Arrays.toString(integers);
    }
}
