package org.sluice.simulator;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a network achieves, in small; the command {@code simulate} shows it in large. */
class TargetsTest {
    @Test
    void withoutFaultsNothingIsHashedTwiceAndNobodyWaits() {
        Report report = Simulation.run(Scenario.of(200, 7, Duration.ofMinutes(5), Faults.NONE));
        assertEquals(0, report.hashedTwice());
        assertTrue(report.utilisation() > 0.97, () -> "utilisation " + report.utilisation());
        assertTrue(report.messagesPerPeerMinute() < 10, () -> "messages " + report.messagesPerPeerMinute());
    }

    @Test
    void underChurnADeathCostsAReportIntervalAtMost() {
        Report report = Simulation.run(Scenario.of(100, 7, Duration.ofMinutes(10), Faults.parse("churn=1")));
        assertTrue(report.failures() > 5, () -> "failures " + report.failures());
        assertTrue(report.lostSecondsPerFailure() < 21, () -> "lost " + report.lostSecondsPerFailure());
        assertTrue(report.overlap() < 0.005, () -> "overlap " + report.overlap());
        assertTrue(report.utilisation() > 0.93, () -> "utilisation " + report.utilisation());
    }
}
