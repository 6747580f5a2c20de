package org.sluice.worker.search.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import org.sluice.worker.search.KernelFake;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BenchmarkTest {
    private static final long SECOND = 1_000_000_000;
    private static final long WARM_UP = 8 * SECOND;
    private static final long MEASURED = 2 * SECOND;
    private static final Benchmark BENCHMARK = new Benchmark(Duration.ofMillis(1), Duration.ofMillis(5),
            Benchmark.Time.ELAPSED);

    @Test
    void kernelsTakeTurns() throws InterruptedException {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<SearchKernel> kernels = Stream.of("one", "other")
                .<SearchKernel>map(name -> new KernelFake(name, _ -> true, search -> (start, end, hits, stop) -> {
                    order.add(name);
                    return search.run(start, end, hits, stop);
                }))
                .toList();

        List<Measurement> measurements = new Benchmark(Duration.ZERO, Duration.ofMillis(300), Benchmark.Time.ELAPSED)
                .compare(kernels, WorkKind.HEADER, List.of(1, 2))
                .stream()
                .map(Benchmark.Result::measurement)
                .toList();

        assertEquals(List.of("one 1", "other 1", "one 2", "other 2"),
                measurements.stream().map(one -> one.kernel() + " " + one.threads()).toList());
        measurements.forEach(one -> assertTrue(one.hashesPerSecond() > 0));
        String changes = String.join(" ", order).replaceAll("\\b(\\w+)( \\1)+\\b", "$1");
        assertEquals("one other one other one other one other one other one other", changes);
    }

    @Test
    void countsTheHashesOfAllThreadsAndGoesRoundWhenTheWorkIsAtItsEnd() throws InterruptedException {
        SearchKernel boundless = new KernelFake("boundless", _ -> true, _ -> (_, end, _, _) -> end);

        Measurement measurement = BENCHMARK.measure(boundless, WorkKind.HEADER, 3);

        assertTrue(measurement.hashesPerSecond() > 1L << 32);
        assertEquals(measurement.hashesPerSecond() / 3, measurement.alpha());
    }

    /** Also of a kernel that is measured alone, and for long. */
    @Test
    void whoForbidsItWhileAKernelIsMeasuredIsHeardAfterATurn() throws InterruptedException {
        SearchKernel boundless = new KernelFake("boundless", _ -> true, _ -> (_, end, _, _) -> end);
        AtomicInteger asked = new AtomicInteger();
        Permission permission = new Permission() {
            @Override
            public boolean isGiven() {
                return true;
            }

            @Override
            public void await() {
                asked.incrementAndGet();
            }
        };

        new Benchmark(Duration.ZERO, Duration.ofMillis(500), Benchmark.Time.ELAPSED)
                .on(new Benchmark.Terms(1, permission, CpuAffinity.NONE))
                .measure(boundless, WorkKind.HEADER, 1);

        assertEquals(5, asked.get());
    }

    @Test
    void aKernelThatFailsIsNamed() {
        SearchKernel failing = new KernelFake("failing", _ -> true, _ -> (_, _, _, _) -> {
            throw new IllegalArgumentException("no");
        });

        var failure = assertThrows(IllegalStateException.class, () -> BENCHMARK.measure(failing, WorkKind.HEADER, 1));

        assertTrue(String.valueOf(failure.getMessage()).contains("failing"));
        assertInstanceOf(IllegalArgumentException.class, failure.getCause());
    }

    @Test
    @Timeout(60)
    void theWarmUpEndsWhenTheKernelIsFastEnough() throws InterruptedException {
        SearchKernel boundless = new KernelFake("boundless", _ -> true, _ -> (_, end, _, _) -> end);
        Benchmark patient = new Benchmark(Duration.ofDays(1), Duration.ofMillis(1), Benchmark.Time.ELAPSED);

        assertTrue(patient.measure(boundless, WorkKind.HEADER, 2, 1L << 32).hashesPerSecond() > 1L << 32);
    }

    @Test
    void timeOfTheProcessorDoesNotPassForOneWhoWaits() throws InterruptedException {
        Times times = new Times();
        times.others = 3; // of four processors
        SearchKernel kernel = times.kernel(1_000);

        assertEquals(1_000_000 / 4,
                times.benchmark(Benchmark.Time.ELAPSED).measure(kernel, WorkKind.INTEGER, 1).alpha());
        assertEquals(1_000_000,
                times.benchmark(Benchmark.Time.OF_PROCESSOR).measure(kernel, WorkKind.INTEGER, 1).alpha());
    }

    @Test
    void howBusyTheMachineWasIsTold() throws InterruptedException {
        Times times = new Times();
        times.others = 3;

        Benchmark.Result result = times.compare(times.kernel(1_000));

        assertEquals(250_000, result.measurement().hashesPerSecond());
        assertEquals(0.25, result.processorShare(), 0.001);
        assertEquals(Optional.of("other programs had much of the processors"), result.doubt());
    }

    @Test
    void moreThreadsThanProcessorsAreNoFaster() throws InterruptedException {
        int threads = 3 * Runtime.getRuntime().availableProcessors();
        ThreadLocal<Times> times = ThreadLocal.withInitial(Times::new);
        ThreadClock each = new ThreadClock() {
            @Override
            public long elapsed() {
                return times.get().elapsed();
            }

            @Override
            public long processor() {
                return times.get().processor();
            }

            @Override
            public void rest(long nanos) {
                times.get().rest(nanos);
            }
        };
        SearchKernel kernel = new KernelFake("fake", _ -> true,
                _ -> (start, end, hits, stop) -> times.get().hash(1_000, start, stop));

        Measurement measured = new Benchmark(Benchmark.Terms.NONE, Duration.ZERO, Benchmark.SLICE,
                Benchmark.Time.OF_PROCESSOR, each,
                () -> false)
                .measure(kernel, WorkKind.HEADER, threads);

        assertEquals(1_000_000L * threads / 3, measured.hashesPerSecond());
    }

    /** What is not compiled is slow for as long as a busy machine takes to compile it, and as steady as can be. */
    @Test
    void aKernelIsMeasuredOnceItIsCompiled() throws InterruptedException {
        Times times = new Times();
        times.compiledAt = 3 * SECOND;

        Benchmark.Result result = times.compare(times.kernel(1_000));

        assertEquals(1_000_000, result.measurement().hashesPerSecond());
        assertEquals(1, result.processorShare(), 0.001);
        assertEquals(Optional.empty(), result.doubt());
        assertTrue(times.elapsed < 4 * SECOND + MEASURED, "it takes no longer than it must: " + times.elapsed);
    }

    @Test
    void aKernelThatIsNotCompiledInTimeIsMarked() throws InterruptedException {
        Times times = new Times();
        times.compiledAt = Long.MAX_VALUE;

        assertEquals(Optional.of("still being compiled"), times.compare(times.kernel(1_000)).doubt());
        assertTrue(times.elapsed <= WARM_UP + MEASURED + SECOND, "the warm-up has an end: " + times.elapsed);
    }

    @Test
    void aKernelThatIsCompiledWhileItIsMeasuredIsMarked() throws InterruptedException {
        Times times = new Times();
        times.compiledAt = WARM_UP + MEASURED / 2;

        assertEquals(Optional.of("its rate had not settled"), times.compare(times.kernel(1_000)).doubt());
    }

    @Test
    void aRateThatNeverSettlesIsMarked() throws InterruptedException {
        Times times = new Times();
        SearchKernel wavering = new KernelFake("wavering", _ -> true,
                _ -> (start, end, hits, stop) -> times.hash(times.elapsed / (SECOND / 10) % 2 == 0 ? 1_000 : 700, start,
                        stop));

        assertEquals(Optional.of("its rate had not settled"), times.compare(wavering).doubt());
        times.others = 1;
        assertEquals(Optional.of("its rate had not settled, other programs had much of the processors"),
                times.compare(wavering).doubt());
    }

    @Test
    void measuringKeepsToItsUsersLimitAndFindsTheSameRate() throws InterruptedException {
        Times times = new Times();

        Measurement measured = times.benchmark(Benchmark.Time.OF_PROCESSOR)
                .on(new Benchmark.Terms(0.25, Permission.ALWAYS, CpuAffinity.NONE))
                .measure(times.kernel(1_000), WorkKind.HEADER, 1);

        assertEquals(1_000_000, measured.hashesPerSecond());
        assertEquals(0.25, (double) times.processor / times.elapsed, 0.02);
    }

    @Test
    void nothingIsMeasuredWithoutPermission() throws InterruptedException {
        Times times = new Times();
        times.compiledAt = SECOND;
        AtomicLong permitted = new AtomicLong();
        Permission forASlice = new Permission() {
            @Override
            public boolean isGiven() {
                return times.elapsed < permitted.get();
            }

            @Override
            public void await() {
                times.elapsed += SECOND;
                permitted.set(times.elapsed + SECOND / 10);
            }
        };
        SearchKernel kernel = new KernelFake("fake", _ -> true, _ -> (start, end, hits, stop) -> {
            assertTrue(forASlice.isGiven(), "it hashes while its worker is paused");
            return times.hash(1_000, start, stop);
        });

        times.benchmark(Benchmark.Time.ELAPSED)
                .on(new Benchmark.Terms(1, forASlice, CpuAffinity.NONE))
                .compare(List.of(kernel), WorkKind.HEADER, List.of(1));
    }

    @Test
    void theCompilersQueueTellsOfKernels() {
        String idle = """
                Current compiles:

                C1 compile queue:
                Empty

                C2 compile queue:
                Empty
                """;
        String compiling = """
                Current compiles:
                C2 CompilerThread0  1398 %     4       org.sluice.worker.search.vector.WrittenRounds::header @ 5 (7839 bytes)
                """;
        assertFalse(CompilerQueue.namesKernels(idle));
        assertFalse(
                CompilerQueue.namesKernels(idle.replace("Empty", "1410  4  java.util.HashMap::putVal (300 bytes)")));
        assertTrue(CompilerQueue.namesKernels(compiling));
        assertTrue(CompilerQueue.namesKernels(idle + "1410  4  sun.security.provider.SHA2::implDigest (123 bytes)"));
    }

    @Test
    void everySampleIsOfItsKind() {
        for (WorkKind kind : WorkKind.values()) {
            assertEquals(kind, WorkKind.of(kind.sample()));
        }
    }

    /** A machine's time, which passes only while a kernel hashes, on one thread. */
    private static final class Times implements ThreadClock {
        private static final long MILLI = SECOND / 1_000;

        long elapsed;
        long processor;
        /** When the compiler has done its work. */
        long compiledAt;
        /** How many others want the processor too. */
        int others;

        @Override
        public long elapsed() {
            return elapsed;
        }

        @Override
        public long processor() {
            return processor;
        }

        @Override
        public void rest(long nanos) {
            elapsed += nanos;
        }

        SearchKernel kernel(long hashesPerMilli) {
            return new KernelFake("fake", _ -> true,
                    _ -> (start, end, hits, stop) -> hash(hashesPerMilli, start, stop));
        }

        /** Hashes until it is stopped, a hundred times as slow as long as it is not compiled. */
        long hash(long hashesPerMilli, long start, BooleanSupplier stop) {
            long next = start;
            while (!stop.getAsBoolean()) {
                next += elapsed < compiledAt ? hashesPerMilli / 100 : hashesPerMilli;
                processor += MILLI;
                elapsed += (1 + others) * MILLI;
            }
            return next;
        }

        Benchmark benchmark(Benchmark.Time time) {
            return new Benchmark(Benchmark.Terms.NONE, Duration.ofNanos(WARM_UP), Duration.ofNanos(MEASURED), time,
                    this,
                    () -> elapsed < compiledAt);
        }

        Benchmark.Result compare(SearchKernel kernel) throws InterruptedException {
            return benchmark(Benchmark.Time.ELAPSED).compare(List.of(kernel), WorkKind.HEADER, List.of(1)).getFirst();
        }
    }
}
