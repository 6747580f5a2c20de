package org.sluice.submitter;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;

import org.sluice.submitter.command.SubmitterCommands;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** A program of all commands whose world is fake and whose output is kept. */
public final class CommandFixture {
    static final Instant NOW = Instant.parse("2026-01-31T23:59:59Z");

    public final FakeNetwork network = new FakeNetwork();
    public final FakeInterrupts interrupts = new FakeInterrupts();
    public final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Command(name = "sluice")
    private static final class Program {}

    public int run(String... arguments) {
        return commandLine().execute(arguments);
    }

    CommandLine commandLine() {
        CommandLine program = new CommandLine(new Program());
        SubmitterCommands.in(new CommandContext(network, network::open, interrupts, environment, OptionalInt::empty,
                InstantSource.fixed(NOW), new Random(1)))
                .forEach((name, command) -> program.addSubcommand(name, command.get()));
        addHelp(program);
        OneLineErrors errors = new OneLineErrors();
        return program.setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
    }

    private static void addHelp(CommandLine command) {
        command.getCommandSpec().mixinStandardHelpOptions(true);
        command.getSubcommands().values().forEach(CommandFixture::addHelp);
    }

    public String out() {
        return out.toString();
    }

    public String err() {
        return err.toString();
    }

    public List<String> errLines() {
        return err.toString().lines().toList();
    }
}
