package org.sluice.worker.search.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;

/**
 * The original document's benchmark: a kernel hashes for a given time on a given number of threads.
 *
 * <p>Each measurement begins with a warm-up, in which the JIT compiler finds the kernel's loop. It ends when the kernel is
 * steady: when it is as fast in one slice of time as in those before, by what its threads had of the processors, and the
 * compilers have nothing more to do for it. The goal is one in 2^60, as hard as real ones, so that only hashing is measured.
 */
public final class Benchmark {
    public static final Goal HARD = new Goal.TrailingZeroBits(60);
    /** How long a kernel hashes in a turn, and between two looks at whether it is warm. */
    static final Duration SLICE = Duration.ofMillis(100);
    /** A rate that no kernel reaches: the warm-up goes on until it is steady. */
    public static final long NEVER_ENOUGH = Long.MAX_VALUE;

    /** With less of the processors than this, a machine is busy otherwise. */
    private static final double BUSY = 0.9;

    private final Terms terms;
    private final Duration warmUp;
    private final Duration measured;
    private final Time time;
    private final ThreadClock clock;
    private final BooleanSupplier compiling;

    /** What a measurement counts as time. */
    public enum Time {
        /** What passes: what a user gets. */
        ELAPSED,
        /**
         * What a thread has of a processor: what a user would get, had nothing else been hashing beside. Where the JVM cannot
         * tell, it is what passes.
         */
        OF_PROCESSOR
    }

    /**
     * What a user lets hashing threads have, whether they search or measure.
     *
     * @param share of a processor's time that each may use, above 0 and at most 1, which is no limit
     * @param permission whether they may hash
     * @param affinity the CPUs that they are bound to
     */
    public record Terms(double share, Permission permission, CpuAffinity affinity) {
        /** All that they can get. */
        public static final Terms NONE = new Terms(1, Permission.ALWAYS, CpuAffinity.NONE);
    }

    /**
     * What was found out about a kernel on a number of threads.
     *
     * @param kernel which one
     * @param processorShare what the threads had of the processors that they could have had, 0 to about 1
     * @param doubt why the rate may not be the kernel's, if it was not steady or others took much of its time
     */
    public record Result(SearchKernel kernel, Measurement measurement, double processorShare, Optional<String> doubt) {}

    /**
     * A way to measure.
     *
     * @param warmUp how long to hash before measuring, at most; a kernel with a large loop may need seconds
     * @param measured how long to measure
     * @param time what is counted
     */
    public Benchmark(Duration warmUp, Duration measured, Time time) {
        this(Terms.NONE, warmUp, measured, time, ThreadClock.ofSystem(), CompilerQueue::holdsKernels);
    }

    Benchmark(Terms terms, Duration warmUp, Duration measured, Time time, ThreadClock clock,
            BooleanSupplier compiling) {
        if (warmUp.isNegative() || measured.isNegative() || measured.isZero()) {
            throw new IllegalArgumentException("cannot measure for " + measured + " after " + warmUp);
        }
        this.terms = terms;
        this.warmUp = warmUp;
        this.measured = measured;
        this.time = time;
        this.clock = clock;
        this.compiling = compiling;
    }

    /** The same, but so many times as long. */
    public Benchmark longer(int times) {
        return new Benchmark(terms, warmUp, measured.multipliedBy(times), time, clock, compiling);
    }

    /** The same, but its threads hash only as a worker's may. */
    public Benchmark on(Terms other) {
        return new Benchmark(other, warmUp, measured, time, clock, compiling);
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
    public Measurement measure(SearchKernel kernel, WorkKind kind, int threads, long enough)
            throws InterruptedException {
        try (Contestant contestant = new Contestant(kernel, kind, threads, clock, terms)) {
            warm(contestant, enough);
            take(List.of(contestant));
            return contestant.measurement(time);
        }
    }

    /**
     * Measures kernels on a kind of work which all of them support, each on every number of threads, a device's on the first only. They take turns, so that
     * whatever else the machine does meanwhile slows all of them down alike.
     *
     * @return by number of threads and kernel, in the orders given
     */
    public List<Result> compare(List<SearchKernel> kernels, WorkKind kind, Collection<Integer> threads)
            throws InterruptedException {
        List<Contestant> contestants = new ArrayList<>();
        Map<SearchKernel, Boolean> steady = new HashMap<>();
        try {
            for (int count : threads) {
                for (SearchKernel kernel : kernels) {
                    if (!kernel.isOnProcessor() && contestants.stream().anyMatch(one -> one.kernel().equals(kernel))) {
                        continue; // More threads do not make a device faster.
                    }
                    Contestant contestant = new Contestant(kernel, kind, count, clock, terms);
                    contestants.add(contestant);
                    if (!steady.containsKey(kernel)) { // What is compiled is so for any number of threads.
                        steady.put(kernel, warm(contestant, NEVER_ENOUGH));
                    }
                }
            }
            take(contestants);
            List<Result> results = new ArrayList<>();
            boolean stillCompiling = compiling.getAsBoolean();
            for (Contestant contestant : contestants) {
                boolean settled = steady.getOrDefault(contestant.kernel(), false) && contestant.wasSteady();
                double share = contestant.processorShare();
                results.add(new Result(contestant.kernel(), contestant.measurement(time), share,
                        doubt(settled, stillCompiling, share)));
            }
            return results;
        } finally {
            contestants.forEach(Contestant::close);
        }
    }

    /** Measures in turns so short that a user who forbids it need not wait. */
    private void take(List<Contestant> contestants) throws InterruptedException {
        long turns = Math.max(1, measured.dividedBy(SLICE));
        for (long turn = 0; turn < turns; turn++) {
            for (Contestant contestant : contestants) {
                terms.permission().await();
                contestant.take(measured.dividedBy(turns));
            }
        }
    }

    private static Optional<String> doubt(boolean settled, boolean stillCompiling, double processorShare) {
        List<String> doubts = new ArrayList<>();
        if (!settled) {
            doubts.add(stillCompiling ? "still being compiled" : "its rate had not settled");
        }
        if (processorShare < BUSY) {
            doubts.add("other programs had much of the processors");
        }
        return doubts.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", doubts));
    }

    /** Lets a kernel hash until it is steady or fast enough, but no longer than the warm-up; returns whether it is. */
    private boolean warm(Contestant contestant, long enough) throws InterruptedException {
        if (!contestant.kernel().warmsUp()) {
            return true;
        }
        Steadiness steadiness = new Steadiness();
        long begin = clock.elapsed();
        Duration left = warmUp;
        while (left.isPositive()) {
            terms.permission().await();
            double rate = contestant.slice(left.compareTo(SLICE) < 0 ? left : SLICE).rate(time) / contestant.threads();
            if (rate >= enough || (steadiness.isReachedWith(rate) && !compiling.getAsBoolean())) {
                return true;
            }
            left = warmUp.minusNanos(clock.elapsed() - begin);
        }
        return false;
    }
}
