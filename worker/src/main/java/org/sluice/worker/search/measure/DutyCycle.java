package org.sluice.worker.search.measure;

/**
 * How one hashing thread keeps to a share of a processor's time: after working for a while it owes a rest in proportion.
 *
 * <p>Work is what the thread has had of a processor. Where others take the processors, it waits for them often enough to need
 * fewer rests, or none: else a busy machine would get less from it than its user allows. It rests in stretches of some
 * milliseconds, so that the machine's other programs wait hardly longer than for any of their kind. What it waited or
 * rested longer than it had to, because the system wakes a thread late or has no processor for it, is set against the next
 * rests, but no more than a tenth of a second of it: neither a machine that was suspended nor a thread that had nothing to do
 * is followed by a burst.
 */
public final class DutyCycle {
    /** What is owed is rested once it is so long: a thread cannot sleep precisely for less. */
    static final long SHORTEST_REST_NANOS = 2_000_000;
    /** So long Linux makes a container wait at most that has used up its share of a period. */
    static final long MOST_CREDIT_NANOS = 100_000_000;

    private final double share;
    private final ThreadClock clock;
    private double owed;
    private long lastElapsed;
    private long lastProcessor;

    /**
     * A thread that has not worked yet, and says that it has rested before it works.
     *
     * @param share of a processor's time that it may use, above 0 and at most 1, which is no limit
     * @param clock is asked for the thread's times on that thread
     */
    public DutyCycle(double share, ThreadClock clock) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a share of the time is above 0 and at most 1, not " + share);
        }
        this.share = share;
        this.clock = clock;
        this.lastElapsed = clock.elapsed();
    }

    /** The thread has worked until now; says how long it is to rest, 0 if it may go on. */
    public long worked() {
        return passed(true);
    }

    /** The thread has rested until now, or had nothing to do; says how long it is to rest on. */
    public long rested() {
        return passed(false);
    }

    private long passed(boolean working) {
        if (share == 1) {
            return 0;
        }
        long elapsed = clock.elapsed();
        long processor = clock.processor();
        double work = working ? Math.max(0, processor - lastProcessor) : 0;
        owed = Math.max(-MOST_CREDIT_NANOS, owed + work / share - (elapsed - lastElapsed));
        lastElapsed = elapsed;
        lastProcessor = processor;
        return owed >= SHORTEST_REST_NANOS ? (long) owed : 0;
    }
}
