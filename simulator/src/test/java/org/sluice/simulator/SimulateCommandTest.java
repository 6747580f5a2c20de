package org.sluice.simulator;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.sluice.simulator.scenario.Fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SimulateCommandTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return new CommandLine(new SimulateCommand()).setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @Test
    void theJsonReportHasWhatScriptsReadFromIt() throws Exception {
        assertEquals(0,
                execute("--peers", "20", "--seed", "7", "--job-hours", "0.02", "--faults", "crash=3", "--json"));
        JsonNode report = new ObjectMapper().readTree(out.toString());
        for (String name : new String[]{"digest", "peers", "makespanSeconds", "idealSeconds", "utilisation", "overlap",
                "failures", "lostPerFailure", "messages", "maxDepth"}) {
            assertTrue(report.hasNonNull(name), name);
        }
        assertEquals(20, report.get("peers").asInt());
        assertEquals(72, report.get("idealSeconds").asDouble(), 0.1);
    }

    @Test
    void aPlotIsAnSvgDocumentForLightAndDark() throws Exception {
        Path plot = folder.resolve("run.svg");
        assertEquals(0, execute("--peers", "5", "--job-hours", "0.01", "--plot", plot.toString()));

        String svg = Files.readString(plot);
        assertTrue(svg.startsWith("<svg xmlns="), svg);
        assertTrue(svg.contains("prefers-color-scheme: dark"), svg);
        assertTrue(svg.contains("virtual time since the job's start in s"), svg);
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(plot.toFile());
    }

    @Test
    void scalingComparesNetworksOfSeveralSizes() throws Exception {
        Path plot = folder.resolve("scaling.svg");
        assertEquals(0, execute("--scaling", "4,1,2", "--job-hours", "0.01", "--plot", plot.toString()));

        assertEquals(List.of("peers", "1", "2", "4"),
                out.toString().lines().map(line -> line.strip().split(" ")[0]).toList());
        assertTrue(Files.readString(plot).contains("ideal"));
    }

    @Test
    @Tag("slow")
    void theEvaluationWritesTablesAndPlots() throws Exception {
        assertEquals(0, execute("evaluation", folder.toString(), "--quick"));

        String page = Files.readString(folder.resolve("README.md"));
        for (String plot : new String[]{"loss", "scaling", "granularity", "best-minimum", "utilisation"}) {
            assertTrue(page.contains("(" + plot + ".svg)"), page);
            assertTrue(Files.size(folder.resolve(plot + ".svg")) > 1_000, plot);
        }
        assertTrue(page.contains("74%"), page);
    }

    @Test
    void theHelpKnowsEveryFault() {
        assertEquals(0, execute("--help"));
        Set<String> listed = out.toString()
                .lines()
                .dropWhile(line -> !line.equals("Faults:"))
                .skip(1)
                .filter(line -> line.matches("  \\w+ .*"))
                .map(line -> line.strip().split(" ")[0])
                .collect(Collectors.toSet());
        Set<String> all = Stream.of(Fault.values()).map(Fault::text).collect(Collectors.toSet());
        all.add("churn");
        assertEquals(all, listed, out::toString);
    }

    @Test
    void anUnknownFaultIsWrongUsage() {
        assertEquals(2, execute("--faults", "rain=1"));
        assertTrue(err.toString().contains("rain=1"), err::toString);
    }
}
