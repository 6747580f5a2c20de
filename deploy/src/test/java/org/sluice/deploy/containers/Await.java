package org.sluice.deploy.containers;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what happens in other processes, with a bound that only a failure reaches. */
public final class Await {
    /** How long. */
    public static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofMillis(100);

    private Await() {}

    /** Waits until the condition holds. */
    public static void that(String what, Callable<Boolean> condition) throws Exception {
        that(what, PATIENCE, condition);
    }

    /** Waits longer, for what takes long of itself. */
    public static void that(String what, Duration patience, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("in vain for " + patience + ": " + what);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
