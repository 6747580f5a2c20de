package org.sluice.worker;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.choice.Kernels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

@Tag("slow")
class BenchmarkCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void printsEveryKernelAndWorkForOneThreadAndForAllAsJson() throws Exception {
        assertEquals(0, run("--seconds", "0.01", "--warm-up", "0", "--threads", "3", "--gpu", "none", "--json"));

        JsonNode array = new ObjectMapper().readTree(out.toString());
        Set<String> rows = new HashSet<>();
        for (JsonNode row : array) {
            assertEquals(
                    Set.of("kernel", "instructions", "work", "threads", "hashesPerSecond", "processorShare", "steady",
                            "doubt"),
                    Set.copyOf(row.properties().stream().map(Map.Entry::getKey).toList()));
            assertTrue(row.get("processorShare").asDouble() > 0, "it hashed");
            if (Kernels.named(row.get("kernel").asText()).orElseThrow().warmsUp()) {
                assertFalse(row.get("steady").asBoolean(), "nothing is steady that was not warmed");
            }
            assertEquals(!row.get("steady").asBoolean(), row.get("doubt").isTextual());
            assertTrue(row.get("hashesPerSecond").isIntegralNumber());
            switch (row.get("kernel").asText()) {
                case "native-avx512" -> assertEquals("AVX-512", row.get("instructions").asText());
                case "native-avx2" -> assertEquals("AVX2", row.get("instructions").asText());
                case "native-sha" -> assertEquals("SHA instructions", row.get("instructions").asText());
                case "message-digest" -> assertTrue(row.get("instructions").isNull());
                default -> assertTrue(row.get("instructions").asText().matches("AVX.*|SSE|NEON|SVE"), row::toString);
            }
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

    @Test
    void kernelsAreShownWithTheirInstructions() {
        assertEquals(0, run("--seconds", "0.01", "--warm-up", "0", "--threads", "1", "--gpu", "none"));

        for (SearchKernel kernel : Kernels.all()) {
            String shown = kernel.instructions().map(of -> kernel.name() + " (" + of + ") ").orElse(kernel.name());
            assertTrue(out.toString().contains(shown), out.toString());
        }
    }

    /** Kernels, kinds of work and numbers of threads of both machines, of only this and of only that one. */
    @Test
    void anotherMachineIsSetBesideThisOne() throws Exception {
        Path file = file(
                """
                        [{"kernel": "message-digest", "work": "header", "threads": 1, "hashesPerSecond": 1},
                        {"kernel": "message-digest", "work": "header", "threads": 64, "hashesPerSecond": 7000000, "steady": false,
                        "doubt": "busy\\u001b[2J"},
                        {"kernel": "message-digest", "work": "integer", "threads": 1, "hashesPerSecond": 0, "doubt": null},
                        {"kernel": "sponge\\u001b[31m\\n", "work": "integer", "threads": 1, "hashesPerSecond": 2500000},
                        {"kernel": "message-digest", "work": "scrypt", "threads": 1, "hashesPerSecond": 3}]
                        """);

        assertEquals(0, compare(file));

        List<String> lines = out.toString().lines().toList();
        assertEquals(1 + 2 * WorkKind.values().length + 1, lines.size(), out.toString());
        assertTrue(lines.getFirst().matches(".* of best +rate there +threads +ratio"), lines.getFirst());
        assertTrue(lines.get(1).matches("header .* 1 .*%.*%  +0\\.000 MH/s +1 +\\d{4,}\\.\\d\\d.*"), lines.get(1));
        assertTrue(lines.get(2)
                .matches("header .* 2 .*%.*%  +7\\.000 MH/s +64 +\\d+\\.\\d\\d .*  not steady there: "
                        + "busy\\\\u001b\\[2J"),
                lines.get(2));
        assertTrue(lines.get(3).matches("header-rolling .* 1 .*%.*%  +- +- +-.*"), lines.get(3));
        assertTrue(lines.get(5).matches("integer .* 1 .*%.*%  +0\\.000 MH/s +1 +-.*"), lines.get(5));
        assertTrue(lines.getLast().matches("integer +sponge\\\\u001b\\[31m\\\\u000a +- +- +- +- +2\\.500 MH/s +1 +-"),
                lines.getLast());

        out.getBuffer().setLength(0);
        assertEquals(0, compare(file, "--json"));
        JsonNode array = new ObjectMapper().readTree(out.toString());
        assertEquals(2 * WorkKind.values().length, array.size());
        JsonNode one = array.get(0);
        assertEquals(1, one.get("there").get("hashesPerSecond").asLong());
        assertEquals(one.get("hashesPerSecond").asDouble(), one.get("ratio").asDouble());
        JsonNode all = array.get(1);
        assertEquals(64, all.get("there").get("threads").asInt());
        assertFalse(all.get("there").get("steady").asBoolean());
        assertEquals(all.get("hashesPerSecond").asDouble() / 7_000_000, all.get("ratio").asDouble(), 0.001);
        assertTrue(array.get(2).get("there").isNull() && array.get(2).get("ratio").isNull());
        assertTrue(array.get(4).get("ratio").isNull(), "nothing is a multiple of nothing");

        assertEquals(0, compare(file(out.toString())), "what compares can be compared with");
    }

    @Test
    void aFileThatIsNoBenchmarksOutputIsWrongUsage() throws Exception {
        String row = "{\"kernel\": \"k\", \"work\": \"header\", \"threads\": 1, \"hashesPerSecond\": 5}";
        for (String text : List.of("", "[", "nonsense\u001b[2J\n", "{}", "[]", "7", "[7]", "[" + row + "] []",
                "[" + row.replace("header", "") + "]", "[" + row.replace("\"k\"", "7") + "]",
                "[" + row.replace("1,", "0,") + "]", "[" + row.replace("1,", "4097,") + "]",
                "[" + row.replace("5", "-1") + "]", "[" + row.replace("5", "1e3") + "]",
                "[" + row.replace("5", "9".repeat(900)) + "]", "[" + row.replace("5}", "5, \"doubt\": 7}") + "]",
                "[" + row.replace("k", "k".repeat(201)) + "]", "[".repeat(2_000),
                "[" + row + " ".repeat(1 << 20) + "]")) {
            isRefused(file(text), " is not ");
        }
        isRefused(folder.resolve("absent"), "there is no file ");
        isRefused(folder, "cannot be read");
    }

    private void isRefused(Path file, String why) {
        err.getBuffer().setLength(0);
        assertEquals(2, compare(file));
        assertEquals("", out.toString());
        String line = err.toString().lines().findFirst().orElseThrow();
        assertTrue(line.startsWith("--compare-file: ") && line.contains(file.toString()) && line.contains(why), line);
        assertTrue(line.length() < 300 + file.toString().length() && line.indexOf('\u001b') < 0, line);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "benchmark", ".json"), text);
    }

    private int compare(Path file, String... more) {
        return run(Stream.concat(
                Stream.of("--seconds=0.01", "--warm-up=0", "--threads=2", "--kernel=message-digest",
                        "--compare-file=" + file),
                Stream.of(more)).toArray(String[]::new));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void asManyThreadsAreMeasuredAsThereAreCpusToBindThemTo() throws Exception {
        String cpu = Files.readString(Path.of("/proc/self/status"))
                .replaceAll("(?s).*Cpus_allowed_list:\\s*(\\d+).*", "$1");
        assertEquals(0,
                run("--seconds=0.01", "--warm-up=0", "--kernel=message-digest", "--json", "--cpu-affinity=" + cpu));

        for (JsonNode row : new ObjectMapper().readTree(out.toString())) {
            assertEquals(1, row.get("threads").asInt());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--threads=0", "--threads=-1", "--threads=100000", "--threads=many", "--seconds=0",
            "--seconds=-1", "--seconds=NaN", "--seconds=1e9", "--warm-up=-1", "--minutes=1", "--gpu=one", "--gpu=0,",
            "--gpu=9999", "--cpu-affinity=one", "--cpu-affinity=9999"})
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
