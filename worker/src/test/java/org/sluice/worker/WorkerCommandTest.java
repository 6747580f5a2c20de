package org.sluice.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What worker says to its options before it looks for a network. */
class WorkerCommandTest {
    @ParameterizedTest
    @ValueSource(strings = {"--cpu-affinity=", "--cpu-affinity=all", "--cpu-affinity=1-0", "--cpu-affinity=9999",
            "--threads=1025", "--cpu-limit=0", "--name=Oak", "--name=a_b", "--name=", "--tracker=a:99999",
            "--tracker=zk1/a b"})
    void wrongUsageEndsWith2(String option) {
        StringWriter err = new StringWriter();

        assertEquals(2, new CommandLine(new WorkerCommand(() -> "test")).setErr(new PrintWriter(err)).execute(option));

        assertTrue(err.toString().lines().findFirst().orElseThrow().contains(option.replaceFirst("=.*", "")),
                err.toString());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void asManyThreadsHashAsThereAreCpusToBindThemToUnlessItIsSaid() throws Exception {
        String cpu = Files.readString(Path.of("/proc/thread-self/status"))
                .replaceAll("(?s).*Cpus_allowed_list:\\s*(\\d+).*", "$1");

        LimitOptions bound = CommandLine.populateCommand(new LimitOptions(), "--cpu-affinity", cpu);
        assertEquals(1, bound.threads());
        assertEquals("1 hashing on CPU " + cpu, bound.inWords());
        assertEquals(3,
                CommandLine.populateCommand(new LimitOptions(), "--cpu-affinity", cpu, "--threads", "3").threads());
        assertEquals(Runtime.getRuntime().availableProcessors(),
                CommandLine.populateCommand(new LimitOptions()).threads());
    }
}
