package org.sluice.tracker;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/** Waits for a condition, with a bound that only a failing test reaches. */
public final class Await {
    private static final Duration BOUND = Duration.ofSeconds(30);

    private Await() {}

    /** Asks again and again until the answer is as expected, and returns it. */
    public static <T> T until(String expectation, Callable<T> question, Predicate<T> expected) {
        long deadline = System.nanoTime() + BOUND.toNanos();
        @Nullable
        Object last = null;
        while (System.nanoTime() - deadline < 0) {
            try {
                T answer = question.call();
                if (expected.test(answer)) {
                    return answer;
                }
                last = answer;
            } catch (Exception e) {
                last = e;
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        throw new AssertionError(
                "not within " + BOUND.toSeconds() + " s: " + expectation + "; the last answer was " + last);
    }

    public static void that(String expectation, Callable<Boolean> condition) {
        var _ = until(expectation, condition, answer -> answer);
    }
}
