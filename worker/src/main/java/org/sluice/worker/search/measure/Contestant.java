package org.sluice.worker.search.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.sluice.protocol.value.Work;
import org.sluice.worker.opencl.OpenClException;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.WrongResultException;

/** A kernel on a number of threads, of which each has a search of its own, in a {@link Benchmark}. */
final class Contestant implements AutoCloseable {
    /** Between one slice and another the rate of a kernel that is compiled changes less, also on a busy machine. */
    private static final double STEADY = 0.6;
    /** How many times as long as asked a slice may take until its threads have had a part of it. */
    private static final int PATIENCE = 4;
    /** Less of a processor's time is too little to divide by. */
    private static final long SHORTEST_NANOS = 1_000_000;

    private final SearchKernel kernel;
    private final WorkKind kind;
    private final Work.Plain work;
    private final ThreadClock clock;
    private final Benchmark.Terms terms;
    private final List<Search> searches;
    private final ExecutorService executor;
    /** How many of its threads have begun. */
    private final AtomicInteger begun = new AtomicInteger();
    private final List<Slice> taken = new ArrayList<>();

    /** What a thread did in a stretch of time. */
    private record Stretch(double hashes, long elapsed, long processor) {
        double perSecond(Benchmark.Time time) {
            long nanos = switch (time) {
                case ELAPSED -> elapsed;
                case OF_PROCESSOR -> processor < SHORTEST_NANOS ? elapsed : processor;
            };
            return hashes * 1e9 / Math.max(1, nanos);
        }
    }

    /**
     * What all threads together did.
     *
     * @param processors how many processors they can have at a time
     */
    record Slice(List<Stretch> stretches, int processors) {
        /** Hashes per second; by the processors' time no more than there are processors for. */
        double rate(Benchmark.Time time) {
            double sum = stretches.stream().mapToDouble(stretch -> stretch.perSecond(time)).sum();
            return time == Benchmark.Time.OF_PROCESSOR ? sum * processors / stretches.size() : sum;
        }

        double elapsedOfProcessors() {
            return stretches.stream().mapToDouble(Stretch::elapsed).sum() * processors / stretches.size();
        }

        double processor() {
            return stretches.stream().mapToDouble(Stretch::processor).sum();
        }
    }

    Contestant(SearchKernel kernel, WorkKind kind, int threads, ThreadClock clock, Benchmark.Terms terms) {
        this.kernel = kernel;
        this.kind = kind;
        this.work = kind.sample();
        this.clock = kernel.isOnProcessor() ? clock : clock.ofDevice();
        this.terms = terms;
        this.searches = Stream.generate(() -> kernel.prepare(work, Benchmark.HARD)).limit(threads).toList();
        this.executor = Executors.newFixedThreadPool(threads, this::daemon);
    }

    SearchKernel kernel() {
        return kernel;
    }

    int threads() {
        return searches.size();
    }

    /** Hashes for so long; the rate counts. */
    void take(Duration duration) throws InterruptedException {
        taken.add(slice(duration));
    }

    /** The mean rate of what was taken. */
    Measurement measurement(Benchmark.Time time) {
        double rate = taken.stream().mapToDouble(slice -> slice.rate(time)).average().orElse(0);
        return new Measurement(kernel.name(), kind, threads(), Math.round(rate));
    }

    /** What its threads had of the processors that they could have had. */
    double processorShare() {
        return taken.stream().mapToDouble(Slice::processor).sum()
                / Math.max(1, taken.stream().mapToDouble(Slice::elapsedOfProcessors).sum());
    }

    /** Whether it was about as fast in each slice that was taken, by what its threads had of the processors. */
    boolean wasSteady() {
        List<Double> rates = taken.stream().map(slice -> slice.rate(Benchmark.Time.OF_PROCESSOR)).sorted().toList();
        return rates.getFirst() >= STEADY * rates.getLast();
    }

    /** Lets all threads hash for so long; they begin at the same time. */
    Slice slice(Duration duration) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(searches.size());
        List<Callable<Stretch>> tasks = new ArrayList<>();
        for (Search search : searches) {
            tasks.add(() -> {
                ready.countDown();
                ready.await();
                return stretch(search, duration.toNanos());
            });
        }
        List<Stretch> stretches = new ArrayList<>();
        try {
            for (Future<Stretch> stretch : executor.invokeAll(tasks)) {
                stretches.add(stretch.get());
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case WrongResultException failure -> throw failure;
                case OpenClException failure -> throw failure;
                case null, default -> {
                    // Told with what it was doing.
                }
            }
            throw new IllegalStateException("kernel " + kernel.name() + " fails on " + kind.label(), e.getCause());
        }
        return new Slice(stretches, Math.min(stretches.size(), terms.affinity().processors()));
    }

    @Override
    public void close() {
        executor.close();
    }

    private Thread daemon(Runnable task) {
        int number = begun.getAndIncrement();
        Thread thread = new Thread(() -> {
            if (kernel.isOnProcessor()) {
                terms.affinity().bind(number);
            }
            task.run();
        }, "sluice-benchmark");
        thread.setDaemon(true);
        return thread;
    }

    /** From the work's first integer on, and round again where it ends; longer where others leave it little time. */
    private Stretch stretch(Search search, long nanos) {
        long begin = clock.elapsed();
        long beginProcessor = clock.processor();
        DutyCycle duty = new DutyCycle(terms.share(), clock);
        duty.rested();
        BooleanSupplier over = () -> {
            for (long rest = duty.worked(); rest > 0 && !Thread.currentThread().isInterrupted(); rest = duty.rested()) {
                clock.rest(rest);
            }
            long elapsed = clock.elapsed() - begin;
            return elapsed >= nanos
                    && (elapsed >= PATIENCE * nanos || PATIENCE * (clock.processor() - beginProcessor) >= nanos);
        };
        double hashes = 0;
        do {
            hashes += search.run(0, work.limit(), _ -> true, over);
        } while (!over.getAsBoolean());
        return new Stretch(hashes, clock.elapsed() - begin, clock.processor() - beginProcessor);
    }
}
