package org.sluice.simulator;

import java.time.Duration;
import java.util.List;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.value.Mode;
import org.sluice.simulator.check.Invariants;
import org.sluice.simulator.scenario.Faults;
import org.sluice.simulator.scenario.Scenario;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many messages a job takes that is full of solutions; the bounds are {@link Invariants}'. */
class TrafficTest {
    private static final int SOLUTIONS = 3_000;

    private static void run(int peers, Mode mode, Duration ideal, double rate) {
        Scenario.Job job = new Scenario.Job(Duration.ofSeconds(10), ideal, mode, SOLUTIONS, 4, Duration.ofDays(1));
        Simulation.run(new Scenario(peers, peers, 2, rate, rate, 0, List.of(job), Duration.ofMillis(2), Faults.NONE,
                Duration.ofSeconds(60), Parameters.defaults(), Duration.ZERO));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 17, 60})
    void aJobThatEndsWithinASecondTakesTwelveMessagesForEachPeerAndTwoAfterItsEnd(int peers) {
        run(peers, Mode.ALL, Duration.ofMillis(300), 1e6);
        run(peers, Mode.FIRST, Duration.ofMillis(300), 1e6);
    }

    /** The fewer integers there are, the more of them are solutions: of six every second one. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void howManySolutionsThereAreMakesNoDifference(Mode mode) {
        run(1, mode, Duration.ofMillis(500), 12_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 40})
    void afterItsEndALongJobTakesNoMoreThanThreeForEachPeer(int peers) {
        run(peers, Mode.FIRST, Duration.ofSeconds(100), 1e4);
        run(peers, Mode.ALL, Duration.ofSeconds(100), 1e4);
    }
}
