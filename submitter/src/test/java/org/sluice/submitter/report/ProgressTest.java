package org.sluice.submitter.report;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;

import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Mode;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ProgressTest {
    private static final long MILLION = 1_000_000;

    @Test
    void saysNothingOfARateBeforeTheFirstReport() {
        ProgressText text = new ProgressText(Mode.ALL);

        assertEquals("0.0% waiting for peers", line(text, 100, 0, 0, 0, 1));
        assertEquals("0.0% measuring, 2 peers", line(text, 100, 0, 0, 2, 9));
        assertEquals("10.0% 1.0 MH/s, 2 peers, about 1 min 30 s left", line(text, 100, 10, 0, 2, 19));
    }

    @Test
    void noFigureOutlivesThePeersOfWhichItWasMeasured() {
        ProgressText text = begun(Mode.ALL, 3);
        assertEquals("10.0% 1.0 MH/s, 3 peers, about 1 min 30 s left", line(text, 100, 10, 0, 3, 10));
        assertEquals("10.0% 1.0 MH/s, 2 peers, about 1 min 25 s left", line(text, 100, 10, 0, 2, 15));

        assertEquals("10.0% measuring, 1 peer", line(text, 100, 10, 0, 1, 16));
        // What comes first may have been hashed by those who are gone.
        assertEquals("20.0% measuring, 1 peer", line(text, 100, 20, 0, 1, 17));
        assertEquals("24.0% 200 kH/s, 1 peer, about 6 min 20 s left", line(text, 100, 24, 0, 1, 37));

        assertEquals("24.0% waiting for peers, 2 solutions", line(text, 100, 24, 2, 0, 40));
        assertEquals("24.0% measuring, 5 peers, 2 solutions", line(text, 100, 24, 2, 5, 3_600));
        assertEquals("25.0% measuring, 5 peers, 2 solutions", line(text, 100, 25, 2, 5, 3_601));
        assertEquals("35.0% 10.0 MH/s, 5 peers, 2 solutions, about 7 s left", line(text, 100, 35, 2, 5, 3_602));

        assertEquals("35.0% measuring, 10 peers, 2 solutions", line(text, 100, 35, 2, 10, 3_603));
    }

    @Test
    void whatAResumedJobHadBeforeIsNoRate() {
        ProgressText text = new ProgressText(Mode.ALL);

        assertEquals("40.0% waiting for peers", line(text, 100, 40, 0, 0, 3_600));
        assertEquals("40.0% measuring, 2 peers", line(text, 100, 40, 0, 2, 3_601));
        assertEquals("70.0% measuring, 2 peers", line(text, 100, 70, 0, 2, 3_602));
        assertEquals("72.0% 200 kH/s, 2 peers, about 2 min 20 s left", line(text, 100, 72, 0, 2, 3_612));
    }

    @Test
    void measuresFromReportToReport() {
        ProgressText text = begun(Mode.ALL, 2);

        assertEquals("10.0% 4.0 MH/s, 2 peers, about 1 min 30 s left", line(text, 400, 40, 0, 2, 10));
        // Nothing was reported since: the rate stays, and the time goes by.
        assertEquals("10.0% 4.0 MH/s, 2 peers, about 1 min 25 s left", line(text, 400, 40, 0, 2, 15));
        assertEquals("20.0% 4.0 MH/s, 2 peers, about 1 min 20 s left", line(text, 400, 80, 0, 2, 20));
        assertEquals("40.0% 5.3 MH/s, 3 peers, 1 solution, about 45 s left", line(text, 400, 160, 1, 3, 30));
    }

    @Test
    void lowersTheRateOnlyWhenAReportIsOverdue() {
        ProgressText text = begun(Mode.ALL, 2);
        line(text, 400, 40, 0, 2, 10);

        assertEquals("10.0% 4.0 MH/s, 2 peers, about 1 min 20 s left", line(text, 400, 40, 0, 2, 20));
        assertEquals("10.0% 2.0 MH/s, 2 peers, about 2 min 40 s left", line(text, 400, 40, 0, 2, 30));
        assertEquals("10.0% 400 kH/s, 2 peers, about 13 min 20 s left", line(text, 400, 40, 0, 2, 110));
    }

    @Test
    void forgetsWhatWasLongerAgoThanAMinute() {
        ProgressText text = new ProgressText(Mode.ALL);
        for (int second = 20; second <= 200; second += 20) {
            line(text, 100_000, second, 0, 5, second);
        }
        for (int step = 1; step <= 4; step++) {
            line(text, 100_000, 200 + 200L * step, 0, 8, 200 + 20L * step);
        }

        assertEquals("1.2% 10.0 MH/s, 8 peers, about 2 h 44 min left", line(text, 100_000, 1200, 0, 8, 300));
    }

    @Test
    void promisesNoMoreThanABoundWhenOneSolutionIsEnough() {
        assertEquals("50.0% 1.0 MH/s, 1 peer, at most about 50 s left",
                line(begun(Mode.FIRST, 1), 100, 50, 0, 1, 50));
    }

    @Test
    void knowsNothingOfTheEndWhenItIsOverdue() {
        ProgressText text = begun(Mode.ALL, 1);
        line(text, 100, 90, 0, 1, 90);

        assertEquals("90.0% 1.0 MH/s, 1 peer", line(text, 100, 90, 0, 1, 101));
    }

    @Test
    void printsALineOnlyWhenSomethingHasChanged() {
        StringWriter out = new StringWriter();
        try (ProgressLines lines = new ProgressLines(new PrintWriter(out), Mode.ALL, Duration.ofDays(1))) {
            lines.tick();
            lines.show(progress(100, 0, 0, 1, 0));
            lines.tick();
            lines.show(progress(100, 0, 0, 1, 2));
            lines.tick();
            lines.say("oak.00000001 is gone");
            lines.show(progress(100, 10, 0, 1, 5));
            lines.show(progress(100, 20, 0, 1, 10));
            lines.tick();
            lines.show(progress(100, 20, 1, 1, 11));
            lines.tick();
        }

        assertEquals(List.of("0.0% measuring, 1 peer", "oak.00000001 is gone",
                "20.0% 2.0 MH/s, 1 peer, about 40 s left", "20.0% 2.0 MH/s, 1 peer, 1 solution, about 39 s left"),
                out.toString().lines().toList());
    }

    @Test
    void saysNothingOfTheRestWhileTheNetworkIsAway() {
        StringWriter out = new StringWriter();
        try (ProgressLines lines = new ProgressLines(new PrintWriter(out), Mode.ALL, Duration.ofHours(1))) {
            lines.show(progress(100, 0, 0, 2, 0));
            lines.show(progress(100, 20, 0, 2, 10));
            lines.tick();
            lines.connected(false);
            lines.show(progress(100, 20, 0, 2, 20));
            lines.tick();
            lines.tick();
            lines.connected(true);
            lines.show(progress(100, 60, 0, 2, 30));
            lines.tick();
        }
        List<String> shown = out.toString().lines().toList();
        assertEquals(3, shown.size(), shown::toString);
        assertTrue(shown.get(0).endsWith(" left"), shown::toString);
        assertEquals("20.0% waiting for the network", shown.get(1));
        assertTrue(shown.get(2).endsWith(" left"), shown::toString);
    }

    @Test
    void drawsABarThatFitsTheTerminal() {
        StringWriter out = new StringWriter();
        try (JobBar bar = new JobBar(new PrintWriter(out), Mode.ALL, 100)) {
            bar.show(progress(100, 0, 0, 2, 0));
            bar.show(progress(100, 20, 0, 2, 10));
            bar.say("oak.00000001 is gone");
        }

        String shown = out.toString();
        assertTrue(shown.contains("oak.00000001 is gone" + System.lineSeparator()), shown);
        assertTrue(shown.contains(" 20.0% ["), shown);
        assertTrue(shown.contains("2.0 MH/s, 2 peers, about 40 s left"), shown);
        assertTrue(shown.endsWith(System.lineSeparator()), shown);
        for (String drawn : shown.split("\r\u001b\\[K|\\R")) {
            assertTrue(drawn.length() < 100, drawn);
        }
        assertFalse(shown.contains("ETA"), shown);
    }

    /** The words for a job that has been seen from its begin on, when nothing was hashed. */
    private static ProgressText begun(Mode mode, int peers) {
        ProgressText text = new ProgressText(mode);
        text.take(progress(100, 0, 0, peers, 0));
        return text;
    }

    private static String line(ProgressText text, long total, long covered, long solutions, int peers, long seconds) {
        Progress progress = progress(total, covered, solutions, peers, seconds);
        text.take(progress);
        return text.line(progress);
    }

    /** Progress whose total and coverage are counted in millions. */
    private static Progress progress(long total, long covered, long solutions, int peers, long seconds) {
        return new Progress(total * MILLION, covered * MILLION, solutions, peers, Duration.ofSeconds(seconds));
    }
}
