package org.sluice.worker.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import org.sluice.protocol.value.Work;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses kernels in the background, while the portable kernel hashes.
 *
 * <p>A kernel is used only once it was checked and measured; by then the compiler has done its work, too. The one that
 * was the fastest when last asked ({@link KernelMemory}) is tried first, then the portable one, then the others, widest
 * first; each time the fastest so far is used. Those that lost are measured once more: a slow or busy machine compiles the
 * large loops of vector kernels long after their warm-up, and until then they are slower than anything. To choose a kernel by its name, let it be the only one.
 */
public final class KernelChooser implements Function<Work, SearchKernel>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KernelChooser.class);

    private final List<SearchKernel> kernels;
    private final Benchmark benchmark;
    private final int threads;
    private final RandomGenerator random;
    private final Optional<KernelMemory> memory;
    private final Consumer<KernelChoice> listener;
    private final Thread thread;
    private volatile KernelChoice choice = KernelChoice.unmeasured();

    private KernelChooser(List<SearchKernel> kernels, Benchmark benchmark, int threads, RandomGenerator random,
            Optional<KernelMemory> memory, Consumer<KernelChoice> listener) {
        this.kernels = List.copyOf(kernels);
        this.benchmark = benchmark;
        this.threads = threads;
        this.random = random;
        this.memory = memory;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("sluice-kernel-choice").daemon().unstarted(this::choose);
    }

    /**
     * Begins to choose.
     *
     * @param kernels those to choose from
     * @param benchmark how to measure each of them
     * @param threads on how many threads to measure: as many as shall hash together
     * @param random the source of the cases by which kernels are checked
     * @param memory remembers the result
     * @param listener is told of the choice after each measured kernel, on a thread of its own, the last time when all are done
     */
    public static KernelChooser start(List<SearchKernel> kernels, Benchmark benchmark, int threads,
            RandomGenerator random, Optional<KernelMemory> memory, Consumer<KernelChoice> listener) {
        KernelChooser chooser = new KernelChooser(kernels, benchmark, threads, random, memory, listener);
        chooser.thread.start();
        return chooser;
    }

    /** The kernel that is the best choice now. */
    @Override
    public SearchKernel apply(Work work) {
        return choice.apply(work);
    }

    /** What is known by now. */
    public KernelChoice choice() {
        return choice;
    }

    /** Waits until all kernels were tried. */
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
            for (SearchKernel kernel : order()) {
                consider(kernel);
            }
            Optional<SearchKernel> leader = fastestOfMost();
            for (SearchKernel kernel : order()) {
                if (!leader.equals(Optional.of(kernel))) {
                    consider(kernel);
                }
            }
            fastestOfMost().ifPresent(kernel -> memory.ifPresent(known -> known.remember(kernel)));
        } catch (InterruptedException e) {
            LOG.debug("stopped choosing among {}", kernels, e);
        }
    }

    private void consider(SearchKernel kernel) throws InterruptedException {
        choice = withKernel(kernel);
        listener.accept(choice);
    }

    private KernelChoice withKernel(SearchKernel kernel) throws InterruptedException {
        try {
            return choice.or(kernel, benchmark, threads, random);
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("kernel {} fails here and is not used", kernel.name(), e);
            return choice;
        }
    }

    private Set<SearchKernel> order() {
        List<SearchKernel> order = new ArrayList<>();
        memory.flatMap(known -> known.recall(kernels)).ifPresent(order::add);
        kernels.stream().filter(kernel -> kernel.equals(Kernels.portable())).forEach(order::add);
        order.addAll(kernels);
        return new LinkedHashSet<>(order);
    }

    private Optional<SearchKernel> fastestOfMost() {
        List<String> names = Arrays.stream(WorkKind.values())
                .flatMap(kind -> choice.measurement(kind).stream())
                .map(Measurement::kernel)
                .toList();
        return names.stream()
                .collect(Collectors.groupingBy(name -> name, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .flatMap(most -> kernels.stream().filter(kernel -> kernel.name().equals(most.getKey())).findFirst());
    }
}
