package org.sluice.worker.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class IdleDetectorTest {
    private static final Optional<String> IDLE = Optional.empty();
    private static final Optional<String> LOADED = Optional.of("other programs need this machine");
    private static final Optional<String> TYPED = Optional.of("somebody uses this machine");
    private static final Optional<Duration> NO_INPUT = Optional.empty();

    private final IdleDetector detector = new IdleDetector();
    private Instant now = Instant.EPOCH;

    /** Some seconds pass, and then such a load is seen. */
    private Optional<String> after(int seconds, double load) {
        return after(seconds, load, NO_INPUT);
    }

    private Optional<String> after(int seconds, double load, Optional<Duration> sinceInput) {
        now = now.plusSeconds(seconds);
        return detector.inUse(now, new Usage(load, sinceInput));
    }

    @Test
    void aMachineIsIdleUntilItIsKnownNotToBe() {
        assertEquals(IDLE, after(0, 1));
    }

    @Test
    void itIsInUseWhenTheLoadHasBeenHighForTenSeconds() {
        assertEquals(IDLE, after(0, 0.5));
        assertEquals(IDLE, after(5, 0.5));
        assertEquals(LOADED, after(5, 0.5));
    }

    @Test
    void aShortPeakIsNoReason() {
        assertEquals(IDLE, after(0, 0.9));
        assertEquals(IDLE, after(5, 0.1));
        assertEquals(IDLE, after(5, 0.9));
        assertEquals(IDLE, after(5, 0.9));
        assertEquals(LOADED, after(5, 0.9));
    }

    @Test
    void itIsIdleAgainWhenTheLoadHasBeenLowForAMinute() {
        after(0, 0.5);
        assertEquals(LOADED, after(10, 0.5));
        assertEquals(LOADED, after(5, 0.05));
        assertEquals(LOADED, after(55, 0.05));
        assertEquals(IDLE, after(5, 0.05));
    }

    @Test
    void betweenTheThresholdsEverythingStaysAsItIs() {
        assertEquals(IDLE, after(0, 0.2));
        assertEquals(IDLE, after(600, 0.2));
        after(5, 0.5);
        assertEquals(LOADED, after(10, 0.5));
        assertEquals(LOADED, after(600, 0.2));
        assertEquals(LOADED, after(600, 0.2));
    }

    @Test
    void somebodyWhoTypesIsAReasonAtOnceAndForThreeMinutes() {
        assertEquals(TYPED, after(5, 0, Optional.of(Duration.ofSeconds(2))));
        assertEquals(TYPED, after(5, 0, Optional.of(Duration.ofSeconds(179))));
        assertEquals(IDLE, after(5, 0, Optional.of(Duration.ofMinutes(3))));
    }

    @Test
    void theLoadIsWatchedAlsoWhileSomebodyTypes() {
        assertEquals(TYPED, after(0, 0.5, Optional.of(Duration.ZERO)));
        assertEquals(TYPED, after(10, 0.5, Optional.of(Duration.ZERO)));
        assertEquals(LOADED, after(5, 0.5, Optional.of(Duration.ofHours(1))));
    }

    @Test
    void nobodyTypesInTimeToCome() {
        assertThrows(IllegalArgumentException.class, () -> new Usage(0, Optional.of(Duration.ofSeconds(-1))));
    }

    /** Whatever the load does, between two changes of the verdict lies at least the shorter of the two times. */
    @Test
    void itDoesNotFlap() {
        SplittableRandom random = new SplittableRandom(7);
        Optional<String> before = IDLE;
        Instant changed = Instant.EPOCH.minus(Duration.ofDays(1));
        int changes = 0;
        for (int i = 0; i < 100_000; i++) {
            Optional<String> verdict = after(random.nextInt(1, 6), random.nextInt(8) < 7
                    ? (i / 40 % 2 == 0 ? 0.5 : 0.05)
                    : random.nextDouble());
            if (!verdict.equals(before)) {
                Duration dwelt = Duration.between(changed, now);
                Duration least = verdict.equals(IDLE) ? IdleDetector.IDLE_AFTER : IdleDetector.BUSY_AFTER;
                assertTrue(dwelt.compareTo(least) >= 0, () -> "it changed again after " + dwelt);
                changes++;
                changed = now;
                before = verdict;
            }
        }
        assertTrue(changes > 100, "it changed only " + changes + " times");
    }
}
