package org.sluice.protocol.value;

import java.time.Duration;

/**
 * The bounds of every number that comes from outside, each so low that what peers calculate with it cannot overflow.
 *
 * <p>The records of the protocol hold themselves to them when they are made. So what decodes is safe to work with, and what
 * does not is refused where it arrives.
 */
public final class Limits {
    /** Highest epoch of an edge; an adoption does not raise it beyond. */
    public static final long MAX_EPOCH = 1L << 62;

    /** By how much the epochs that one root of a job makes lie above those of the root before: 2 to the power of this. */
    public static final int EPOCH_BITS = 32;

    /** Highest epoch of a job's root: that root's edges have room below {@link #MAX_EPOCH}. */
    public static final long MAX_ROOT_EPOCH = MAX_EPOCH >>> EPOCH_BITS;

    /** Highest number of a result or a request, which count upwards from 1. */
    public static final long MAX_NUMBER = 1L << 62;

    /** Highest rate in hashes/s: those of thousands of peers can be added up, and a double tells each exactly. */
    public static final long MAX_RATE = 1_000_000_000_000_000L;

    /** Most times that a question may be passed on. */
    public static final int MAX_HOPS = 64;

    /** Longest time that a job may have, or that somebody can be asked to wait; it leaves room for sums in nanoseconds. */
    public static final Duration MAX_DURATION = Duration.ofDays(36_525);

    /** Most ancestors in a lineage; peers name fewer. */
    public static final int MAX_LINEAGE = 16;

    /** Longest digest in bytes, that of SHA-512. */
    public static final int MAX_DIGEST = 64;

    /** Most zero bits that anybody can ask for or claim. */
    public static final int MAX_ZERO_BITS = 4_096;

    private Limits() {}

    /** Refuses an edge's epoch outside 0 to {@link #MAX_EPOCH}. */
    public static void checkEpoch(long epoch) {
        check("an epoch", epoch, 0, MAX_EPOCH);
    }

    /** Refuses a root's epoch outside 0 to {@link #MAX_ROOT_EPOCH}. */
    public static void checkRootEpoch(long epoch) {
        check("a root's epoch", epoch, 0, MAX_ROOT_EPOCH);
    }

    /** Refuses a number of a message outside 0 to {@link #MAX_NUMBER}. */
    public static void checkNumber(long number) {
        check("a message's number", number, 0, MAX_NUMBER);
    }

    /** Refuses a rate below the least or above {@link #MAX_RATE}. */
    public static void checkRate(long hashesPerSecond, long least) {
        check("a rate", hashesPerSecond, least, MAX_RATE);
    }

    /** Refuses a time that is negative or longer than {@link #MAX_DURATION}. */
    public static void checkDuration(Duration time) {
        if (time.isNegative() || time.compareTo(MAX_DURATION) > 0) {
            throw new IllegalArgumentException("a time must be 0 to " + MAX_DURATION.toDays() + " days, not " + time);
        }
    }

    /**
     * Refuses what is out of bounds.
     *
     * @param what it is called, with its article
     * @throws IllegalArgumentException if the value is below the least or above the most
     */
    public static void check(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " must be " + least + " to " + most + ", not " + value);
        }
    }
}
