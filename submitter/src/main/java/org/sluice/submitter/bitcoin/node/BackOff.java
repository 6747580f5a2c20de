package org.sluice.submitter.bitcoin.node;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before a node is asked again: longer from time to time, and never quite as long as others. One thread uses it. */
public final class BackOff {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LAST = Duration.ofSeconds(30);
    private static final double JITTER = 0.2;

    private final RandomGenerator random;
    private Duration next = FIRST;

    public BackOff(RandomGenerator random) {
        this.random = random;
    }

    /** The next wait: half a second at first, twice as long each time, at most 30 seconds, and a fifth more or less of that. */
    public Duration next() {
        Duration wait = next;
        Duration doubled = wait.multipliedBy(2);
        next = doubled.compareTo(LAST) > 0 ? LAST : doubled;
        return Duration.ofMillis((long) (wait.toMillis() * random.nextDouble(1 - JITTER, 1 + JITTER)));
    }

    /** The node has answered: the next wait is a short one again. */
    public void reset() {
        next = FIRST;
    }
}
