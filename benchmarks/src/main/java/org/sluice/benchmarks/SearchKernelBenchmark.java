package org.sluice.benchmarks;

import java.util.concurrent.TimeUnit;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.choice.Kernels;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Hashes per microsecond, that is MH/s, of every kernel on every kind of work.
 *
 * <p>The JVM that forks must have the kernels' options, which this module's build gives it: a fork begins with those of its
 * parent.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class SearchKernelBenchmark {
    /** Integers of one run: some milliseconds of hashing. */
    private static final int RANGE = 1 << 16;

    /** The kernel's name. */
    @Param({"message-digest", "vector-128", "vector-256", "vector-512", "vector-512x2"})
    public String kernel = "message-digest";

    /** The kind of work. */
    @Param
    public WorkKind work = WorkKind.HEADER;

    private Search search = (_, end, _, _) -> end;
    private long limit;
    private long next;

    /** Prepares the search; fails where the kernel cannot run. */
    @Setup
    public void prepare() {
        Work.Plain sample = work.sample();
        search = Kernels.named(kernel).orElseThrow().prepare(sample, new Goal.TrailingZeroBits(60));
        limit = sample.limit();
        next = 0;
    }

    /** Searches one aligned range after the other. */
    @Benchmark
    @OperationsPerInvocation(RANGE)
    public long search() {
        next = limit - next < 2 * RANGE ? 0 : next + RANGE;
        return search.run(next, next + RANGE, _ -> true, () -> false);
    }
}
