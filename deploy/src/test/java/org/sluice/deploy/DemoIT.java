package org.sluice.deploy;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The demonstration, as a newcomer sees it. */
class DemoIT {
    @Test
    void aBlockIsMinedInAWindowThatIsSaidToBeOneAndCovered() throws Exception {
        try (SluiceProcess demo = SluiceProcess.start("demo")) {
            assertEquals(0, demo.exitCode(), demo::toString);

            for (String told : List.of("only a window of [\\d,]+ around it is searched.*--full searches all",
                    "2083236893 +000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
                    "Mined: 2083236893", "Covered: all [\\d,]+ nonces of the window", "\\./sluice submit integers")) {
                demo.awaitOutput(told);
            }
            demo.awaitError("worker\\d found nonce 2083236893");
            assertTrue(demo.output().lines().noneMatch(line -> line.contains("unsearched")), demo::toString);
        }
    }
}
