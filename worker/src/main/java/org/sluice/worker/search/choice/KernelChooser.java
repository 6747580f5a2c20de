package org.sluice.worker.search.choice;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Work;
import org.sluice.worker.search.KernelCheck;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.measure.Benchmark;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses kernels in the background, while one that needs no warming up hashes.
 *
 * <p>A kernel is used for a kind of work only once it was checked and measured there; by then the compiler has done its work,
 * too. Those that are expected to be the fastest are tried first, and no others as long as they are about as fast as expected.
 * Else all are tried for one kind of work after the other, the portable one first, then widest first; each time the fastest so
 * far is used. Then all are compared once more, for longer and in turns: a slow or busy machine compiles the large loops of vector
 * kernels long after their warm-up, and until then they are slower than anything; and rates that were measured one after the
 * other differ by more than kernels do. To choose a kernel by its name, let it be the only one.
 *
 * <p>Compiling and measuring take the processors from what is hashed meanwhile. So where it is known what to expect, the kind of
 * work that is asked for comes first, and the others when they are asked for in their turn, or when nothing is.
 */
public final class KernelChooser implements Function<Work, SearchKernel>, AutoCloseable {
    /**
     * A kernel that reaches this part of the expected rate is warm: as long as one of its methods is not compiled, it is slower
     * by far. One that does not may not be the fastest any more; but a busy machine halves rates.
     */
    private static final double AS_FAST_AS_EXPECTED = 0.5;
    /** How much longer kernels are measured in turns than alone. */
    private static final int TURNS = 10;
    private static final Logger LOG = LoggerFactory.getLogger(KernelChooser.class);

    private final List<SearchKernel> kernels;
    private final Benchmark benchmark;
    private final int threads;
    private final Duration delay;
    private final RandomGenerator random;
    private final Optional<KernelMemory> memory;
    private final Consumer<KernelChoice> listener;
    private final Thread thread;
    private final Map<SearchKernel, Boolean> correct = new HashMap<>();
    private final Demand demand = new Demand();
    private volatile KernelChoice choice;

    private KernelChooser(List<SearchKernel> kernels, KernelChoice before, Benchmark benchmark, int threads,
            Duration delay, RandomGenerator random, Optional<KernelMemory> memory, Consumer<KernelChoice> listener) {
        this.kernels = List.copyOf(kernels);
        this.choice = before;
        this.benchmark = benchmark;
        this.threads = threads;
        this.delay = delay;
        this.random = random;
        this.memory = memory;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("sluice-kernel-choice").daemon().unstarted(this::choose);
    }

    /**
     * Begins to choose.
     *
     * @param kernels those to choose from
     * @param before the choice until something is measured; what it expects of all kinds of work is tried first
     * @param benchmark how to measure each of them
     * @param threads on how many threads to measure: as many as shall hash together
     * @param delay how long to wait before that, and to leave the processors to what has just begun
     * @param random the source of the cases by which kernels are checked
     * @param memory remembers the result
     * @param listener is told of the choice after each measurement, on a thread of its own, the last time when all are done
     */
    public static KernelChooser start(List<SearchKernel> kernels, KernelChoice before, Benchmark benchmark, int threads,
            Duration delay, RandomGenerator random, Optional<KernelMemory> memory, Consumer<KernelChoice> listener) {
        KernelChooser chooser = new KernelChooser(kernels, before, benchmark, threads, delay, random, memory,
                listener);
        chooser.thread.start();
        return chooser;
    }

    /** The kernel that is the best choice now. */
    @Override
    public SearchKernel apply(Work work) {
        demand.of(WorkKind.of(work));
        return choice.apply(work);
    }

    /** What is known by now. */
    public KernelChoice choice() {
        return choice;
    }

    /** Waits until it is chosen for good. */
    public KernelChoice await() throws InterruptedException {
        thread.join();
        return choice;
    }

