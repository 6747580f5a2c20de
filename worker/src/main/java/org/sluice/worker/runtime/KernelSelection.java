package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Benchmark;
import org.sluice.worker.search.KernelChoice;
import org.sluice.worker.search.Kernels;
import org.sluice.worker.search.SearchKernel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernels that this JVM's workers hash with: at first the portable one, then, once they are checked and measured in
 * the background, the fastest that are correct.
 */
public final class KernelSelection implements Function<Work, SearchKernel> {
    private static final Logger LOG = LoggerFactory.getLogger(KernelSelection.class);
    private static final Duration FIRST_WARM_UP = Duration.ofMillis(400);
    /** Vectors need so long until they are compiled; before that they are slower than anything else. */
    private static final Duration WARM_UP = Duration.ofSeconds(2);

    private final AtomicReference<KernelChoice> choice;
    private final List<Consumer<KernelChoice>> listeners = new CopyOnWriteArrayList<>();
    private boolean settled;

    private KernelSelection(KernelChoice first) {
        choice = new AtomicReference<>(first);
    }

    /**
     * Measures the portable kernel, and begins to look for faster ones.
     *
     * @param threads how many will hash at a time
     * @param measured how long each kernel is measured
     */
    public static KernelSelection begin(int threads, Duration measured, RandomGenerator random)
            throws InterruptedException {
        KernelSelection selection = new KernelSelection(KernelChoice.among(List.of(Kernels.portable()),
                new Benchmark(FIRST_WARM_UP, measured), threads, random));
        Thread.ofPlatform().name("sluice-kernel-choice").daemon().start(() -> {
            try {
                selection.settle(
                        KernelChoice.among(Kernels.all(), new Benchmark(WARM_UP, measured), threads, random));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.warn("no faster kernel could be chosen: {}", e.getMessage());
            }
        });
        return selection;
    }

    private void settle(KernelChoice chosen) {
        choice.set(chosen);
        synchronized (this) {
            settled = true;
        }
        listeners.forEach(listener -> listener.accept(chosen));
    }

    /** What is used now. */
    public KernelChoice current() {
        return choice.get();
    }

    /** Tells of the final choice, once; at once if it is made already. */
    public void onSettled(Consumer<KernelChoice> listener) {
        synchronized (this) {
            if (!settled) {
                listeners.add(listener);
                return;
            }
        }
        listener.accept(choice.get());
    }

    @Override
    public SearchKernel apply(Work work) {
        return choice.get().apply(work);
    }
}
