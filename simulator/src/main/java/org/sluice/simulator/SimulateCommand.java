package org.sluice.simulator;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;

import org.sluice.simulator.scenario.Fault;
import org.sluice.simulator.scenario.Faults;
import org.sluice.simulator.scenario.Scenario;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice simulate}: a network of thousands of peers in virtual time. */
@Command(name = "simulate", mixinStandardHelpOptions = true, showDefaultValues = true,
        subcommands = EvaluationCommand.class,
        description = "Simulates a network of many peers in virtual time, the same for the same seed.")
public final class SimulateCommand implements Callable<Integer> {
    private @Nullable CommandSpec spec;

    @Option(names = "--peers", paramLabel = "N", defaultValue = "1000", description = "How many workers there are.")
    private int peers;

    @Option(names = "--giant", paramLabel = "RATE", defaultValue = "0",
            description = "The rate in MH/s of one worker more, such as one with GPUs, beside those of 1 to 50 MH/s; 0 for none.")
    private double giantMegahashes;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Where all chance comes from.")
    private long seed;

    @Option(names = "--job-hours", paramLabel = "H", defaultValue = "0.16666666666666666",
            description = "How long all workers together need for the job.")
    private double jobHours;

    @Option(names = "--faults", paramLabel = "LIST", defaultValue = "none",
            description = "What goes wrong: none, or a list such as loss=0.01,churn=0.1, of the faults below.")
    private String faults = "none";

    @Option(names = "--drawn", description = "Draw a small network and its faults from the seed, as the tests do.")
    private boolean drawn;

    @Option(names = "--plot", paramLabel = "FILE",
            description = "Write a plot as SVG: utilisation over time, or with --scaling elapsed time over peers.")
    private @Nullable Path plot;

    @Option(names = "--scaling", paramLabel = "N", split = ",",
            description = "Let networks of these sizes, of equal peers, do the same work; --job-hours is the largest one's.")
    private List<Integer> scaling = List.of();

    @Option(names = "--json", description = "Print the report as one JSON document.")
    private boolean json;

    /** The faults are listed below the options, each in its own words, so that the help knows every one. */
    @Spec
    void describe(CommandSpec command) {
        spec = command;
        Map<String, String> faults = new LinkedHashMap<>();
        for (Fault fault : Fault.values()) {
            faults.put(fault.text(), fault.words());
        }
        faults.put("churn", "crash and join together");
        command.usageMessage()
                .footerHeading("%nFaults:%n")
                .sectionMap()
                .put(UsageMessageSpec.SECTION_KEY_FOOTER, help -> help.createTextTable(faults).toString());
    }

    @Override
    public Integer call() throws IOException {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("the command was not parsed");
        }
        try {
            return scaling.isEmpty() ? simulateOne(command) : simulateAll(command);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
        } catch (IllegalStateException e) {
            PrintWriter err = command.commandLine().getErr();
            err.println("seed " + seed + " failed: " + e.getMessage());
            err.println("replay it with: " + replay());
            err.flush();
            return 3;
        }
    }

    private Duration ideal() {
        return Duration.ofMillis(Math.max(1, (long) (jobHours * 3_600_000)));
    }

    private int simulateOne(CommandSpec command) throws IOException {
        Report report = Simulation.run(drawn
                ? Scenario.drawn(seed)
                : Scenario.of(peers, seed, ideal(), Faults.parse(faults)).withGiant(giantMegahashes * 1e6));
        if (plot != null) {
            Files.writeString(plot, Plots.utilisation(report));
        }
        print(command, report, report.text());
        return 0;
    }

    private int simulateAll(CommandSpec command) throws IOException {
        List<Plots.Scaled> scaled = Plots.scaled(scaling.stream().sorted().toList(), seed, ideal(),
                Faults.parse(faults));
        if (plot != null) {
            Files.writeString(plot, Plots.scaling(scaled));
        }
        StringBuilder text = new StringBuilder(String.format("%8s %12s %12s %12s%n", "peers", "elapsed s", "ideal s",
                "of the ideal"));
        for (Plots.Scaled each : scaled) {
            Report report = each.report();
            text.append(String.format(Locale.ROOT, "%8d %12.1f %12.1f %11.1f%%%n", each.peers(),
                    report.makespanSeconds(), report.idealSeconds(),
                    100 * report.idealSeconds() / report.makespanSeconds()));
        }
        print(command, scaled, text.toString());
        return 0;
    }

    private void print(CommandSpec command, Object result, String text) throws IOException {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(result));
        } else {
            out.print(text);
        }
        out.flush();
    }

    private String replay() {
        return drawn
                ? replay(seed)
                : "./sluice simulate --peers " + peers + " --seed " + seed + " --job-hours " + jobHours + " --faults "
                        + faults + (giantMegahashes > 0 ? " --giant " + giantMegahashes : "")
                        + (scaling.isEmpty() ? "" : " --scaling " + scaling.toString().replaceAll("[\\[\\] ]", ""));
    }

    /** The command that runs the drawn network of a seed again. */
    static String replay(long seed) {
        return "./sluice simulate --drawn --seed " + seed;
    }
}
