package org.sluice.tracker;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;

import org.sluice.tracker.server.TrackerServer;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./sluice tracker}: one server of the tracker, until it is told to stop. */
@Command(name = "tracker", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Runs one server of the tracker: the only one, or a member of an ensemble (3 or 5 survive the loss of "
                + "1 or 2).",
        footer = {"", "An ensemble of three, the first of them:",
                "  sluice tracker --id 1 --data /var/lib/sluice-tracker \\",
                "    --servers t1:2888:3888:2181,t2:2888:3888:2181,t3:2888:3888:2181",
                "Peers then join with --tracker t1:2181,t2:2181,t3:2181, or a DNS name of all three."})
public final class TrackerCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int INFRASTRUCTURE = 3;
    private static final Duration WAITING_REPORT = Duration.ofSeconds(30);

    @Option(names = "--servers", required = true, split = ",", paramLabel = "MEMBER",
            description = "All members, HOST:QUORUM:ELECTION:CLIENT with the ports of quorum, election and clients, in "
                    + "the same order everywhere. This one listens on its own host only.")
    private List<String> servers = List.of();

    @Option(names = "--id", paramLabel = "N", defaultValue = "1",
            description = "Which of the servers this one is, 1 for the first (default: ${DEFAULT-VALUE}).")
    private int id;

    @Option(names = "--data", required = true, paramLabel = "DIR",
            description = "Where it keeps its data; created if missing, continued if not.")
    private @Nullable Path data;

    @Option(names = "--tick", paramLabel = "MILLISECONDS", defaultValue = "2000",
            description = "The unit of time, the same for all members; sessions last at least two (default: "
                    + "${DEFAULT-VALUE}).")
    private int tickMillis;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        PrintWriter out = commandLine.getOut();
        if (tickMillis < 50 || tickMillis > 60_000) {
            throw new CommandLine.ParameterException(commandLine, "--tick must be from 50 to 60000 milliseconds");
        }
        TrackerServer server;
        try {
            server = TrackerServer.member(Objects.requireNonNull(data), id, servers,
                    Duration.ofMillis(tickMillis), () -> died(commandLine.getErr(), data));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(commandLine, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            commandLine.getErr().println("sluice: " + e.getMessage());
            commandLine.getErr().flush();
            return INFRASTRUCTURE;
        }
        Thread stopping = new Thread(server::close, "sluice-tracker-stop");
        Runtime.getRuntime().addShutdownHook(stopping);
        while (!server.awaitServing(WAITING_REPORT)) {
            out.println("Tracker " + id + " of " + servers.size() + " waits for a majority of " + servers);
            out.flush();
        }
        out.println("Tracker " + id + " of " + servers.size() + " serves at " + server.address());
        out.flush();
        Thread.currentThread().join(); // until the process is told to stop
        return OK;
    }

    private static void died(PrintWriter err, @Nullable Path data) {
        err.println("sluice: the tracker cannot go on with the data in " + data
                + " and ends the process; is the disk full or the folder gone?");
        err.flush();
        Runtime.getRuntime().halt(INFRASTRUCTURE);
    }
}
