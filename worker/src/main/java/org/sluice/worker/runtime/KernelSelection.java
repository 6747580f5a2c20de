package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Work;
import org.sluice.tracker.node.Subscription;
import org.sluice.worker.search.KernelCheck;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.choice.KernelChoice;
import org.sluice.worker.search.choice.KernelChooser;
import org.sluice.worker.search.choice.KernelMemory;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.measure.Benchmark;

/**
 * The kernels that all workers of this JVM hash with: at first one that needs no warming up, a native one where there is any,
 * then, as they are checked and measured in the background, the fastest that are correct.
 */
public final class KernelSelection implements Function<Work, SearchKernel>, AutoCloseable {
    private static final Duration FIRST_WARM_UP = Duration.ofMillis(400);
    /** Enough for a kernel that is at its rate at once. */
    private static final Duration FIRST_MEASURED = Duration.ofMillis(20);
    /** While such a kernel hashes there is no hurry: a small job is done before this. */
    private static final Duration DELAY = Duration.ofSeconds(3);
    /** Vectors need so long until they are compiled; before that they are slower than anything else. */
    private static final Duration WARM_UP = Duration.ofSeconds(4);

    private final List<Consumer<KernelChoice>> listeners = new CopyOnWriteArrayList<>();
    /** There as soon as the kernel to begin with is found. */
    private final Beside<KernelChooser> chooser;
    private volatile boolean closed;

    private KernelSelection(Supplier<List<SearchKernel>> kernels, int threads, Duration measured, Benchmark.Terms terms,
            RandomGenerator random) {
        chooser = Beside.begin("sluice-kernel-first",
                () -> chooser(kernels.get(), threads, measured, terms, random));
    }

    /**
     * Begins to look for the fastest kernels, and does not wait: whoever needs a kernel, or wants to know what is expected of it,
     * waits until the kernel to begin with is found, checked and, if nothing is remembered of this machine, measured.
     *
     * @param kernels finds those to choose from
     * @param threads how many will hash at a time; with 0 there is nothing to choose
     * @param measured how long each kernel is measured
     */
    public static KernelSelection begin(Supplier<List<SearchKernel>> kernels, int threads, Duration measured,
            RandomGenerator random) {
        return begin(kernels, threads, measured, Benchmark.Terms.NONE, random);
    }

    /**
     * The same, but measuring keeps to the terms of its user; while these forbid it nothing is measured, and nothing is expected
     * that is not remembered.
     */
    public static KernelSelection begin(Supplier<List<SearchKernel>> kernels, int threads, Duration measured,
            Benchmark.Terms terms, RandomGenerator random) {
        return new KernelSelection(kernels, threads, measured, terms, random);
    }

    private KernelChooser chooser(List<SearchKernel> kernels, int threads, Duration measured, Benchmark.Terms terms,
            RandomGenerator random) {
        Benchmark benchmark = new Benchmark(WARM_UP, measured, Benchmark.Time.OF_PROCESSOR).on(terms);
        if (threads == 0) {
            return KernelChooser.start(List.of(), KernelChoice.expecting(List.of(), Kernels.portable()), benchmark,
                    threads, Duration.ZERO, random, Optional.empty(), this::tell);
        }
        SearchKernel first = first(kernels, random);
        // What is remembered was chosen from all that may be the fastest.
        Optional<KernelMemory> memory = kernels.equals(Kernels.candidates())
                ? KernelMemory.ofThisMachine()
                : Optional.empty();
        List<Measurement> expected = memory.map(known -> known.recall(threads)).orElse(List.of());
        if (expected.stream().noneMatch(one -> one.work() == WorkKind.HEADER) && terms.permission().isGiven()) {
            expected = List.of(measure(first, threads, measured, terms));
        }
        return KernelChooser.start(kernels, KernelChoice.expecting(expected, first), benchmark, threads,
                first.warmsUp() ? Duration.ZERO : DELAY, random, memory, this::tell);
    }

    private static Measurement measure(SearchKernel first, int threads, Duration measured, Benchmark.Terms terms) {
        Duration enough = first.warmsUp() || measured.compareTo(FIRST_MEASURED) < 0 ? measured : FIRST_MEASURED;
        try {
            return new Benchmark(FIRST_WARM_UP, enough, Benchmark.Time.OF_PROCESSOR).on(terms)
                    .measure(first, WorkKind.HEADER, threads);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the first measurement", e);
        }
    }

    /** The kernel to begin with: the first that is at its rate at once and correct, else the portable one. */
    private static SearchKernel first(List<SearchKernel> kernels, RandomGenerator random) {
        return kernels.stream()
                .filter(kernel -> !kernel.warmsUp() && KernelCheck.isCorrect(kernel, random))
                .findFirst()
                .orElse(Kernels.portable());
    }

    /** What is known by now, or expected; waits for the kernel to begin with. */
    public KernelChoice current() {
        return chooser.result().choice();
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
        return chooser.result().apply(work);
    }

    /** Looks for no faster ones any more, and tells nobody of any. */
    @Override
    public void close() {
        closed = true;
        chooser.then(KernelChooser::close);
    }

    private void tell(KernelChoice choice) {
        if (!closed) {
            listeners.forEach(listener -> listener.accept(choice));
        }
    }
}
