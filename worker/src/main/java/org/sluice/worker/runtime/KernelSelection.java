package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Benchmark;
import org.sluice.worker.search.KernelChoice;
import org.sluice.worker.search.KernelChooser;
import org.sluice.worker.search.KernelMemory;
import org.sluice.worker.search.Kernels;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;

/**
 * The kernels that all workers of this JVM hash with: at first the portable one, then, as they are checked and measured in
 * the background, the fastest that are correct.
 */
public final class KernelSelection implements Function<Work, SearchKernel>, AutoCloseable {
    private static final Duration FIRST_WARM_UP = Duration.ofMillis(400);
    /** Vectors need so long until they are compiled; before that they are slower than anything else. */
    private static final Duration WARM_UP = Duration.ofSeconds(4);

    private final KernelChoice portable;
    private final List<Consumer<KernelChoice>> listeners = new CopyOnWriteArrayList<>();
    private final KernelChooser chooser;

    private KernelSelection(KernelChoice portable, int threads, Duration measured, RandomGenerator random) {
        this.portable = portable;
        chooser = KernelChooser.start(Kernels.all(), new Benchmark(WARM_UP, measured), threads, random,
                KernelMemory.ofThisMachine(),
                choice -> listeners.forEach(listener -> listener.accept(choice)));
    }

    /**
     * Measures the portable kernel, and begins to look for faster ones.
     *
     * @param threads how many will hash at a time
     * @param measured how long each kernel is measured
     */
    public static KernelSelection begin(int threads, Duration measured, RandomGenerator random)
            throws InterruptedException {
        KernelChoice portable = KernelChoice.among(List.of(Kernels.portable()), new Benchmark(FIRST_WARM_UP, measured),
                threads, random);
        return new KernelSelection(portable, threads, measured, random);
    }

    /** What is known by now. */
    public KernelChoice current() {
        KernelChoice chosen = chooser.choice();
        return chosen.measurement(WorkKind.HEADER).isPresent() ? chosen : portable;
    }

    /** Tells what is known after each kernel that is tried from now on. */
    public void onChoice(Consumer<KernelChoice> listener) {
        listeners.add(listener);
    }

    @Override
    public SearchKernel apply(Work work) {
        return chooser.apply(work);
    }

    /** Looks for no faster ones any more. */
    @Override
    public void close() {
        chooser.close();
    }
}
