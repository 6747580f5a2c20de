package org.sluice.submitter.command;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.value.JobId;
import org.sluice.submitter.CommandFixture;
import org.sluice.submitter.FakeRunner;
import org.sluice.submitter.SupersededException;
import org.sluice.submitter.request.UsageException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ResumeCommandTest {
    private final CommandFixture sluice = new CommandFixture();

    @Test
    void goesOnWithTheJobAndPrintsItsAnswer() {
        sluice.network.runner.whileRunning = () -> sluice.network.runner.observer.orElseThrow()
                .noticed(new Notice.JobResumed(new JobId("anna.integers-1"), 4, 1));

        assertEquals(1, sluice.run("resume", "anna.integers-1"));

        assertEquals(List.of("connect localhost:2181", "resume anna.integers-1", "close"), sluice.network.happened);
        assertEquals(List.of("job anna.integers-1: MD5 of integers in [0, 10) for 1 trailing zero bit, all solutions",
                "resumed with 4 integers covered and 1 subjob out; waits for those who have them"), sluice.errLines());
        assertEquals("EXHAUSTED: there is no solution in [0, 10)\n10 hashes in 2.0 s, 5 H/s\n", sluice.out());
    }

    @Test
    void takesTheCommonOptions() {
        assertEquals(1, sluice.run("resume", "anna.integers-1", "--tracker", "far:99", "--timeout", "5m", "--json",
                "--quiet"));

        assertEquals(List.of("connect far:99", "resume anna.integers-1 " + Duration.ofMinutes(5), "close"),
                sluice.network.happened);
        assertTrue(sluice.out().startsWith("{\"job\":\"anna.integers-1\",\"status\":\"EXHAUSTED\""), sluice.out());
        assertEquals("", sluice.err());
    }

    @ParameterizedTest
    @CsvSource({"FOUND, 0", "EXHAUSTED, 1", "EXPIRED, 4", "CANCELLED, 4", "FAILED, 3"})
    void endsAsTheJobDoes(Outcome outcome, int status) {
        sluice.network.runner.answers = spec -> FakeRunner.ended(spec, outcome, List.of());

        assertEquals(status, sluice.run("resume", "anna.integers-1"));
    }

    @Test
    void cancelsTheJobOnCtrlC() {
        sluice.network.runner.whileRunning = sluice.interrupts::interrupt;

        assertEquals(130, sluice.run("resume", "anna.integers-1"));
        assertTrue(sluice.network.happened.contains("cancel"));
        assertTrue(sluice.out().startsWith("CANCELLED"), sluice.out());
    }

    @Test
    void tellsInOneLineWhyNot() {
        sluice.network.runner.refusal = Optional.of(new UsageException("there is no job anna.integers-1"));
        assertEquals(2, sluice.run("resume", "anna.integers-1"));
        sluice.network.runner.refusal = Optional
                .of(new SupersededException("anna.integers-1 was resumed by oak.00000001"));
        assertEquals(3, sluice.run("resume", "anna.integers-1"));
        assertEquals(2, sluice.run("resume", "a/b"));

        assertEquals(
                List.of("sluice: there is no job anna.integers-1",
                        "sluice: anna.integers-1 was resumed by oak.00000001",
                        "sluice: a job id is its owner's name, a point, and the job's name, each 1 to 40 of a-z, 0-9 and -, not 'a/b'; "
                                + "sluice jobs lists them"),
                sluice.errLines());
        assertEquals("", sluice.out());
    }
}
