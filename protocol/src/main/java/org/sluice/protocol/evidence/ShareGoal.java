package org.sluice.protocol.evidence;

import java.math.BigInteger;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.RangeSet;

/**
 * The easier goal that a job's shares meet: of the same kind as the job's own, and never harder.
 *
 * <p>With strength s one integer of 2^s is a share: its digest ends with s zero bits, or, as a little-endian number, is at most
 * 2^(256-s) - 1. If the job's own goal is easier than that, its solutions are the shares.
 *
 * @param goal what a share's digest meets
 * @param hashesPerShare how many integers are hashed on average for one share, 1 or more
 */
public record ShareGoal(Goal goal, double hashesPerShare) {
    /** Most that a strength may be: more integers than 2^63 no job has. */
    public static final int MAX_STRENGTH = 63;

    /** How many shares are expected of a worker in a minute. */
    public static final int PER_MINUTE = 500;

    /** How many shares are expected in a minute of all workers of a job together, at most. */
    public static final int PER_MINUTE_OF_A_JOB = 1_000_000;

    private static final int TARGET_BYTES = 32;

    /**
     * The share goal of a strength.
     *
     * @param own the job's own goal
     * @param strength s, 0 to {@value #MAX_STRENGTH}
     */
    public static ShareGoal of(Goal own, int strength) {
        checkStrength(strength);
        Goal easier = switch (own) {
            case Goal.TrailingZeroBits zeros -> new Goal.TrailingZeroBits(Math.min(zeros.bits(), strength));
            case Goal.Target target -> easier(target, strength);
        };
        return new ShareGoal(easier, easier.expectedHashes(TARGET_BYTES));
    }

    private static Goal.Target easier(Goal.Target own, int strength) {
        BigInteger share = BigInteger.ONE.shiftLeft(8 * TARGET_BYTES - strength).subtract(BigInteger.ONE);
        if (new BigInteger(1, own.target().toArray()).compareTo(share) >= 0) {
            return own;
        }
        byte[] bytes = new byte[TARGET_BYTES];
        byte[] magnitude = share.toByteArray(); // one byte more than the number has, for the sign, or leading bytes fewer
        int length = Math.min(magnitude.length, TARGET_BYTES);
        System.arraycopy(magnitude, magnitude.length - length, bytes, TARGET_BYTES - length, length);
        return new Goal.Target(Bytes.of(bytes));
    }

    /** How many shares so many integers hold on average. */
    public double expectedShares(long integers) {
        return integers / hashesPerShare;
    }

    /** How many shares the ranges hold on average. */
    public double expectedShares(RangeSet ranges) {
        return expectedShares(ranges.size());
    }

    /**
     * The strength for a worker: that with which {@value #PER_MINUTE} shares a minute are expected of it, as nearly as a power of
     * two allows, so 354 to 707; but so high that all workers, if each had as many as this one, would have
     * {@value #PER_MINUTE_OF_A_JOB} at most.
     *
     * @param hashesPerSecond the worker's rate
     * @param workers how many take part in the job, 1 or more
     */
    public static int strengthFor(long hashesPerSecond, int workers) {
        Limits.checkRate(hashesPerSecond, 0);
        Limits.check("the number of workers", workers, 1, Integer.MAX_VALUE);
        double hashesPerMinute = 60.0 * hashesPerSecond;
        double wanted = Math.rint(log2(hashesPerMinute / PER_MINUTE));
        double least = Math.ceil(log2(hashesPerMinute * workers / PER_MINUTE_OF_A_JOB));
        return (int) Math.clamp(Math.max(wanted, least), 0, MAX_STRENGTH);
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }

    static void checkStrength(int strength) {
        Limits.check("a share's strength", strength, 0, MAX_STRENGTH);
    }
}
