package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, with a bound. */
public final class Eventually {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofMillis(5);

    private Eventually() {}

    public static void until(BooleanSupplier condition, Supplier<String> otherwise) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + BOUND + ": " + otherwise.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }
}
