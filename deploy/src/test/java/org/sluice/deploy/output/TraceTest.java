package org.sluice.deploy.output;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What is logged quotes others: it must not be able to forge lines. */
final class TraceTest {
    private final IllegalStateException failure = new IllegalStateException("outer\n12:00 ERROR forged",
            new IllegalArgumentException("inner\u001b[2J"));

    @Test
    void aTraceHasALineForEachOfItsParts() {
        List<String> lines = Trace.lines(failure);
        assertEquals("java.lang.IllegalStateException: outer\\u000a12:00 ERROR forged", lines.getFirst());
        assertTrue(lines.contains("Caused by: java.lang.IllegalArgumentException: inner\\u001b[2J"), lines::toString);
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("    at " + TraceTest.class.getName())),
                lines::toString);
    }

    @Test
    void theLogIsMadeOfPrintableLines() {
        LoggingEvent event = new LoggingEvent("here", new LoggerContext().getLogger("here"), Level.WARN, "skipped {}",
                failure, new Object[]{"a\nb\u202e"});
        assertEquals("skipped a\\u000ab\\u202e", new MessageConverter().convert(event));
        assertEquals(String.join(System.lineSeparator(), Trace.lines(failure)) + System.lineSeparator(),
                new TraceConverter().convert(event));
        LoggingEvent calm = new LoggingEvent("here", new LoggerContext().getLogger("here"), Level.WARN, "calm", null,
                null);
        assertEquals("", new TraceConverter().convert(calm));
    }
}
