package org.sluice.simulator;

import java.time.Duration;
import java.util.List;

import org.sluice.protocol.value.Mode;
import org.sluice.simulator.scenario.Faults;
import org.sluice.simulator.scenario.Scenario;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a network achieves, in small; the command {@code simulate} shows it in large. */
@Tag("slow")
class TargetsTest {
    @Test
    void withoutFaultsNothingIsHashedTwiceAndNobodyWaits() {
        Report report = Simulation.run(Scenario.of(200, 7, Duration.ofMinutes(5), Faults.NONE));
        assertEquals(0, report.hashedTwice());
        assertTrue(report.utilisation() > 0.97, () -> "utilisation " + report.utilisation());
        assertTrue(report.messagesPerPeerMinute() < 10, () -> "messages " + report.messagesPerPeerMinute());
    }

    /** One worker with GPUs is 200 to 10,000 times as fast as each of the others, and has four fifths of the rate. */
    @Test
    void aGiantAmongSmallWorkersKeepsAllBusy() {
        Report report = Simulation.run(Scenario.of(100, 7, Duration.ofMinutes(10), Faults.NONE).withGiant(10e9));
        assertEquals(0, report.hashedTwice());
        assertTrue(report.utilisation() > 0.98, () -> "utilisation " + report.utilisation());
        assertTrue(report.messagesPerPeerMinute() < 10, () -> "messages " + report.messagesPerPeerMinute());
    }

    @Test
    void underChurnADeathCostsAReportIntervalAtMost() {
        Report report = Simulation.run(Scenario.of(100, 7, Duration.ofMinutes(10), Faults.parse("churn=1")));
        assertTrue(report.failures() > 5, () -> "failures " + report.failures());
        assertTrue(report.lostSecondsPerFailure() < 21, () -> "lost " + report.lostSecondsPerFailure());
        assertTrue(report.overlap() < 0.005, () -> "overlap " + report.overlap());
        assertTrue(report.utilisation() > 0.93, () -> "utilisation " + report.utilisation());
        // A session of 10 s, the list, a ping, a step.
        assertTrue(report.ownRecovery().slowestSeconds() < 13, () -> "recovery " + report.ownRecovery());
    }

    @Test
    void aBrokerOutageOfAnHourDoesNotMakeAnybodyRedistribute() {
        Scenario calm = Scenario.of(50, 7, Duration.ofMinutes(30), Faults.NONE);
        Report without = Simulation.run(calm);
        Report with = Simulation.run(Scenario.of(50, 7, Duration.ofMinutes(30), Faults.parse("outage=3600")));

        assertEquals(0, sent(with, "adopt"));
        assertEquals(0, with.hashedTwice());
        // Everybody runs out of work in the outage, and what is left is divided a little more often after it.
        long requests = sent(without, "subjob_request");
        assertTrue(sent(with, "subjob_request") < 3 * requests, () -> with.byType() + " after " + requests);
    }

    @Test
    void anIdleNetworkIsQuiet() {
        Scenario.Job late = new Scenario.Job(Duration.ofMinutes(60), Duration.ofSeconds(10), Mode.ALL, 0, 16,
                Duration.ofDays(1));
        Scenario base = Scenario.of(50, 7, Duration.ofMinutes(1), Faults.NONE);
        Report report = Simulation.run(new Scenario(7, 50, 1, base.slowest(), base.fastest(), 0, List.of(late),
                base.delay(), Faults.NONE, base.faultsEnd(), base.parameters(), Duration.ZERO));

        double perPeerMinute = sent(report, "work_wanted") / 50.0 / 60;
        assertTrue(perPeerMinute < 2, () -> "asked " + perPeerMinute);
    }

    private static long sent(Report report, String type) {
        return report.byType().getOrDefault(type, -1L);
    }
}
