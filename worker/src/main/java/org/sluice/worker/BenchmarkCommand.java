package org.sluice.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.sluice.worker.opencl.OpenClException;
import org.sluice.worker.opencl.OpenClUnavailableException;
import org.sluice.worker.search.KernelCheck;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.device.GpuChoice;
import org.sluice.worker.search.device.OpenClKernel;
import org.sluice.worker.search.measure.Benchmark;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice benchmark}: the hash rate of every kernel on this machine. */
@Command(name = "benchmark", mixinStandardHelpOptions = true,
        description = {"Measure the hash rate of every kernel here.",
                "Under cpu stands how much of the processors the threads had; what is missing, other programs had.",
                "A row that is not steady says so: its rate is not the kernel's."})
public final class BenchmarkCommand implements Callable<Integer> {
    private static final double LONGEST_SECONDS = 3_600;
    /** The most threads that are measured, here and elsewhere. */
    static final int MOST_THREADS = 4_096;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "3",
            description = "How long to measure each kernel on each kind of work, in turns (default: ${DEFAULT-VALUE}).")
    private double seconds;

    @Option(names = "--warm-up", paramLabel = "S", defaultValue = "20", description = {
            "How long each kernel hashes at most before it is measured on a kind of work (default: ${DEFAULT-VALUE}).",
            "It is measured as soon as its rate is steady; one that is not by then is marked."})
    private double warmUpSeconds;

    @Option(names = "--threads", paramLabel = "N",
            description = "How many threads to measure beside one (default: one for each core).")
    private Optional<Integer> threads = Optional.empty();

    @Mixin
    private AffinityOption bound = new AffinityOption();

    @Mixin
    private KernelOption kernel = new KernelOption();

    @Option(names = "--gpu", paramLabel = "all|none|N[,N...]", converter = GpuOptions.Converter.class, description = {
            "Measure these devices too, as 'sluice devices' numbers them (default: all GPUs there are, and none with "
                    + "--kernel).",
            "Processors that OpenCL knows as a device are measured so by number alone."})
    private Optional<GpuChoice> gpus = Optional.empty();

    @Option(names = "--compare-file", paramLabel = "FILE",
            description = "Show the rates of another machine beside these, and how many times as fast this one is. "
                    + "FILE is what 'benchmark --json' printed there.")
    private Optional<Path> compareFile = Optional.empty();

    @Option(names = "--json", description = "Print one JSON array on standard output and nothing else there.")
    private boolean json;

    /** A command for picocli to fill in. */
    public BenchmarkCommand() {}

    @Override
    public Integer call() throws InterruptedException {
        if (!(seconds > 0 && seconds <= LONGEST_SECONDS)) {
            throw new ParameterException(spec.commandLine(), "--seconds must be above 0 and at most 3600");
        }
        if (!(warmUpSeconds >= 0 && warmUpSeconds <= LONGEST_SECONDS)) {
            throw new ParameterException(spec.commandLine(), "--warm-up must be 0 to 3600");
        }
        int most = threads.orElseGet(bound.affinity()::processors);
        if (most < 1 || most > MOST_THREADS) {
            throw new ParameterException(spec.commandLine(), "--threads must be 1 to " + MOST_THREADS);
        }
        Optional<OtherMachine> there = compareFile.map(this::read);
        if (Kernels.areSlow()) {
            spec.commandLine()
                    .getErr()
                    .println("There are no native kernels, and no vectors on this JDK or processor.");
        }
        List<SearchKernel> correct = new ArrayList<>();
        for (SearchKernel one : Stream.concat(kernel.all().stream(), devices().stream()).toList()) {
            try {
                if (KernelCheck.isCorrect(one, new SplittableRandom())) {
                    correct.add(one);
                } else {
                    spec.commandLine().getErr().println("Kernel " + one.name() + " computes wrongly here: left out.");
                }
            } catch (OpenClException fault) {
                spec.commandLine()
                        .getErr()
                        .println("Kernel " + one.name() + " fails here: left out. " + fault.getMessage());
            }
        }
        Benchmark benchmark = new Benchmark(duration(warmUpSeconds), duration(seconds), Benchmark.Time.ELAPSED)
                .on(new Benchmark.Terms(1, Permission.ALWAYS, bound.affinity()));
        Set<Integer> counts = new LinkedHashSet<>(List.of(1, most));
        spec.commandLine()
                .getErr()
                .printf(Locale.ROOT,
                        "Measuring %d kernels, which takes %.0f s and, until they are warm, up to %.0f s more; leave the machine alone.%n",
                        correct.size(), WorkKind.values().length * correct.size() * seconds * counts.size(),
                        WorkKind.values().length * correct.size() * warmUpSeconds);
        BenchmarkReport report = new BenchmarkReport(spec.commandLine().getOut(), json, correct, there);
        for (WorkKind kind : WorkKind.values()) {
            List<SearchKernel> able = correct.stream().filter(one -> one.supports(kind.sample())).toList();
            report.add(kind, benchmark.compare(able, kind, counts));
        }
        report.end();
        return 0;
    }

    private OtherMachine read(Path file) {
        try {
            return OtherMachine.read(file);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--compare-file: " + e.getMessage(), e);
        }
    }

    /** Kernels for the devices; where none are named, there need not be any. */
    private List<OpenClKernel> devices() {
        if (gpus.isEmpty() && kernel.isNamed()) {
            return List.of();
        }
        try {
            return gpus.orElseGet(GpuChoice.All::new)
                    .kernels(OpenClKernel.BATCH, spec.commandLine().getErr()::println);
        } catch (OpenClUnavailableException e) {
            if (gpus.isEmpty()) {
                return List.of();
            }
            throw new ParameterException(spec.commandLine(), "--gpu: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--gpu: " + e.getMessage(), e);
        } catch (OpenClException e) {
            spec.commandLine().getErr().println("No GPUs: " + e.getMessage());
            return List.of();
        }
    }

    private static Duration duration(double seconds) {
        return Duration.ofNanos(Math.max(1, (long) (seconds * 1e9)));
    }
}
