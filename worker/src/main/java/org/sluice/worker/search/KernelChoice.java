package org.sluice.worker.search;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Work;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which kernel does which work on this machine: the fastest of those that agree with the {@link Reference}. */
public final class KernelChoice implements Function<Work, SearchKernel> {
    private static final int CHECKED_CASES = 60;
    private static final Logger LOG = LoggerFactory.getLogger(KernelChoice.class);

    private final Map<WorkKind, Fastest> fastest;

    private record Fastest(SearchKernel kernel, Measurement measurement) {}

    private KernelChoice(Map<WorkKind, Fastest> fastest) {
        this.fastest = fastest;
    }

    /** The choice before anything was measured: the portable kernel for every work. */
    public static KernelChoice unmeasured() {
        return new KernelChoice(Map.of());
    }

    /**
     * Checks every kernel, measures those that are correct and takes the fastest for each kind of work. To force a
     * kernel, name it alone; the portable one then does only what that one cannot.
     *
     * @param threads on how many threads to measure: as many as shall hash together
     * @throws InterruptedException if the calling thread is interrupted meanwhile
     */
    public static KernelChoice among(List<SearchKernel> kernels, Benchmark benchmark, int threads,
            RandomGenerator random) throws InterruptedException {
        KernelChoice choice = unmeasured();
        for (SearchKernel kernel : kernels) {
            choice = choice.or(kernel, benchmark, threads, random);
        }
        return choice;
    }

    /** This choice after another kernel was checked and measured. */
    KernelChoice or(SearchKernel kernel, Benchmark benchmark, int threads, RandomGenerator random)
            throws InterruptedException {
        if (correct(List.of(kernel), random).isEmpty()) {
            return this;
        }
        Map<WorkKind, Fastest> merged = new EnumMap<>(WorkKind.class);
        merged.putAll(fastest);
        for (Measurement measurement : benchmark.measureAll(List.of(kernel), threads)) {
            merged.merge(measurement.work(), new Fastest(kernel, measurement), KernelChoice::faster);
        }
        return new KernelChoice(merged);
    }

    /** Those of the kernels that agree with the reference on random cases; the others are warned about in the log. */
    public static List<SearchKernel> correct(List<SearchKernel> kernels, RandomGenerator random) {
        List<SearchKernel> correct = new ArrayList<>();
        for (SearchKernel kernel : kernels) {
            Optional<String> disagreement = KernelCheck.disagreement(kernel, random, CHECKED_CASES);
            if (disagreement.isEmpty()) {
                correct.add(kernel);
            } else {
                LOG.warn("kernel {} computes wrongly here and is not used: {}", kernel.name(), disagreement.get());
            }
        }
        return correct;
    }

    /** The kernel for a work; the portable one where the fastest of the work's kind does not support it. */
    @Override
    public SearchKernel apply(Work work) {
        Fastest best = fastest.get(WorkKind.of(work));
        return best != null && best.kernel.supports(work) ? best.kernel : Kernels.portable();
    }

    /** What was measured of the kernel chosen for a kind of work; none if nothing was. */
    public Optional<Measurement> measurement(WorkKind kind) {
        return Optional.ofNullable(fastest.get(kind)).map(Fastest::measurement);
    }

    private static Fastest faster(Fastest one, Fastest other) {
        return other.measurement.hashesPerSecond() > one.measurement.hashesPerSecond() ? other : one;
    }
}
