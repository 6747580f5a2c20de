package org.sluice.worker.search.measure;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DutyCycleTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long HOUR = 3_600 * SECOND;

    private final Times times = new Times();

    /** A thread's clocks, as the test sets them. */
    private static final class Times implements ThreadClock {
        /** Readings may be negative, as those of the system may be. */
        long elapsed = -50 * MILLI;
        long processor = 7 * SECOND;

        @Override
        public long elapsed() {
            return elapsed;
        }

        @Override
        public long processor() {
            return processor;
        }

        @Override
        public void rest(long nanos) {
            elapsed += nanos;
        }

        void work(long nanos) {
            elapsed += nanos;
            processor += nanos;
        }
    }

    private DutyCycle duty(double share) {
        DutyCycle duty = new DutyCycle(share, times);
        assertEquals(0, duty.rested());
        return duty;
    }

    /** Works in steps of about a millisecond, and oversleeps each rest a little, as real threads do. */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.25, 0.5, 0.9, 0.99})
    void theShareIsKeptOverTimeThoughEveryRestIsTooLong(double share) {
        SplittableRandom random = new SplittableRandom(1);
        DutyCycle duty = duty(share);
        long begin = times.elapsed;
        long worked = 0;
        long longestStretch = 0;
        long stretch = 0;
        while (times.elapsed - begin < 60 * SECOND) {
            long step = random.nextLong(MILLI / 2, 3 * MILLI / 2);
            times.work(step);
            worked += step;
            stretch += step;
            long rest = duty.worked();
            while (rest > 0) {
                longestStretch = Math.max(longestStretch, stretch);
                stretch = 0;
                times.elapsed += rest + random.nextLong(MILLI);
                rest = duty.rested();
            }
        }
        double kept = (double) worked / (times.elapsed - begin);
        assertEquals(share, kept, 0.02 * share + 0.001);
        // What is owed is rested as soon as it can be, less the credit for having overslept.
        double longest = 3 * MILLI / share + 2 * DutyCycle.SHORTEST_REST_NANOS * share / (1 - share) + 2 * MILLI;
        assertTrue(longestStretch <= longest, "it worked " + longestStretch + " ns at a time");
    }

    /**
     * Others preempt the thread, for a turn of some milliseconds each time, and for up to a tenth of a second now and then:
     * it gets what it is allowed, or all that is left if that is less, and never more in any second.
     */
    @ParameterizedTest
    @CsvSource({"0.5, 0.8, 0.5", "0.5, 0.6, 0.5", "0.5, 0.4, 0.4", "0.9, 0.5, 0.5", "0.1, 0.5, 0.1", "0.25, 0.2, 0.2"})
    void beingPreemptedIsNotWorking(double share, double left, double expected) {
        SplittableRandom random = new SplittableRandom(2);
        DutyCycle duty = duty(share);
        long begin = times.elapsed;
        long beginProcessor = times.processor;
        double preempted = 0;
        Deque<Times> lastSecond = new ArrayDeque<>();
        while (times.elapsed - begin < 120 * SECOND) {
            long step = random.nextLong(MILLI / 2, 3 * MILLI / 2);
            times.work(step);
            preempted += step * (1 - left) / left;
            if (random.nextInt(20) == 0) {
                long turn = Math.min((long) preempted, DutyCycle.MOST_CREDIT_NANOS);
                times.elapsed += turn;
                preempted -= turn;
            }
            for (long rest = duty.worked(); rest > 0; rest = duty.rested()) {
                times.elapsed += rest;
            }
            Times now = new Times();
            now.elapsed = times.elapsed;
            now.processor = times.processor;
            lastSecond.add(now);
            while (now.elapsed - lastSecond.element().elapsed > SECOND) {
                lastSecond.remove();
            }
            long inLastSecond = now.processor - lastSecond.element().processor;
            assertTrue(inLastSecond <= share * (SECOND + DutyCycle.MOST_CREDIT_NANOS + 3 * MILLI) + 3 * MILLI,
                    () -> "it had " + inLastSecond + " ns of a second");
        }
        double kept = (double) (times.processor - beginProcessor) / (times.elapsed - begin);
        assertEquals(expected, kept, 0.1 * expected);
    }

    @Test
    void withoutALimitItNeverRests() {
        DutyCycle duty = duty(1);
        times.work(HOUR);
        times.processor += HOUR; // A coarse clock may run ahead.
        assertEquals(0, duty.worked());
    }

    @Test
    void timeWithoutWorkCountsAsRestButNotForLong() {
        DutyCycle duty = duty(0.5);
        times.elapsed += HOUR;
        assertEquals(0, duty.rested(), "an hour of waiting");
        times.work(DutyCycle.MOST_CREDIT_NANOS);
        assertEquals(0, duty.worked());
        times.work(5 * MILLI);
        assertEquals(5 * MILLI, duty.worked());
    }

    @Test
    void aMachineThatWasSuspendedInTheMiddleOfWorkOrRestIsFollowedByNoBurst() {
        DutyCycle duty = duty(0.5);
        times.work(MILLI);
        times.elapsed += HOUR;
        assertEquals(0, duty.worked());
        times.work(DutyCycle.MOST_CREDIT_NANOS + 5 * MILLI);
        assertEquals(5 * MILLI, duty.worked());
        times.elapsed += HOUR;
        assertEquals(0, duty.rested());
        times.work(DutyCycle.MOST_CREDIT_NANOS + 5 * MILLI);
        assertEquals(5 * MILLI, duty.worked());
    }

    @Test
    void whatTheThreadDoesOtherwiseIsNoWork() {
        DutyCycle duty = duty(0.5);
        times.elapsed += HOUR;
        times.processor += SECOND;
        assertEquals(0, duty.rested());
    }

    @Test
    void aRestThatIsCutShortIsOwedOn() {
        DutyCycle duty = duty(0.5);
        times.work(10 * MILLI);
        assertEquals(10 * MILLI, duty.worked());
        times.elapsed += 4 * MILLI;
        assertEquals(6 * MILLI, duty.rested());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.01, Double.NaN})
    void aShareThatIsNoneIsRefused(double share) {
        assertThrows(IllegalArgumentException.class, () -> new DutyCycle(share, times));
    }

    @Test
    void theSystemTellsWhatPassesAndWhatAThreadHasOfAProcessor() {
        ThreadClock clock = ThreadClock.ofSystem();
        long elapsed = clock.elapsed();
        long processor = clock.processor();
        while (clock.processor() == processor || clock.elapsed() == elapsed) {
            Thread.onSpinWait();
        }
        assertTrue(clock.processor() > processor && clock.elapsed() > elapsed, () -> "neither runs backwards");
    }
}
