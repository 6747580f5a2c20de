package org.sluice.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.sluice.worker.search.Kernels;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class BenchmarkCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsEveryKernelAndWorkForOneThreadAndForAllAsJson() throws Exception {
        assertEquals(0, run("--seconds", "0.01", "--warm-up", "0", "--threads", "3", "--gpu", "none", "--json"));

        JsonNode array = new ObjectMapper().readTree(out.toString());
        Set<String> rows = new HashSet<>();
        for (JsonNode row : array) {
            assertEquals(Set.of("kernel", "work", "threads", "hashesPerSecond", "processorShare", "steady", "doubt"),
                    Set.copyOf(row.properties().stream().map(Map.Entry::getKey).toList()));
            assertTrue(row.get("processorShare").asDouble() > 0, "it hashed");
            if (Kernels.named(row.get("kernel").asText()).orElseThrow().warmsUp()) {
                assertFalse(row.get("steady").asBoolean(), "nothing is steady that was not warmed");
            }
            assertEquals(!row.get("steady").asBoolean(), row.get("doubt").isTextual());
            assertTrue(row.get("hashesPerSecond").isIntegralNumber());
            assertTrue(row.get("hashesPerSecond").asLong() > 0);
            rows.add(row.get("kernel").asText() + " " + row.get("work").asText() + " " + row.get("threads").asInt());
        }
        assertEquals(expectedRows(1, 3), rows);
        assertEquals(rows.size(), array.size());
    }

    @Test
    void measuresADeviceOnceForEachWork() throws Exception {
        assumeTrue(DevicesHere.areThere(), DevicesHere.NONE);
        assertEquals(0, run("--seconds", "0.01", "--warm-up", "0", "--threads", "2", "--gpu", "0", "--json"));

        List<String> rows = new ArrayList<>();
        for (JsonNode row : new ObjectMapper().readTree(out.toString())) {
            if (row.get("kernel").asText().startsWith("opencl:")) {
                assertTrue(row.get("kernel").asText().matches("opencl:[a-z0-9-]+"), row::toString);
                assertEquals(1, row.get("threads").asInt());
                rows.add(row.get("work").asText());
            }
        }
        assertEquals(Stream.of(WorkKind.values()).map(WorkKind::label).toList(), rows);
    }

    @Test
    void printsATable() {
        assertEquals(0, run("--seconds", "0.01", "--warm-up", "0", "--threads", "1", "--gpu", "none"));

        List<String> lines = out.toString().lines().toList();
        assertEquals(1 + expectedRows(1).size(), lines.size());
        assertTrue(lines.getFirst().startsWith("work"), lines.getFirst());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("header-rolling") && line.contains(" 100.0%")));
        assertTrue(lines.stream()
                .skip(1)
                .filter(line -> !line.contains(" native-"))
                .allMatch(line -> line.contains("  not steady: ")), out.toString());
    }

    @Test
    void oneKernelCanBeNamed() {
        assertEquals(0, run("--seconds", "0.01", "--warm-up", "0", "--threads", "1", "--kernel", "message-digest"));

        List<String> lines = out.toString().lines().toList();
        assertEquals(1 + WorkKind.values().length, lines.size());
        assertTrue(lines.stream().skip(1).allMatch(line -> line.contains("message-digest")), out.toString());

        assertEquals(2, run("--kernel", "vector-8"));
        assertTrue(err.toString().contains("there is no kernel 'vector-8' here; there are "), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--threads=0", "--threads=-1", "--threads=100000", "--threads=many", "--seconds=0",
            "--seconds=-1", "--seconds=NaN", "--seconds=1e9", "--warm-up=-1", "--minutes=1", "--gpu=one", "--gpu=0,",
            "--gpu=9999"})
    void wrongUsageEndsWith2(String option) {
        assertEquals(2, run(option));

        assertEquals("", out.toString());
        assertTrue(err.toString().contains(option.substring(0, option.indexOf('='))), err.toString());
    }

    private static Set<String> expectedRows(int... threads) {
        Set<String> rows = new HashSet<>();
        for (int count : threads) {
            for (SearchKernel kernel : Kernels.all()) {
                for (WorkKind kind : WorkKind.values()) {
                    if (kernel.supports(kind.sample())) {
                        rows.add(kernel.name() + " " + kind.label() + " " + count);
                    }
                }
            }
        }
        return rows;
    }

    private int run(String... arguments) {
        return new CommandLine(new BenchmarkCommand()).setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
