package org.sluice.worker.search;

/**
 * How one hashing thread keeps to a share of a processor's time: after working for a while it owes a rest in proportion.
 *
 * <p>It rests in stretches of some milliseconds, so that the machine's other programs wait hardly longer than for any of
 * their kind. What a rest was too long, because the system wakes a thread late, is set against the next one; time without
 * work counts as rest, but not for more than a moment. All times are readings of {@link System#nanoTime()}.
 */
final class DutyCycle {
    /** What is owed is rested once it is so long: a thread cannot sleep precisely for less. */
    static final long SHORTEST_REST_NANOS = 2_000_000;
    private static final long MOST_CREDIT_NANOS = 20_000_000;

    private final double restPerWork;
    private double owed;
    private long last;

    /**
     * A thread that has not worked yet.
     *
     * @param share of the time in which it may work, above 0 and at most 1
     */
    DutyCycle(double share, long now) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a share of the time is above 0 and at most 1, not " + share);
        }
        this.restPerWork = (1 - share) / share;
        this.last = now;
    }

    /** The thread has worked until now; says how long it is to rest, 0 if it may go on. */
    long worked(long now) {
        owed += (now - last) * restPerWork;
        last = now;
        return rest();
    }

    /** The thread has rested until now, or had nothing to do; says how long it is to rest on. */
    long rested(long now) {
        owed = Math.max(-MOST_CREDIT_NANOS, owed - (now - last));
        last = now;
        return rest();
    }

    private long rest() {
        return owed >= SHORTEST_REST_NANOS ? (long) owed : 0;
    }
}
