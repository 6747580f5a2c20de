package org.sluice.worker;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.value.Identifier;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Solution;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.worker.limits.ControlSocket;
import org.sluice.worker.limits.PauseReasons;
import org.sluice.worker.limits.PauseSignals;
import org.sluice.worker.limits.Watch;
import org.sluice.worker.limits.WorkerStatus;
import org.sluice.worker.opencl.OpenClException;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.NetworkAddress;
import org.sluice.worker.runtime.PeerNames;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.choice.KernelChoice;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.measure.Benchmark;
import org.sluice.worker.search.thread.Device;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sluice worker}: lends this machine to a network, until it is told to stop. */
@Command(name = "worker", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Lends this machine to a network: takes ranges of jobs, hashes them, passes on what is too much.",
        subcommands = {WorkerControl.Pause.class, WorkerControl.Resume.class, WorkerControl.Status.class},
        footer = {"", "Ctrl-C or SIGTERM hands back what is not hashed and leaves within 2 seconds.",
                "SIGTSTP (Ctrl-Z) and SIGCONT pause and resume; so do the commands pause and resume from another terminal.",
                TrackerOptions.LOCAL, "A network that is not there, or goes away, is waited for.", "",
                "Exit status: 2 wrong usage, 3 the network is too far away or does not let this worker in, 130 interrupted."})
public final class WorkerCommand implements Callable<Integer> {
    private static final int OK = 0;
    private static final int INFRASTRUCTURE = 3;
    private static final int MOST_FOUND_TOLD = 10;
    /** A driver compiles for seconds when a device is first used. */
    private static final Duration DEVICE_WARM_UP = Duration.ofSeconds(4);

    private final Supplier<String> version;

    @Mixin
    private TrackerOptions network = new TrackerOptions();

    @Option(names = "--name", paramLabel = "NAME",
            description = "What others call this worker: 1 to 40 of a-z, 0-9 and - (default: the machine's name).")
    private Optional<String> name = Optional.empty();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Mixin
    private GpuOptions gpus = new GpuOptions();

    @Mixin
    private KernelOption kernel = new KernelOption();

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

    @Spec
    private @Nullable CommandSpec spec;

