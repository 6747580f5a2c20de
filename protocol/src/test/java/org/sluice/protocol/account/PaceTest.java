package org.sluice.protocol.account;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

class PaceTest {
    private final Pace pace = new Pace();

    @Test
    void theBenchmarkCountsUntilAStepWasMeasured() {
        assertFalse(pace.isKnown());
        assertEquals(1_000, pace.hashesPerSecond(1_000));
        pace.measured(200, Duration.ofSeconds(1));
        assertEquals(200, pace.hashesPerSecond(1_000));
    }

    @Test
    void laterStepsCountMore() {
        pace.measured(1_000, Duration.ofSeconds(1));
        pace.measured(2_000, Duration.ofSeconds(1));
        assertEquals(1_300, pace.hashesPerSecond(1));
    }

    @Test
    void afterAStandstillStepsGrowUntilTheyCanBeMeasured() {
        pace.measured(100, Duration.ofSeconds(10));
        pace.measured(5, Duration.ofMillis(1));
        pace.measured(10, Duration.ofMillis(1));
        assertEquals(40, pace.hashesPerSecond(1));
    }

    @Test
    void smallPiecesTellNothing() {
        pace.measured(1_000_000, Duration.ofSeconds(1));
        for (int i = 0; i < 20; i++) {
            pace.measured(1, Duration.ofNanos(1_000));
        }
        assertEquals(1_000_000, pace.hashesPerSecond(1));
    }
}
