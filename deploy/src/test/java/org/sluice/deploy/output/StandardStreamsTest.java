package org.sluice.deploy.output;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.sluice.schemas.codec.Printable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(180)
final class StandardStreamsTest {
    private static final Duration BOUND = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private static StandardStreams streams(OutputStream out, OutputStream err) {
        return new StandardStreams(out, StandardCharsets.UTF_8, err, StandardCharsets.UTF_8);
    }

    @Test
    void nobodyWaitsForATerminalThatDoesNotRead() throws Exception {
        Reader terminal = new Reader(false);
        PrintWriter errors = streams(OutputStream.nullOutputStream(), terminal).errors();
        errors.println("the first");
        terminal.awaitWriter();
        int lines = 40_000;
        for (int i = 1; i <= lines; i++) {
            errors.println("something happened, and this line says that it was number " + i);
            errors.flush();
        }

        terminal.readOn();
        String read = terminal.await("number " + lines + "\n");
        Matcher leftOut = Pattern.compile("(\\d+) lines left out, for nobody read them\n").matcher(read);
        assertTrue(leftOut.find(), read);
        List<String> told = read.lines().toList();
        assertEquals("the first", told.getFirst());
        assertEquals(lines, told.size() - 2 + Integer.parseInt(leftOut.group(1)));
        assertTrue(read.length() < 2 * Remarks.MOST_CHARACTERS, () -> "much too long: " + read.length());
        assertFalse(leftOut.find(), read);
    }

    @Test
    void ofABarOnlyTheNewestStateIsDrawn() throws Exception {
        Reader terminal = new Reader(false);
        PrintWriter errors = streams(OutputStream.nullOutputStream(), terminal).errors();
        errors.println("begins");
        terminal.awaitWriter();
        for (int percent = 0; percent <= 50; percent++) {
            errors.print(Printable.ERASE_LINE + percent + "%");
        }
        errors.println("oak-1 is gone");
        terminal.readOn();
        assertEquals("begins\noak-1 is gone\n" + Printable.ERASE_LINE + "50%", terminal.await("50%"));

        errors.println("elm-1 is gone");
        String gone = "begins\noak-1 is gone\n" + Printable.ERASE_LINE + "50%" + Printable.ERASE_LINE
                + "elm-1 is gone\n"
                + Printable.ERASE_LINE + "50%";
        assertEquals(gone, terminal.await(gone));

        errors.print(Printable.ERASE_LINE + "100%");
        errors.println();
        errors.println("done");
        assertTrue(terminal.await("done").endsWith(Printable.ERASE_LINE + "100%\ndone\n"), terminal.read());
    }

    @Test
    void aReaderOfResultsGetsAllOfThem() throws Exception {
        Reader pipe = new Reader(false);
        StandardStreams streams = streams(pipe, OutputStream.nullOutputStream());
        Thread command = Thread.ofPlatform().daemon().start(() -> {
            for (int i = 1; i <= 40_000; i++) {
                streams.results().println("solution number " + i);
            }
            streams.finish();
        });
        pipe.awaitWriter();
        pipe.readOn();
        assertTrue(command.join(BOUND));
        assertEquals(40_000, pipe.read().lines().count());
        assertTrue(pipe.read().endsWith("number 40000\n"));
    }

    @Test
    void theEndDoesNotWaitForAReaderThatIsStuck() throws Exception {
        Reader terminal = new Reader(false);
        StandardStreams streams = streams(OutputStream.nullOutputStream(), terminal);
        streams.errors().println("it has ended");
        terminal.awaitWriter();
        Thread end = Thread.ofPlatform().daemon().start(streams::finish);
        assertTrue(end.join(BOUND));
        assertEquals("", terminal.read());
    }

    @Test
    void waitingForAReaderThatIsStuckEndsAtOnceTheNextTime() throws Exception {
        Reader terminal = new Reader(false);
        Remarks remarks = new Remarks(terminal, new Encoding(StandardCharsets.UTF_8));
        assertTrue(remarks.await(BOUND));
        remarks.say("one\n");
        assertFalse(remarks.await(SHORT));
        terminal.readOn();
        assertTrue(remarks.await(BOUND));
    }

    @Test
    void remarksComeBeforeTheResultsThatArePrintedAfterThem() {
        ByteArrayOutputStream screen = new ByteArrayOutputStream();
        StandardStreams streams = streams(screen, screen);
        for (int i = 0; i < 100; i++) {
            streams.errors().println("remark");
            streams.results().println("result");
            streams.results().flush();
        }
        streams.finish();
        assertEquals("remark\nresult\n".repeat(100), screen.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aLineIsOneLineWhateverItHolds() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StandardStreams streams = streams(out, OutputStream.nullOutputStream());
        streams.results().println("a\nsluice: forged\r\u001b[2J\u009b1m\u202e");
        streams.results().println((Object) "b\nc");
        streams.results().printf("%s\n", "\u0085");
        streams.finish();
        assertEquals("a\\u000asluice: forged\\u000d\\u001b[2J\\u009b1m\\u202e\nb\\u000ac\n\\u0085\n",
                out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aCharacterThatComesInHalvesIsWhole() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StandardStreams streams = streams(out, OutputStream.nullOutputStream());
        char[] tree = Character.toChars(0x1F332);
        streams.results().write(tree, 0, 1);
        streams.results().write(tree, 1, 1);
        streams.results().write(tree, 1, 1);
        streams.results().println();
        streams.finish();
        assertEquals("\uD83C\uDF32\\udf32\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void whatATerminalHasNoCharacterForIsEscaped() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StandardStreams streams = new StandardStreams(out, StandardCharsets.US_ASCII, out, StandardCharsets.US_ASCII);
        streams.results().println("Gr\u00f6\u00dfe \uD83C\uDF32");
        streams.finish();
        assertEquals("Gr\\u00f6\\u00dfe \\ud83c\\udf32\n", out.toString(StandardCharsets.US_ASCII));
    }

    @Test
    void bytesOfLibrariesAreLinesToo() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        StandardStreams streams = streams(OutputStream.nullOutputStream(), err);
        byte[] bytes = "library: \u009b2J\n\tat gr\u00f6\u00dfe\n".getBytes(StandardCharsets.UTF_8);
        LineStream stream = new LineStream(streams.errors(), StandardCharsets.UTF_8);
        for (byte one : bytes) {
            stream.write(one);
        }
        streams.finish();
        assertEquals("library: \\u009b2J\n\tat gr\u00f6\u00dfe\n", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void outputThatCannotBeWrittenIsKnown() {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        StandardStreams streams = streams(full, OutputStream.nullOutputStream());
        streams.results().println("result");
        assertEquals("No space left on device", streams.finish().orElseThrow().getMessage());

        StandardStreams others = streams(full, OutputStream.nullOutputStream());
        others.news().println("news");
        assertEquals("No space left on device", others.finish().orElseThrow().getMessage());

        assertTrue(streams(OutputStream.nullOutputStream(), full).finish().isEmpty());
    }
}