    private List<Device> devices = List.of();
    private final Map<WorkKind, Measurement> described = new EnumMap<>(WorkKind.class);
    /** How many solutions of each job that has not ended were found here. */
    private final Map<JobId, Integer> found = new ConcurrentHashMap<>();
    private final CountDownLatch leave = new CountDownLatch(1);
    private final PauseReasons pauseReasons = new PauseReasons();
    private volatile @Nullable Duration tooFar;
    /** The peer that this process is at the moment, or was last. */
    private volatile @Nullable WorkerPeer serving;

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
        NetworkAddress address = network.required(commandLine(), System.getenv());
        Watch watch = watch();
        RandomGenerator random = new SecureRandom();
        watch.look();
        Benchmark.Terms terms = new Benchmark.Terms(limits.share(), permission(), limits.affinity());
        try (ResourceStack hashing = new ResourceStack()) {
            devices = devices(terms, random);
            devices.forEach(hashing::add);
            KernelSelection kernels = hashing.add(limits.priority()
                    .begin(() -> KernelSelection.begin(kernel::candidates, limits.threads(),
                            Duration.ofMillis(benchmarkMillis), terms, random)));
            Runtime.getRuntime().addShutdownHook(new Thread(this::handBack, "sluice-leave"));
            PauseSignals.handle(() -> obey(ControlSocket.Command.PAUSE), () -> obey(ControlSocket.Command.RESUME));
            return lend(address, kernels, parameters, watch, random);
        } catch (OpenClException e) {
            warn("--gpu: " + e.getMessage());
            return INFRASTRUCTURE;
        }
    }

    /** The GPUs that are to hash; from now on they are checked and measured. */
    private List<Device> devices(Benchmark.Terms terms, RandomGenerator random)
            throws InterruptedException {
        try {
            // The threads of drivers that hash on processors begin here too.
            return gpus.begin(limits.priority(), new Benchmark(DEVICE_WARM_UP, Duration.ofMillis(benchmarkMillis),
                    Benchmark.Time.ELAPSED), terms, random, this::warn);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), "--gpu: " + e.getMessage(), e);
        }
    }

    /** Lends the machine to the network at the address, and to that which is there later, until it is told to stop. */
    private int lend(NetworkAddress address, KernelSelection kernels, Parameters parameters, Watch watch,
            RandomGenerator random) throws InterruptedException {
        Rejoining rejoining = new Rejoining(this::warn);
        return rejoining.run(() -> {
            watch.look();
            try (Connections connections = Connections.join(address, Connections.PATIENCE)) {
                WorkerPeer.Options options = new WorkerPeer.Options(name.orElseGet(PeerNames::ofMachine),
                        limits.threads(),
                        devices, limits.share(), limits.affinity(), limits.priority(), version.get(), parameters,
                        pauseReasons.current());
                try (WorkerPeer worker = WorkerPeer.start(connections, options, kernels, this::noticed, random)) {
                    serving = worker;
                    rejoining.joined();
                    serve(worker, connections, kernels, watch);
                }
                if (connections.moved().isEmpty() || leave.getCount() == 0) {
                    return OptionalInt.of(tooFar == null ? OK : INFRASTRUCTURE);
                }
                warn("there is another network at " + address + " now: its servers have lost what they had, or are"
                        + " elsewhere; joining it");
                return OptionalInt.empty();
            }
        });
    }

    private void handBack() {
        WorkerPeer worker = serving;
        if (worker != null) {
            worker.close();
        }
    }

    /** Lends the machine, until somebody tells it to stop, or the network is another one. */
    private void serve(WorkerPeer worker, Connections connections, KernelSelection kernels, Watch watch)
            throws InterruptedException {
        banner(worker, connections.tracker().address(), kernels.current());
        describe(kernels.current());
        pauseReasons.current().ifPresent(why -> say("paused: " + why));
        pauseReasons.onChange(why -> {
            worker.pause(why);
            say(why.map(text -> "paused: " + text).orElse("resumed"));
        });
        try (ResourceStack resources = new ResourceStack()) {
            resources.add(kernels.onChoice(this::describe));
            for (Device device : devices) {
                resources.add(device.onChange(state -> describe(device, state)));
                describe(device, device.state());
            }
            resources.add(() -> pauseReasons.onChange(_ -> {}));
            resources.add(listen(worker));
            while (!leave.await(1, TimeUnit.SECONDS) && !worker.awaitClosed(Duration.ofMillis(1))
                    && connections.moved().isEmpty() && connections.refusal().isEmpty()) {
                watch.look();
            }
            if (connections.refusal().isPresent()) {
                throw connections.refusal().get();
            }
        }
        if (tooFar != null) {
            warn("this machine is too far away: its mean round trip of " + tooFar.toMillis()
                    + " ms is longer than --latency-limit allows");
        }
    }

    private Watch watch() {
        try {
            return new Watch(pauseReasons, limits.schedule(), limits.usage().map(reader -> reader::read),
                    Clock.system(ZoneId.systemDefault()), () -> Instant.EPOCH.plusNanos(System.nanoTime()));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    /** What keeps the worker from hashing keeps it from measuring too. */
    private Permission permission() {
        return new Permission() {
            @Override
            public boolean isGiven() {
                return pauseReasons.current().isEmpty();
            }

            @Override
            public void await() throws InterruptedException {
                pauseReasons.awaitNone();
            }
        };
    }

    /** The commands from other terminals. */
    private AutoCloseable listen(WorkerPeer worker) {
        try {
            return ControlSocket.open(command -> {
                obey(command);
                return new WorkerStatus(worker.id().value(), ProcessHandle.current().pid(), pauseReasons.current());
            });
        } catch (IOException e) {
            warn("the commands pause, resume and status will not find this worker: " + e.getMessage());
            return () -> {};
        }
    }

    private void obey(ControlSocket.Command command) {
        switch (command) {
            case PAUSE -> pauseReasons.set(PauseReasons.Source.USER, Optional.of("by its user"));
            case RESUME -> pauseReasons.set(PauseReasons.Source.USER, Optional.empty());
            case STATUS -> {
                // The answer is all that is wanted.
            }
        }
    }

    private Parameters checked() {
        limits.complaint(!gpus.areNone()).or(gpus::complaint).ifPresent(complaint -> {
            throw new ParameterException(commandLine(), complaint);
        });
        name.filter(given -> !Identifier.isName(given)).ifPresent(given -> {
            throw new ParameterException(commandLine(), "--name is 1 to " + Identifier.MAX_NAME
                    + " of the characters a-z, 0-9 and -, not '" + given + "'");
        });
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

    private void banner(WorkerPeer worker, String address, KernelChoice kernels) {
        say("Sluice " + version.get() + " worker " + worker.id());
        say("  machine  " + Runtime.getRuntime().availableProcessors() + " cores, " + limits.inWords() + ", Java "
                + Runtime.version().feature() + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.arch"));
        devices.forEach(device -> say("  device   " + device.kernel().name()));
        if (limits.threads() > 0) {
            say("  kernel   " + kernels.apply(WorkKind.HEADER.sample()).inWords());
        }
        say("  tracker  " + address);
        if (Kernels.areSlow()) {
            say("  kernels  none but the portable one, so SHA-256 takes several times as long as it could: there are no native"
                    + " ones, and no vectors on this JDK or processor");
        }
        say("Waiting for work; Ctrl-C hands back what is not done and leaves."
                + (pauseReasons.current().isEmpty() ? " Kernels are being measured." : ""));
    }

    /** Tells of what has changed since the last time. What is only remembered of earlier starts is not told. */
    private synchronized void describe(KernelChoice kernels) {
        for (WorkKind kind : WorkKind.values()) {
            kernels.measured(kind)
                    .filter(measured -> !measured.equals(described.put(kind, measured)))
                    .ifPresent(measured -> say(String.format(Locale.ROOT,
                            "  %-14s %s, %.2f MH/s on %d %s%s", kind.label(),
                            kernels.apply(kind.sample()).inWords(),
                            measured.hashesPerSecond() * limits.share() / 1e6, measured.threads(),
                            measured.threads() == 1 ? "thread" : "threads", limits.limitInWords())));
        }
    }

    /** Tells of what has become of a device. */
    private void describe(Device device, Device.State state) {
        String name = device.kernel().name();
        switch (state) {
            case Device.State.Unproven _ -> {
                // The next state is told.
            }
            case Device.State.Hashing(var measured) -> say(String.format(Locale.ROOT, "  %-14s %s, %.2f MH/s",
                    measured.work().label(), name, measured.hashesPerSecond() / 1e6));
            case Device.State.Resting(var why, var rest) ->
                warn(name + " fails and rests for " + rest.toSeconds() + " s: " + why);
            case Device.State.Dropped(var why) -> warn(name + " is not used any more: " + why);
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
            case Notice.SolutionFound found -> found(found.job(), found.solution());
            case Notice.JobEnded ended -> ended(ended);
            case Notice.JobBroken broken -> {
                found.remove(broken.job());
                warn(broken.job() + ": given up, for a fault of Sluice's own which should be reported: "
                        + broken.fault() + "; other jobs go on");
            }
            case Notice.PeerDied died -> say(died.peer() + " does not answer any more");
            case Notice.RoundTripMeasured measured -> {
                if (latencyLimitMillis.isPresent()
                        && measured.roundTrip().toMillis() > latencyLimitMillis.get()) {
                    tooFar = measured.roundTrip();
                    leave.countDown();
                }
            }
            case Notice.JobResumed _,Notice.PeerDistrusted _,Notice.JournalReplaced _,Notice.JournalFailed _,Notice.NoWorkers _,Notice.NobodyTakes _,Notice.EndDoubted _ -> {
                // A submitter's news.
            }
        }
    }

    /** Tells of a solution; of an easy job there may be a million. */
    private void found(JobId job, Solution solution) {
        int count = found.merge(job, 1, Integer::sum);
        if (count <= MOST_FOUND_TOLD) {
            say(job + ": found " + solution.integer() + " " + solution.digest());
        } else if (count == MOST_FOUND_TOLD + 1) {
            say(job + ": found more, which are counted and not listed here");
        }
    }

    private void ended(Notice.JobEnded ended) {
        Integer count = found.remove(ended.job());
        say(ended.job() + ": ended, " + ended.reason()
                + (count == null ? "" : ", " + count + (count == 1 ? " solution" : " solutions") + " found here"));
    }

    private void warn(String line) {
        PrintWriter err = commandLine().getErr();
        err.println("sluice: " + line);
        err.flush();
    }

    private void say(String line) {
        if (!quiet) {
            PrintWriter out = commandLine().getOut();
            out.println(line);
            out.flush();
        }
    }
}
