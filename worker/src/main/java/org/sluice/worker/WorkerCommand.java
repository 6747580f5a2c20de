package org.sluice.worker;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.PeerNames;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.KernelChoice;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.WorkKind;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sluice worker}: lends this machine to a network, until it is told to stop. */
@Command(name = "worker", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Lends this machine to a network: takes ranges of jobs, hashes them, passes on what is too much.",
        footer = {"", "Ctrl-C or SIGTERM hands back what is not hashed and leaves within 2 seconds.", "",
                "Exit status: 2 wrong usage, 3 the network cannot be reached or is too far away, 130 interrupted."})
public final class WorkerCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int INFRASTRUCTURE = 3;

    private final Supplier<String> version;

    @Option(names = "--tracker", paramLabel = "ADDRESS", description = {
            "The tracker of the network: host:port[,host:port...] or a DNS name.",
            "Default: the environment variable SLUICE_TRACKER, else localhost:2181."})
    private Optional<String> tracker = Optional.empty();

    @Option(names = "--threads", paramLabel = "N",
            description = "How many integers to hash at a time (default: one for each core).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--name", paramLabel = "NAME",
            description = "What others call this worker (default: the machine's name).")
    private Optional<String> name = Optional.empty();

    @Option(names = "--benchmark-millis", paramLabel = "MILLISECONDS", defaultValue = "100",
            description = "How long each kernel is measured at start (default: ${DEFAULT-VALUE}).")
    private int benchmarkMillis;

    @Option(names = "--round-trip-factor", paramLabel = "F", defaultValue = "2.0",
            description = "How many round trips one step of hashing lasts, 1.0 to 4.0 (default: ${DEFAULT-VALUE}).")
    private double roundTripFactor;

    @Option(names = "--minimum-subjob-millis", paramLabel = "MILLISECONDS", defaultValue = "500",
            description = "How long one step of hashing lasts at least (default: ${DEFAULT-VALUE}).")
    private int minimumSubjobMillis;

    @Option(names = "--latency-limit", paramLabel = "MILLISECONDS",
            description = "Leave when the mean round trip to other workers is longer (default: no limit).")
    private Optional<Integer> latencyLimitMillis = Optional.empty();

    @Option(names = "--quiet", description = "Print nothing but errors.")
    private boolean quiet;

    @Option(names = "--verbose", description = "Tell of every step, and of errors with their stack traces.")
    @SuppressWarnings("unused") // read by the root command's logging and error handling
    private boolean verbose;

    @Spec
    private @Nullable CommandSpec spec;

    private final Map<WorkKind, Measurement> described = new EnumMap<>(WorkKind.class);
    private final CountDownLatch leave = new CountDownLatch(1);
    private volatile @Nullable Duration tooFar;

    /**
     * The command.
     *
     * @param version tells the version of Sluice
     */
    public WorkerCommand(Supplier<String> version) {
        this.version = version;
    }

    @Override
    public Integer call() throws InterruptedException {
        Parameters parameters = checked();
        String address = tracker.or(() -> Optional.ofNullable(System.getenv("SLUICE_TRACKER")))
                .filter(text -> !text.isBlank())
                .orElse("localhost:2181");
        try (Connections connections = Connections.join(address, Connections.PATIENCE)) {
            RandomGenerator random = new SecureRandom();
            KernelSelection kernels = KernelSelection.begin(threads, Duration.ofMillis(benchmarkMillis), random);
            WorkerPeer.Options options = new WorkerPeer.Options(name.orElseGet(PeerNames::host), threads,
                    version.get(), parameters);
            WorkerPeer worker = WorkerPeer.start(connections, options, kernels, this::noticed, random);
            Thread hook = new Thread(worker::close, "sluice-leave");
            Runtime.getRuntime().addShutdownHook(hook);
            banner(worker, connections.tracker().address());
            describe(kernels.current());
            kernels.onChoice(this::describe);
            while (!leave.await(1, TimeUnit.SECONDS) && !worker.awaitClosed(Duration.ofMillis(1))) {
                // Until somebody tells it to stop.
            }
            if (tooFar != null) {
                commandLine().getErr()
                        .println("this machine is too far away: its mean round trip of "
                                + tooFar.toMillis() + " ms is longer than --latency-limit allows");
                worker.close();
                return INFRASTRUCTURE;
            }
            return OK;
        }
    }

    private Parameters checked() {
        if (threads < 1 || threads > 1024) {
            throw new ParameterException(commandLine(), "--threads must be 1 to 1024, not " + threads);
        }
        if (benchmarkMillis < 1 || benchmarkMillis > 60_000) {
            throw new ParameterException(commandLine(), "--benchmark-millis must be 1 to 60000");
        }
        if (minimumSubjobMillis < 10 || minimumSubjobMillis > 600_000) {
            throw new ParameterException(commandLine(), "--minimum-subjob-millis must be 10 to 600000");
        }
        try {
            return Parameters.defaults().withExecutionStep(Duration.ofMillis(minimumSubjobMillis), roundTripFactor);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), "--round-trip-factor: " + e.getMessage(), e);
        }
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private void banner(WorkerPeer worker, String address) {
        say("Sluice " + version.get() + " worker " + worker.id());
        say("  machine  " + Runtime.getRuntime().availableProcessors() + " cores, " + threads + " hashing, Java "
                + Runtime.version().feature() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch"));
        say("  tracker  " + address);
        say("Waiting for work; Ctrl-C hands back what is not done and leaves. Faster kernels are being looked for.");
    }

    /** Tells of what has changed since the last time. */
    private synchronized void describe(KernelChoice kernels) {
        for (WorkKind kind : WorkKind.values()) {
            kernels.measurement(kind)
                    .filter(measured -> !measured.equals(described.put(kind, measured)))
                    .ifPresent(measured -> say(String.format(Locale.ROOT,
                            "  %-14s %s, %.2f MH/s on %d %s", kind.label(), measured.kernel(),
                            measured.hashesPerSecond() / 1e6, measured.threads(),
                            measured.threads() == 1 ? "thread" : "threads")));
        }
    }

    private void noticed(Notice notice) {
        switch (notice) {
            case Notice.SubjobAccepted taken -> say(taken.job().id() + ": took " + taken.ranges().size()
                    + " integers from " + taken.parent());
            case Notice.SubjobRefused refused ->
                say(refused.job() + ": refused a subjob of " + refused.parent() + ", " + refused.reason());
            case Notice.SubjobGiven given ->
                say(given.job() + ": gave " + given.ranges().size() + " integers to " + given.child());
            case Notice.SolutionFound found ->
                say(found.job() + ": found " + found.solution().integer() + " " + found.solution().digest());
            case Notice.JobEnded ended -> say(ended.job() + ": ended, " + ended.reason());
            case Notice.PeerDied died -> say(died.peer() + " does not answer any more");
            case Notice.RoundTripMeasured measured -> {
                if (latencyLimitMillis.isPresent()
                        && measured.roundTrip().toMillis() > latencyLimitMillis.get()) {
                    tooFar = measured.roundTrip();
                    leave.countDown();
                }
            }
            case Notice.JobResumed _,Notice.PeerDistrusted _,Notice.NoWorkers _ -> {
                // A submitter's news.
            }
        }
    }

    private void say(String line) {
        if (!quiet) {
            PrintWriter out = commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }
}
