package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Work;
import org.sluice.tracker.Subscription;
import org.sluice.worker.search.Benchmark;
import org.sluice.worker.search.KernelCheck;
import org.sluice.worker.search.KernelChoice;
import org.sluice.worker.search.KernelChooser;
import org.sluice.worker.search.KernelMemory;
import org.sluice.worker.search.Kernels;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;

/**
 * The kernels that all workers of this JVM hash with: at first one that needs no warming up, a native one where there is any,
 * then, as they are checked and measured in the background, the fastest that are correct.
 */
public final class KernelSelection implements Function<Work, SearchKernel>, AutoCloseable {
    private static final Duration FIRST_WARM_UP = Duration.ofMillis(400);
    /** Vectors need so long until they are compiled; before that they are slower than anything else. */
    private static final Duration WARM_UP = Duration.ofSeconds(4);

    private final List<Consumer<KernelChoice>> listeners = new CopyOnWriteArrayList<>();
    private final KernelChooser chooser;
    private volatile boolean closed;

    private KernelSelection(List<SearchKernel> kernels, Optional<KernelMemory> memory, KernelChoice before, int threads,
            Duration measured, Benchmark.Terms terms, RandomGenerator random) {
        chooser = KernelChooser.start(kernels, before,
                new Benchmark(WARM_UP, measured, Benchmark.Time.OF_PROCESSOR).on(terms), threads, random, memory,
                this::tell);
    }

    /**
     * Begins to look for the fastest kernels. What is expected of them is known at once: if nothing is remembered of this
     * machine, the kernel to begin with is measured for it.
     *
     * @param kernels those to choose from
     * @param threads how many will hash at a time; with 0 there is nothing to choose
     * @param measured how long each kernel is measured
     */
    public static KernelSelection begin(List<SearchKernel> kernels, int threads, Duration measured,
            RandomGenerator random) throws InterruptedException {
        return begin(kernels, threads, measured, Benchmark.Terms.NONE, random);
    }

    /**
     * The same, but measuring keeps to the terms of its user; while these forbid it nothing is measured, and nothing is expected
     * that is not remembered.
     */
    public static KernelSelection begin(List<SearchKernel> kernels, int threads, Duration measured,
            Benchmark.Terms terms, RandomGenerator random) throws InterruptedException {
        if (threads == 0) {
            return new KernelSelection(List.of(), Optional.empty(),
                    KernelChoice.expecting(List.of(), Kernels.portable()), threads, measured, terms, random);
        }
        SearchKernel first = first(kernels, random);
        // What is remembered was chosen from all that may be the fastest.
        Optional<KernelMemory> memory = kernels.equals(Kernels.candidates())
                ? KernelMemory.ofThisMachine()
                : Optional.empty();
        List<Measurement> expected = memory.map(known -> known.recall(threads)).orElse(List.of());
        if (expected.stream().noneMatch(one -> one.work() == WorkKind.HEADER) && terms.permission().isGiven()) {
            expected = List.of(new Benchmark(FIRST_WARM_UP, measured, Benchmark.Time.OF_PROCESSOR).on(terms)
                    .measure(first, WorkKind.HEADER, threads));
        }
        return new KernelSelection(kernels, memory, KernelChoice.expecting(expected, first), threads, measured, terms,
                random);
    }

    /** The kernel to begin with: the first that is at its rate at once and correct, else the portable one. */
    private static SearchKernel first(List<SearchKernel> kernels, RandomGenerator random) {
        return kernels.stream()
                .filter(kernel -> !kernel.warmsUp() && KernelCheck.isCorrect(kernel, random))
                .findFirst()
                .orElse(Kernels.portable());
    }

    /** What is known by now, or expected. */
    public KernelChoice current() {
        return chooser.choice();
    }

    /**
     * Tells what is known after each measurement from now on.
     *
     * @return ends it
     */
    public Subscription onChoice(Consumer<KernelChoice> listener) {
        // A wrapper of its own, so that the same listener may be given twice and each closed by itself.
        Consumer<KernelChoice> own = choice -> listener.accept(choice);
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    @Override
    public SearchKernel apply(Work work) {
        return chooser.apply(work);
    }

    /** Looks for no faster ones any more, and tells nobody of any. */
    @Override
    public void close() {
        closed = true;
        chooser.close();
    }

    private void tell(KernelChoice choice) {
        if (!closed) {
            listeners.forEach(listener -> listener.accept(choice));
        }
    }
}
