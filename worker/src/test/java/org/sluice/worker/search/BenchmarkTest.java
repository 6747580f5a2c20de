package org.sluice.worker.search;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BenchmarkTest {
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
                .compare(kernels, WorkKind.HEADER, List.of(1, 2));

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
    void timeOfTheProcessorDoesNotPassForOneWhoSleeps() throws InterruptedException {
        long integers = 1_000_000;
        SearchKernel sleeper = new KernelFake("sleeper", _ -> true, _ -> (start, _, _, _) -> {
            long until = System.nanoTime() + 10_000_000;
            while (System.nanoTime() - until < 0) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
            return start + integers;
        });

        // One in 10 ms is 100 in a second, as far as that passes; of the processor's there is hardly any.
        assertTrue(BENCHMARK.measure(sleeper, WorkKind.INTEGER, 1).hashesPerSecond() <= 100 * integers);
        assertTrue(new Benchmark(Duration.ZERO, Duration.ofMillis(1), Benchmark.Time.OF_PROCESSOR)
                .measure(sleeper, WorkKind.INTEGER, 1)
                .hashesPerSecond() > 200 * integers);
    }

    @Test
    void everySampleIsOfItsKind() {
        for (WorkKind kind : WorkKind.values()) {
            assertEquals(kind, WorkKind.of(kind.sample()));
        }
    }
}
