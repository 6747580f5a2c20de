package org.sluice.worker.search;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

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
 * @param time what is counted, in both
 */
public record Benchmark(Duration warmUp, Duration measured, Time time) {
    private static final Goal HARD = new Goal.TrailingZeroBits(60);
    /** How long a kernel hashes in a turn, and between two looks at whether it is warm. */
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
     * Measures a kernel on a sample of a kind of work, which it must support.
     *
     * @throws InterruptedException if the calling thread is interrupted meanwhile
     */
    public Measurement measure(SearchKernel kernel, WorkKind kind, int threads) throws InterruptedException {
        return measure(kernel, kind, threads, NEVER_ENOUGH);
    }

    /**
     * The same, but the warm-up ends as soon as the kernel is fast enough.
     *
     * @param enough so many hashes in a second and thread
     */
    Measurement measure(SearchKernel kernel, WorkKind kind, int threads, long enough) throws InterruptedException {
        try (Contestant contestant = new Contestant(kernel, kind, threads)) {
            contestant.warm(warmUp, enough);
            contestant.take(measured);
            return contestant.measurement();
        }
    }

    /**
     * Measures kernels on a kind of work which all of them support, each on every number of threads. They take turns, so that
     * whatever else the machine does meanwhile slows all of them down alike.
     *
     * @return by number of threads and kernel, in the orders given
     */
    public List<Measurement> compare(List<SearchKernel> kernels, WorkKind kind, Collection<Integer> threads)
            throws InterruptedException {
        List<Contestant> contestants = new ArrayList<>();
        try {
            Set<SearchKernel> warm = new HashSet<>();
            for (int count : threads) {
                for (SearchKernel kernel : kernels) {
                    Contestant contestant = new Contestant(kernel, kind, count);
                    contestants.add(contestant);
                    if (warm.add(kernel)) { // What is compiled is so for any number of threads.
                        contestant.warm(warmUp, NEVER_ENOUGH);
                    }
                }
            }
            long turns = Math.max(1, measured.dividedBy(SLICE));
            for (long turn = 0; turn < turns; turn++) {
                for (Contestant contestant : contestants) {
                    contestant.take(measured.dividedBy(turns));
                }
            }
            return contestants.stream().map(Contestant::measurement).toList();
        } finally {
            contestants.forEach(Contestant::close);
        }
    }

    /** A kernel on a number of threads, of which each has a search of its own. */
    private final class Contestant implements AutoCloseable {
        private final SearchKernel kernel;
        private final WorkKind kind;
        private final Work work;
        private final List<Search> searches;
        private final ExecutorService executor;
        private double rates;
        private int turns;

        Contestant(SearchKernel kernel, WorkKind kind, int threads) {
            this.kernel = kernel;
            this.kind = kind;
            this.work = kind.sample();
            this.searches = Stream.generate(() -> kernel.prepare(work, HARD)).limit(threads).toList();
            this.executor = Executors.newFixedThreadPool(threads, Benchmark::daemon);
        }

        /** Hashes for so long, or until it is fast enough. */
        void warm(Duration longest, long enough) throws InterruptedException {
            Duration left = longest;
            while (left.isPositive() && rate(left.compareTo(SLICE) < 0 ? left : SLICE) / searches.size() < enough) {
                left = left.minus(SLICE);
            }
        }

        /** Hashes for so long; the rate counts. */
        void take(Duration duration) throws InterruptedException {
            rates += rate(duration);
            turns++;
        }

        Measurement measurement() {
            return new Measurement(kernel.name(), kind, searches.size(), Math.round(rates / turns));
        }

        /** The hashes per second of all threads together, which begin at the same time. */
        private double rate(Duration duration) throws InterruptedException {
            CountDownLatch ready = new CountDownLatch(searches.size());
            List<Callable<Double>> tasks = new ArrayList<>();
            for (Search search : searches) {
                tasks.add(() -> {
                    ready.countDown();
                    ready.await();
                    return Benchmark.this.rate(search, work, duration);
                });
            }
            double sum = 0;
            try {
                for (Future<Double> rate : executor.invokeAll(tasks)) {
                    sum += rate.get();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("kernel " + kernel.name() + " fails on " + kind.label(), e.getCause());
            }
            return sum;
        }

        @Override
        public void close() {
            executor.close();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "sluice-benchmark");
        thread.setDaemon(true);
        return thread;
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