    /** Chooses no further; what was chosen stays so. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void choose() {
        try {
            Thread.sleep(delay);
            if (!isAsExpected()) {
                tryAll();
            }
            remember();
        } catch (InterruptedException e) {
            LOG.debug("stopped choosing among {}", kernels, e);
        }
    }

    /** Tries what is expected to be the fastest; returns whether it is correct and about as fast, for every kind of work. */
    private boolean isAsExpected() throws InterruptedException {
        Map<WorkKind, Measurement> expected = new EnumMap<>(WorkKind.class);
        choice.measurements().forEach(one -> expected.put(one.work(), one));
        if (expected.size() < WorkKind.values().length) {
            return false;
        }
        while (!expected.isEmpty()) {
            Measurement known = Objects.requireNonNull(expected.remove(demand.next(expected.keySet())));
            long enough = (long) (AS_FAST_AS_EXPECTED * known.alpha());
            Optional<SearchKernel> kernel = kernels.stream()
                    .filter(one -> one.name().equals(known.kernel()))
                    .findFirst();
            Optional<Measurement> measured = kernel.isPresent()
                    ? consider(kernel.get(), known.work(), enough)
                    : Optional.empty();
            if (measured.isEmpty() || measured.get().alpha() < enough) {
                return false;
            }
        }
        return true;
    }

    private void tryAll() throws InterruptedException {
        Set<SearchKernel> order = new LinkedHashSet<>();
        kernels.stream().filter(kernel -> !kernel.warmsUp()).forEach(order::add); // One of them hashes now.
        kernels.stream().filter(kernel -> kernel.equals(Kernels.portable())).forEach(order::add);
        order.addAll(kernels);
        for (WorkKind kind : WorkKind.values()) {
            for (SearchKernel kernel : order) {
                consider(kernel, kind, Benchmark.NEVER_ENOUGH);
            }
        }
        remember();
        for (WorkKind kind : WorkKind.values()) {
            compare(order, kind);
        }
    }

    /** Chooses the fastest of all that can be used; they take turns, so that what else the machine does is fair to all of them. */
    private void compare(Set<SearchKernel> order, WorkKind kind) throws InterruptedException {
        Map<String, SearchKernel> rivals = new LinkedHashMap<>();
        order.stream()
                .filter(kernel -> kernel.supports(kind.sample()) && correct.getOrDefault(kernel, false))
                .forEach(kernel -> rivals.put(kernel.name(), kernel));
        try {
            benchmark.longer(TURNS)
                    .compare(List.copyOf(rivals.values()), kind, List.of(threads))
                    .stream()
                    .map(Benchmark.Result::measurement)
                    .max(Comparator.comparingLong(Measurement::hashesPerSecond))
                    .ifPresent(best -> choice = choice.with(Objects.requireNonNull(rivals.get(best.kernel())), best));
            listener.accept(choice);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("a kernel fails here that did not before, of {}", rivals.keySet(), e);
        }
    }

    private void remember() {
        memory.ifPresent(known -> known.remember(choice.measurements()));
    }

    /**
     * Measures and checks a kernel, and chooses it if it is the fastest; returns what was measured, if it can be used. It is
     * checked when it is warm, for until then it is a thousand times as slow.
     */
    private Optional<Measurement> consider(SearchKernel kernel, WorkKind kind, long enough)
            throws InterruptedException {
        if (!kernel.supports(kind.sample()) || !correct.getOrDefault(kernel, true)) {
            return Optional.empty();
        }
        try {
            Measurement measured = benchmark.measure(kernel, kind, threads, enough);
            if (!correct.computeIfAbsent(kernel, one -> KernelCheck.isCorrect(one, random))) {
                return Optional.empty();
            }
            choice = choice.or(kernel, measured);
            listener.accept(choice);
            return Optional.of(measured);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("kernel {} fails here and is not used", kernel.name(), e);
            correct.put(kernel, false);
            return Optional.empty();
        }
    }
}
