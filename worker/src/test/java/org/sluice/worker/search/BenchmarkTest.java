package org.sluice.worker.search;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

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
    void measuresEveryKindOfWorkThatAKernelSupports() throws InterruptedException {
        SearchKernel rolling = new KernelFake("rolling", work -> WorkKind.of(work) == WorkKind.HEADER_ROLLING,
                search -> search);

        List<Measurement> measurements = BENCHMARK.measureAll(List.of(Kernels.portable(), rolling), 2);

        assertEquals(List.of("header message-digest 2", "header-rolling message-digest 2", "header-rolling rolling 2",
                "integer message-digest 2"),
                measurements.stream()
                        .map(one -> one.work().label() + " " + one.kernel() + " " + one.threads())
                        .toList());
        measurements.forEach(one -> assertTrue(one.hashesPerSecond() > 0));
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
