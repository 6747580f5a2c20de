package org.sluice.deploy;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;

import org.sluice.deploy.failure.Failures;
import org.sluice.deploy.failure.Logging;
import org.sluice.deploy.failure.ThreadDeaths;
import org.sluice.deploy.output.StandardStreams;
import org.sluice.simulator.SimulateCommand;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.command.SubmitterCommands;
import org.sluice.tracker.TrackerCommand;
import org.sluice.worker.BenchmarkCommand;
import org.sluice.worker.DevicesCommand;
import org.sluice.worker.StewardCommand;
import org.sluice.worker.WorkerCommand;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command line {@code ./sluice}: the commands of all modules under one roof, with the same manners. */
@Command(name = "sluice", synopsisSubcommandLabel = "COMMAND", sortOptions = false,
        description = "Peer-to-peer volunteer computing for proof-of-work search.",
        footer = {"", "Try: ./sluice demo", "Help on a command: ./sluice COMMAND --help",
                "", "Exit status: 0 found or done, 1 searched all and found nothing, 2 wrong usage,",
                "3 network or infrastructure, 4 cancelled or expired, 130 interrupted."})
final class Program {
    /** The commands that run until they are told to stop. What they print is news, and no result. */
    static final Set<String> RUN_ON = Set.of("up", "tracker", "worker", "steward");

    private Program() {}

    /** Runs a command on this process's standard streams, and returns the exit status. */
    static int run(String... arguments) {
        StandardStreams streams = StandardStreams.take();
        Thread.setDefaultUncaughtExceptionHandler(new ThreadDeaths());
        return run(streams, commandLine(streams, arguments), arguments);
    }

    static int run(StandardStreams streams, CommandLine commandLine, String... arguments) {
        int status;
        try {
            status = commandLine.execute(arguments);
        } catch (Error failure) {
            status = Failures.report(streams.errors(), failure);
        }
        Optional<IOException> unwritten = streams.finish();
        if (unwritten.isPresent() && status != Failures.INFRASTRUCTURE) {
            status = Failures.INFRASTRUCTURE;
            streams.errors().println("sluice: standard output cannot be written: " + unwritten.get().getMessage());
            streams.await();
        }
        return status;
    }

    /** The command line for these arguments, on these streams. */
    static CommandLine commandLine(StandardStreams streams, String... arguments) {
        CommandLine root = commandLine(arguments).setOut(streams.results()).setErr(streams.errors());
        for (String name : RUN_ON) {
            CommandLine command = root.getSubcommands().get(name);
            if (command != null) {
                command.setOut(streams.news());
                command.getSubcommands().values().forEach(control -> control.setOut(streams.results()));
            }
        }
        return root;
    }

    /**
     * The command line for these arguments. If they begin with a command it knows no other: to make all of them takes a third of a
     * second, for which nobody should wait who asked for one.
     */
    static CommandLine commandLine(String... arguments) {
        CommandLine root = new CommandLine(new Program());
        SequencedMap<String, Supplier<Object>> commands = commands();
        if (arguments.length > 0 && commands.containsKey(arguments[0])) {
            commands.keySet().retainAll(Set.of(arguments[0]));
        }
        commands.forEach((name, command) -> root.addSubcommand(name, command.get()));
        if (commands.size() > 1) {
            root.addSubcommand(new HelpCommand()).addSubcommand(new AutoComplete.GenerateCompletion());
        }
        addCommonOptions(root);
        Failures failures = new Failures();
        root.setParameterExceptionHandler(failures);
        root.setExecutionExceptionHandler(failures);
        root.setExitCodeExceptionMapper(failures);
        root.setUsageHelpAutoWidth(true);
        return root;
    }

    private static SequencedMap<String, Supplier<Object>> commands() {
        SequencedMap<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("demo", DemoCommand::new);
        commands.put("up", UpCommand::new);
        commands.put("tracker", TrackerCommand::new);
        commands.put("worker", () -> new WorkerCommand(Version::current));
        commands.put("steward", () -> new StewardCommand(Version::current));
        commands.putAll(SubmitterCommands.in(CommandContext.ofThisProcess(new Networks())));
        commands.put("devices", DevicesCommand::new);
        commands.put("benchmark", BenchmarkCommand::new);
        commands.put("simulate", SimulateCommand::new);
        return commands;
    }

    /** Every command knows {@code --help}, {@code --version} and {@code --verbose}, at whatever depth. */
    private static void addCommonOptions(CommandLine commandLine) {
        CommandSpec spec = commandLine.getCommandSpec();
        spec.versionProvider(() -> new String[]{"Sluice " + Version.current()});
        if (spec.findOption("--help") == null && !(spec.userObject() instanceof HelpCommand)) {
            spec.mixinStandardHelpOptions(true);
        }
        if (spec.findOption("--verbose") == null) {
            spec.addOption(OptionSpec.builder("--verbose")
                    .type(boolean.class)
                    .arity("0")
                    .description("Say on standard error what goes on, and show an error's whole trace.")
                    .setter(new Logging.VerboseSwitch())
                    .build());
        }
        commandLine.getSubcommands().values().forEach(Program::addCommonOptions);
    }
}
