package org.sluice.worker.limits;

import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProcessorTimesTest {
    private static final String STAT = """
            cpu  1000 200 300 5000 100 10 20 30 400 50
            cpu0 500 100 150 2500 50 5 10 15 200 25
            intr 1 2 3
            """;
    private static final String SELF = "4711 (a (strange) name) S 1 4711 4711 0 -1 4194560 9 8 7 6 150 50 3 2 20 0 9 0 1 2 3\n";

    @Test
    void theTwoFilesAreReadAsDocumented() {
        assertEquals(Optional.of(new ProcessorTimes(1_560, 5_100, 200)), ProcessorTimes.parse(STAT, SELF));
    }

    @ParameterizedTest
    @CsvSource({"'',''", "'cpu 1 2 3','1 (a) S'", "'cpu  a b c d e f g h','4711 (a) S 1 1 1 0 -1 4 9 8 7 6 150 50 3'"})
    void whatIsSomethingElseIsNotRead(String stat, String self) {
        assertEquals(Optional.empty(), ProcessorTimes.parse(stat, self));
    }

    @Test
    void theLoadOfOthersLeavesThisProcessOut() {
        ProcessorTimes before = new ProcessorTimes(1_000, 5_000, 200);
        assertEquals(0.25, before(before, 75, 25, 50));
        assertEquals(0, before(before, 50, 50, 50));
        assertEquals(1, before(before, 100, 0, 0));
    }

    private static double before(ProcessorTimes earlier, long busy, long idle, long own) {
        return new ProcessorTimes(earlier.busy() + busy, earlier.idle() + idle, earlier.own() + own)
                .foreignLoadSince(earlier);
    }

    @Test
    void countersThatStandStillOrRunBackwardsAreNoLoad() {
        ProcessorTimes earlier = new ProcessorTimes(1_000, 5_000, 200);
        assertEquals(0, earlier.foreignLoadSince(earlier));
        assertEquals(0, new ProcessorTimes(900, 5_050, 200).foreignLoadSince(earlier));
        assertEquals(0, new ProcessorTimes(1_010, 5_100, 300).foreignLoadSince(earlier));
    }

    @Test
    void aDesktopIsInUseWhileItsSessionIsActiveAndNotIdle() {
        assertTrue(UsageReader.isInUse("ActiveSession=2\nIdleHint=no\n"));
        assertFalse(UsageReader.isInUse("ActiveSession=2\nIdleHint=yes\n"));
        assertFalse(UsageReader.isInUse("ActiveSession=\nIdleHint=no\n"));
        assertFalse(UsageReader.isInUse(""));
    }
}
