package org.sluice.submitter.network;

import java.time.Duration;

/** Says when people are to be told again how far something is: not too often. For one thread. */
final class ProgressClock {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private long toldNanos = System.nanoTime() - INTERVAL.toNanos();

    /** Whether it is time; then it is counted as told. */
    boolean isDue() {
        long now = System.nanoTime();
        boolean due = now - toldNanos >= INTERVAL.toNanos();
        if (due) {
            toldNanos = now;
        }
        return due;
    }
}
