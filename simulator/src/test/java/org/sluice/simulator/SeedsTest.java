package org.sluice.simulator;

import java.util.ArrayList;
import java.util.List;

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
        List<String> failures = new ArrayList<>();
        for (long seed = 0; seed < seeds; seed++) {
            try {
                Simulation.run(Scenario.drawn(seed));
            } catch (IllegalStateException e) {
                failures.add("seed " + seed + ": " + e.getMessage() + "\n  replay it with: "
                        + SimulateCommand.replay(seed));
            }
        }
        assertEquals(List.of(), failures, () -> String.join("\n", failures));
    }

    /** Seeds that once failed. */
    @ParameterizedTest
    @ValueSource(longs = {53, 187, 529, 580, 732, 736, 857, 962, 4692})
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
}
