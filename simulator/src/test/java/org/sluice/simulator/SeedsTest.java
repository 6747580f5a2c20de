package org.sluice.simulator;

import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

import org.sluice.simulator.scenario.Scenario;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

/** Small networks with drawn faults; {@code -Dseeds=N} runs more of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SeedsTest {
    @Test
    void everyNetworkSurvives() {
        long seeds = Long.getLong("seeds", 200);
        List<String> failures = LongStream.range(0, seeds)
                .parallel()
                .mapToObj(SeedsTest::failure)
                .flatMap(Optional::stream)
                .toList();
        assertEquals(List.of(), failures, () -> String.join("\n", failures));
    }

    /** Seeds that once failed. */
    @ParameterizedTest
    @ValueSource(longs = {53, 187, 529, 567, 580, 732, 736, 857, 962, 1213, 4131, 4692})
    void whatOnceFailedSurvives(long seed) {
        Simulation.run(Scenario.drawn(seed));
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 14, 159})
    void theSameSeedHasTheSameHistory(long seed) {
        String digest = Simulation.run(Scenario.drawn(seed)).digest();
        assertEquals(digest, Simulation.run(Scenario.drawn(seed)).digest());
        assertNotEquals(digest, Simulation.run(Scenario.drawn(seed + 1)).digest());
    }

    private static Optional<String> failure(long seed) {
        try {
            Simulation.run(Scenario.drawn(seed));
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of("seed " + seed + ": " + e.getMessage() + "\n  replay it with: "
                    + SimulateCommand.replay(seed));
        }
    }
}
