package org.sluice.simulator;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice simulate}: a network of thousands of peers in virtual time. */
@Command(name = "simulate", mixinStandardHelpOptions = true, showDefaultValues = true,
        description = "Simulates a network of many peers in virtual time, the same for the same seed.")
public final class SimulateCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--peers", paramLabel = "N", defaultValue = "1000", description = "How many workers there are.")
    private int peers;

    @Option(names = "--seed", paramLabel = "S", defaultValue = "1", description = "Where all chance comes from.")
    private long seed;

    @Option(names = "--job-hours", paramLabel = "H", defaultValue = "0.16666666666666666",
            description = "How long all workers together need for the job.")
    private double jobHours;

    @Option(names = "--faults", paramLabel = "LIST", defaultValue = "none",
            description = {"What goes wrong: none, or a list such as loss=0.01,churn=0.1.",
                    "loss, duplicate, late: part of the messages; crash, leave, join, stall, cut: per worker and hour;",
                    "churn: crash and join; broker, tracker: outages per hour; drift: of the clocks."})
    private String faults = "none";

    @Option(names = "--drawn", description = "Draw a small network and its faults from the seed, as the tests do.")
    private boolean drawn;

    @Option(names = "--json", description = "Print the report as one JSON document.")
    private boolean json;

    @Override
    public Integer call() throws JsonProcessingException {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("the command was not parsed");
        }
        Scenario scenario;
        try {
            scenario = drawn
                    ? Scenario.drawn(seed)
                    : Scenario.of(peers, seed, Duration.ofMillis(Math.max(1, (long) (jobHours * 3_600_000))),
                            Faults.parse(faults));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command.commandLine(), e.getMessage(), e);
        }
        Report report;
        try {
            report = Simulation.run(scenario);
        } catch (IllegalStateException e) {
            PrintWriter err = command.commandLine().getErr();
            err.println("seed " + seed + " failed: " + e.getMessage());
            err.println("replay it with: " + replay());
            err.flush();
            return 3;
        }
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report));
        } else {
            out.print(report.text());
        }
        out.flush();
        return 0;
    }

    private String replay() {
        return drawn
                ? replay(seed)
                : "./sluice simulate --peers " + peers + " --seed " + seed + " --job-hours " + jobHours + " --faults "
                        + faults;
    }

    /** The command that runs the drawn network of a seed again. */
    static String replay(long seed) {
        return "./sluice simulate --drawn --seed " + seed;
    }
}
