package org.sluice.worker.search;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DutyCycleTest {
    private static final long MILLI = 1_000_000;

    /** Works in steps of about a millisecond, and oversleeps each rest a little, as real threads do. */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.25, 0.5, 0.9, 0.99})
    void theShareIsKeptOverTimeThoughEveryRestIsTooLong(double share) {
        SplittableRandom random = new SplittableRandom(1);
        DutyCycle duty = new DutyCycle(share, 0);
        long now = 0;
        long worked = 0;
        long longestStretch = 0;
        long stretch = 0;
        while (now < 60_000 * MILLI) {
            long step = random.nextLong(MILLI / 2, 3 * MILLI / 2);
            now += step;
            worked += step;
            stretch += step;
            long rest = duty.worked(now);
            while (rest > 0) {
                longestStretch = Math.max(longestStretch, stretch);
                stretch = 0;
                now += rest + random.nextLong(MILLI);
                rest = duty.rested(now);
            }
        }
        double kept = (double) worked / now;
        assertEquals(share, kept, 0.02 * share + 0.001);
        // What is owed is rested as soon as it can be, less the credit for having overslept.
        double longest = 3 * MILLI / share + 2 * DutyCycle.SHORTEST_REST_NANOS * share / (1 - share) + 2 * MILLI;
        assertTrue(longestStretch <= longest, "it worked " + longestStretch + " ns at a time");
    }

    @Test
    void withoutALimitItNeverRests() {
        DutyCycle duty = new DutyCycle(1, 0);
        assertEquals(0, duty.worked(Long.MAX_VALUE / 2));
    }

    @Test
    void timeWithoutWorkCountsAsRestButNotForLong() {
        DutyCycle duty = new DutyCycle(0.5, 0);
        assertEquals(0, duty.rested(3_600_000 * MILLI), "an hour of waiting");
        assertEquals(0, duty.worked(3_600_000 * MILLI + 20 * MILLI));
        assertEquals(5 * MILLI, duty.worked(3_600_000 * MILLI + 25 * MILLI));
    }

    @Test
    void aRestThatIsCutShortIsOwedOn() {
        DutyCycle duty = new DutyCycle(0.5, 0);
        assertEquals(10 * MILLI, duty.worked(10 * MILLI));
        assertEquals(6 * MILLI, duty.rested(14 * MILLI));
    }

    @Test
    void readingsMayBeNegativeAsThoseOfTheSystemMayBe() {
        DutyCycle duty = new DutyCycle(0.5, -50 * MILLI);
        assertEquals(10 * MILLI, duty.worked(-40 * MILLI));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.01, Double.NaN})
    void aShareThatIsNoneIsRefused(double share) {
        assertThrows(IllegalArgumentException.class, () -> new DutyCycle(share, 0));
    }
}
