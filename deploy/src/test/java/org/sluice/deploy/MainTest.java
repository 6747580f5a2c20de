package org.sluice.deploy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeoutException;

import org.sluice.deploy.failure.Failures;
import org.sluice.deploy.failure.Logging;
import org.sluice.deploy.failure.NetworkException;
import org.sluice.deploy.output.StandardStreams;

import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What people and scripts see of the command line: exit status, standard output, one line on standard error. */
final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(CommandLine commandLine, String... arguments) {
        return commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    }

    private int run(String... arguments) {
        return run(Program.commandLine(arguments), arguments);
    }

    private String onlyLine() {
        assertEquals("", out.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
        return err.toString().strip();
    }

    @Test
    void saysItsVersion() {
        assertEquals(0, run("--version"));
        assertTrue(out.toString().matches("Sluice \\d+\\.\\d+\\.\\d+.*\\R"), out.toString());
    }

    /** All commands, at whatever depth, as they are typed. */
    static List<String> commands() {
        List<String> commands = new ArrayList<>();
        collect("", Program.commandLine(), commands);
        return commands;
    }

    private static void collect(String typed, CommandLine commandLine, List<String> commands) {
        commands.add(typed);
        commandLine.getSubcommands()
                .forEach((name, command) -> collect((typed + " " + name).strip(), command, commands));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void helpsEverywhere(String command) {
        assertEquals(0, run((command + " --help").strip().split(" ")));
        assertTrue(out.toString().contains("Usage: sluice"), out.toString());
        assertTrue(out.toString().contains("--verbose"), out.toString());
        assertEquals("", err.toString());
    }

    @ParameterizedTest
    @MethodSource("commands")
    void tellsMoreEverywhereWhenAsked(String command) {
        CommandLine commandLine = Program.commandLine();
        for (String word : command.isEmpty() ? new String[0] : command.split(" ")) {
            commandLine = Objects.requireNonNull(commandLine.getSubcommands().get(word));
        }
        assertInstanceOf(Logging.VerboseSwitch.class, commandLine.getCommandSpec().findOption("--verbose").setter());
    }

    @Test
    void anUnknownCommandIsWrongUsage() {
        assertEquals(2, run("upp"));
        assertTrue(onlyLine().contains("no command 'upp'"), err.toString());
        assertTrue(onlyLine().contains("did you mean up"), err.toString());
    }

    @Test
    void anUnknownSubcommandIsWrongUsage() {
        assertEquals(2, run("submit", "floats"));
        assertTrue(onlyLine().contains("no command 'submit floats'"), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "65"})
    void aDemonstrationWithoutWorkersIsWrongUsage(String workers) {
        assertEquals(2, run("demo", "--workers", workers));
        assertTrue(onlyLine().contains("--workers"), err.toString());
    }

    @Test
    void noCommandIsWrongUsage() {
        assertEquals(2, run());
        assertTrue(onlyLine().contains("--help"), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65534", "eighty", ""})
    void aPortThatIsNoneIsWrongUsage(String port) {
        assertEquals(2, run("up", "--port", port));
        assertTrue(onlyLine().contains("--port"), err.toString());
    }

    @Test
    void aPortInUseIsInfrastructure(@TempDir Path data) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(Math.min(taken.getLocalPort(), 65533));
            assertEquals(3, run("up", "--port", port, "--data", data.toString()));
            assertTrue(onlyLine().contains("Port " + port), err.toString());
        }
    }

    @Test
    void eachKindOfFailureHasItsStatus() {
        assertEquals(3, failing(new NetworkException("the network is gone")));
        assertEquals("sluice: the network is gone", onlyLine());
        assertEquals(3, failing(new IOException("disk full")));
        assertEquals(3, failing(new KafkaException("no broker")));
        assertEquals(3, failing(new TimeoutException("too late")));
        assertEquals(2, failing(new IllegalArgumentException("the range is reversed")));
        assertEquals(130, failing(new InterruptedException("stopped")));
    }

    @Test
    void aMistakeOfOursIsSaidToBeOne() {
        assertEquals(3, failing(new IllegalStateException("two\nlines")));
        assertTrue(onlyLine().contains("internal error"), err.toString());
        assertTrue(onlyLine().contains("two lines"), err.toString());
        assertFalse(err.toString().contains("\tat "));
    }

    /** Also with what no command can be expected to survive. */
    @Test
    void anErrorIsOneLineAndInfrastructure() {
        for (Error error : List.of(new OutOfMemoryError("Java heap space"), new StackOverflowError(),
                new NoClassDefFoundError("org/sluice/worker/Absent"), new AssertionError("two\nlines"))) {
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            StandardStreams streams = streams(OutputStream.nullOutputStream(), said);
            CommandLine commandLine = Program.commandLine(streams).addSubcommand("fail", new Failing(error));
            assertEquals(3, Program.run(streams, commandLine, "fail"));
            String line = said.toString(StandardCharsets.UTF_8);
            assertTrue(line.startsWith("sluice: "), line);
            assertEquals(1, line.lines().count(), line);
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void outputThatCannotBeWrittenIsInfrastructure(String command) {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("No space left on device");
            }
        };
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        StandardStreams streams = streams(full, said);
        String[] arguments = (command + " --help").strip().split(" ");
        assertEquals(3, Program.run(streams, Program.commandLine(streams, arguments), arguments));
        assertEquals("sluice: standard output cannot be written: No space left on device\n",
                said.toString(StandardCharsets.UTF_8));
    }

    private static StandardStreams streams(OutputStream out, OutputStream err) {
        return new StandardStreams(out, StandardCharsets.UTF_8, err, StandardCharsets.UTF_8);
    }

    private int failing(Exception failure) {
        CommandLine commandLine = Program.commandLine();
        commandLine.addSubcommand("fail", new Failing(failure));
        // Handlers are handed down only to the subcommands that are there when they are set.
        Failures failures = new Failures();
        commandLine.setExecutionExceptionHandler(failures);
        err.getBuffer().setLength(0);
        return run(commandLine, "fail");
    }

    @CommandLine.Command
    private record Failing(Throwable failure) implements java.util.concurrent.Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            switch (failure) {
                case Error error -> throw error;
                case Exception exception -> throw exception;
                default -> throw new AssertionError("a throwable of a third kind", failure);
            }
        }
    }
}
