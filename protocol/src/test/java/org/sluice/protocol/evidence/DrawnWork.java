package org.sluice.protocol.evidence;

import java.util.Arrays;
import java.util.SplittableRandom;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.RangeSet;

/** The work of a peer, drawn by chance: which integers are shares, and which of them it finds. */
final class DrawnWork {
    static final int STRENGTH = 10;
    static final ShareGoal GOAL = ShareGoal.of(new Goal.TrailingZeroBits(STRENGTH), STRENGTH);

    private static final double LOG_OF_NO_SHARE = Math.log1p(-1 / GOAL.hashesPerShare());

    private final SplittableRandom random;
    private final double scattered;
    private long skipFrom;
    private long skipTo;
    private long end;
    private long nextShare;

    /**
     * The work of a peer that skips this part of it, here and there.
     *
     * @param scattered 0 of an honest peer, to 1
     */
    DrawnWork(SplittableRandom random, double scattered) {
        this.random = random;
        this.scattered = scattered;
        nextShare = gap();
    }

    /** It skips one piece besides, where so many shares are expected, behind so many others. */
    DrawnWork skipping(double behind, double expected) {
        skipFrom = integers(behind);
        skipTo = skipFrom + integers(expected);
        return this;
    }

    private static long integers(double expected) {
        return Math.max(1, Math.round(expected * GOAL.hashesPerShare()));
    }

    /** How many integers lie before the next share. */
    private long gap() {
        return (long) (Math.log(1 - random.nextDouble()) / LOG_OF_NO_SHARE);
    }

    /** What the peer claims next, of a range in which so many shares are expected. */
    Shares next(double expected) {
        long start = end;
        end += integers(expected);
        long[] found = new long[16];
        int count = 0;
        for (; nextShare < end; nextShare += 1 + gap()) {
            boolean isSkipped = (nextShare >= skipFrom && nextShare < skipTo)
                    || (scattered > 0 && random.nextDouble() < scattered);
            if (!isSkipped) {
                if (count == found.length) {
                    found = Arrays.copyOf(found, 2 * count);
                }
                found[count++] = nextShare;
            }
        }
        return new Shares(STRENGTH, RangeSet.of(start, end), Arrays.copyOf(found, count));
    }
}
