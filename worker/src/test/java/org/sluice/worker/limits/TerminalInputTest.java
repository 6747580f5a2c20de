package org.sluice.worker.limits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TerminalInputTest {
    private static final Instant NOON = Instant.parse("2026-01-05T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final TerminalInput input = new TerminalInput();
    private Instant wall = NOON;
    private Instant steady = Instant.EPOCH;

    private void pass(int seconds) {
        wall = wall.plusSeconds(seconds);
        steady = steady.plusSeconds(seconds);
    }

    private Optional<Duration> look(Map<String, Instant> accessTimes) {
        return input.since(accessTimes, wall, steady);
    }

    private static Optional<Duration> seconds(int seconds) {
        return Optional.of(Duration.ofSeconds(seconds));
    }

    @Test
    void withoutTerminalsNothingIsKnown() {
        assertEquals(Optional.empty(), look(Map.of()));
    }

    @Test
    void theTerminalThatWasReadFromLastCounts() {
        Map<String, Instant> terminals = Map.of("1", NOON.minusSeconds(90), "2", NOON.minusSeconds(7), "3",
                Instant.EPOCH);
        assertEquals(seconds(7), look(terminals));
        pass(60);
        assertEquals(seconds(67), look(terminals));
    }

    @Test
    void aTimeToComeHidesNoOther() {
        assertEquals(seconds(4), look(Map.of("1", NOON.plus(DAY), "2", NOON.minusSeconds(4))));
        pass(300);
        assertEquals(seconds(0), look(Map.of("1", NOON.plus(DAY), "2", wall)));
    }

    @Test
    void aTimeToComeAloneIsNoInput() {
        assertEquals(Optional.empty(), look(Map.of("1", NOON.plus(DAY))));
        pass(5);
        assertEquals(Optional.empty(), look(Map.of("1", NOON.plus(DAY))));
    }

    @Test
    void aKeyShowsAlsoOnATerminalWhoseTimeWasToCome() {
        look(Map.of("1", NOON.plus(DAY)));
        pass(5);
        assertEquals(seconds(0), look(Map.of("1", wall.minusSeconds(3))));
    }

    @Test
    void aClockThatIsSetForwardDoesNotMakeTheLastKeyOld() {
        Map<String, Instant> terminals = Map.of("1", NOON.minusSeconds(10));
        look(terminals);
        wall = wall.plus(DAY);
        pass(5);
        assertEquals(seconds(15), look(terminals));
    }

    @Test
    void aClockThatIsSetBackDoesNotMakeTheLastKeyUnknown() {
        Map<String, Instant> terminals = Map.of("1", NOON.minusSeconds(10));
        look(terminals);
        wall = wall.minus(DAY);
        pass(5);
        assertEquals(seconds(15), look(terminals));
        pass(5);
        assertEquals(seconds(0), look(Map.of("1", wall)));
    }

    @Test
    void aTerminalThatIsClosedWasStillTypedAt() {
        look(Map.of("1", NOON));
        pass(5);
        assertEquals(seconds(5), look(Map.of()));
    }

    @Test
    void aTerminalThatCannotBeLookedAtHidesNoOther(@TempDir Path folder) throws IOException {
        Path typedAt = Files.createFile(folder.resolve("2"));
        Files.setAttribute(typedAt, "lastAccessTime", FileTime.from(NOON));
        for (String gone : List.of("0", "1", "3", "4")) {
            Files.createSymbolicLink(folder.resolve(gone), folder.resolve("nowhere"));
        }
        Files.createFile(folder.resolve("ptmx"));

        assertEquals(Map.of(typedAt.toString(), NOON),
                UsageReader.accessTimes(List.of(folder.resolve("none"), folder)));
    }
}
