package org.sluice.simulator;

import java.io.PrintWriter;
import java.io.StringWriter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class SimulateCommandTest {
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
    void anUnknownFaultIsWrongUsage() {
        assertEquals(2, execute("--faults", "rain=1"));
        assertTrue(err.toString().contains("rain=1"), err::toString);
    }
}
