package org.sluice.worker.search;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

/**
 * The original document's benchmark: a kernel hashes for a given time on a given number of threads.
 *
 * <p>Each measurement begins with a warm-up, in which the JIT compiler finds the kernel's loop. The goal is one in
 * 2^60, as hard as real ones, so that only hashing is measured.
 *
 * @param warmUp how long to hash before measuring; a kernel with a large loop may need seconds
 * @param measured how long to measure
 * @param time what is counted, in all three
 */
public record Benchmark(Duration warmUp, Duration measured, Time time) {
    private static final Goal HARD = new Goal.TrailingZeroBits(60);
    /** How long it is hashed between two looks at whether a kernel is warm. */
    private static final Duration SLICE = Duration.ofMillis(100);
    /** A rate that no kernel reaches: the warm-up goes on to its end. */
    static final long NEVER_ENOUGH = Long.MAX_VALUE;

    /** What a measurement counts as time. */
    public enum Time {
        /** What passes: what a user gets. */
        ELAPSED,
        /**
         * What a thread has of a processor: what a user would get, had nothing else been hashing beside. Where the JVM cannot
         * tell, it is what passes.
         */
        OF_PROCESSOR;

        private LongSupplier nanos() {
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            return this == OF_PROCESSOR && threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled()
                    ? threads::getCurrentThreadCpuTime
                    : System::nanoTime;
        }
    }

    public Benchmark {
        if (warmUp.isNegative() || measured.isNegative() || measured.isZero()) {
            throw new IllegalArgumentException("cannot measure for " + measured + " after " + warmUp);
        }
    }

    /**
     * Measures a kernel on a sample of a kind of work, which it must support. All threads begin together.
     *
     * @throws InterruptedException if the calling thread is interrupted meanwhile
     */
    public Measurement measure(SearchKernel kernel, WorkKind kind, int threads) throws InterruptedException {
        return measure(kernel, kind, threads, NEVER_ENOUGH);
    }

    /**
     * The same, but the warm-up of a thread ends as soon as it is fast enough.
     *
     * @param enough so many hashes in a second
     */
    Measurement measure(SearchKernel kernel, WorkKind kind, int threads, long enough) throws InterruptedException {
        Work work = kind.sample();
        CountDownLatch ready = new CountDownLatch(threads);
        Callable<Double> task = () -> {
            Search search = kernel.prepare(work, HARD);
            warm(search, work, enough);
            ready.countDown();
            ready.await();
            return rate(search, work, measured);
        };
        double hashesPerSecond = 0;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads, Benchmark::daemon)) {
            for (Future<Double> rate : executor.invokeAll(Collections.nCopies(threads, task))) {
                hashesPerSecond += rate.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("kernel " + kernel.name() + " fails on " + kind.label(), e.getCause());
        }
        return new Measurement(kernel.name(), kind, threads, Math.round(hashesPerSecond));
    }

    /** Measures every kernel on every kind of work that it supports, ordered by kind. */
    public List<Measurement> measureAll(List<SearchKernel> kernels, int threads) throws InterruptedException {
        List<Measurement> measurements = new ArrayList<>();
        for (WorkKind kind : WorkKind.values()) {
            for (SearchKernel kernel : kernels) {
                if (kernel.supports(kind.sample())) {
                    measurements.add(measure(kernel, kind, threads));
                }
            }
        }
        return measurements;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "sluice-benchmark");
        thread.setDaemon(true);
        return thread;
    }

    private void warm(Search search, Work work, long enough) {
        Duration left = warmUp;
        while (left.isPositive() && rate(search, work, left.compareTo(SLICE) < 0 ? left : SLICE) < enough) {
            left = left.minus(SLICE);
        }
    }

    /** Hashes per second over the duration, from the work's first integer on and round again where it ends. */
    private double rate(Search search, Work work, Duration duration) {
        LongSupplier clock = time.nanos();
        long begin = clock.getAsLong();
        long nanos = duration.toNanos();
        BooleanSupplier over = () -> clock.getAsLong() - begin >= nanos;
        double hashes = 0;
        while (!over.getAsBoolean()) {
            hashes += search.run(0, work.limit(), _ -> true, over);
        }
        return hashes * 1e9 / Math.max(1, clock.getAsLong() - begin);
    }
}
