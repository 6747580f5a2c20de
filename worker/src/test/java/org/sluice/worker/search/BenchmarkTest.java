package org.sluice.worker.search;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BenchmarkTest {
    private static final Benchmark BENCHMARK = new Benchmark(Duration.ofMillis(1), Duration.ofMillis(5));

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
    void everySampleIsOfItsKind() {
        for (WorkKind kind : WorkKind.values()) {
            assertEquals(kind, WorkKind.of(kind.sample()));
        }
    }
}
