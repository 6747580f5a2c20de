package org.sluice.worker.search;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

class KernelCheckTest {
    private static final Work INTEGERS = new Work.Integers("SHA-256", Bytes.EMPTY);

    @Test
    void catchesAKernelThatOverlooksAHit() {
        assertDisagrees(search -> (start, end, hits, stop) -> search.run(start, end,
                integer -> integer % 16 == 3 || hits.found(integer), stop));
    }

    @Test
    void catchesAKernelThatLeavesOutTheLastInteger() {
        assertDisagrees(search -> (start, end, hits, stop) -> {
            search.run(start, end - 1, hits, stop);
            return end;
        });
    }

    @Test
    void catchesAKernelThatGoesOnWhenThereIsEnough() {
        assertDisagrees(search -> (start, end, hits, stop) -> search.run(start, end, integer -> {
            hits.found(integer);
            return true;
        }, stop));
    }

    @Test
    void takesTheFastestCorrectKernelForEachKindOfWork() throws InterruptedException {
        UnaryOperator<Search> boundless = search -> (start, end, hits, stop) -> end - start > 1_000
                ? end
                : search.run(start, end, hits, stop);
        SearchKernel wrong = new KernelFake("wrong", _ -> true, _ -> (_, end, _, _) -> end);
        SearchKernel quick = new KernelFake("quick", work -> work instanceof Work.Header, boundless);

        KernelChoice choice = KernelChoice.among(List.of(wrong, Kernels.portable(), quick), quickBenchmark(), 1,
                new SplittableRandom(1));

        assertSame(quick, choice.apply(Blocks.GENESIS));
        assertEquals(Optional.of("quick"), choice.measurement(WorkKind.HEADER).map(Measurement::kernel));
        assertSame(Kernels.portable(), choice.apply(INTEGERS), "the only correct one that supports integers");
        assertEquals(Optional.of("message-digest"), choice.measurement(WorkKind.INTEGER).map(Measurement::kernel));
    }

    @Test
    void fallsBackToThePortableKernel() throws InterruptedException {
        SearchKernel headers = new KernelFake("headers", work -> work instanceof Work.Header, search -> search);

        KernelChoice choice = KernelChoice.among(List.of(headers), quickBenchmark(), 2, new SplittableRandom(1));

        assertSame(headers, choice.apply(Blocks.GENESIS));
        assertSame(Kernels.portable(), choice.apply(INTEGERS));
        assertEquals(Optional.empty(), choice.measurement(WorkKind.INTEGER));
        assertSame(Kernels.portable(), KernelChoice.unmeasured().apply(Blocks.GENESIS));
    }

    private static Benchmark quickBenchmark() {
        return new Benchmark(Duration.ZERO, Duration.ofMillis(2));
    }

    private static void assertDisagrees(UnaryOperator<Search> fault) {
        SearchKernel kernel = new KernelFake("faulty", _ -> true, fault);

        assertTrue(KernelCheck.disagreement(kernel, new SplittableRandom(5), 100).isPresent());
        assertEquals(List.of(Kernels.portable()),
                KernelChoice.correct(List.of(kernel, Kernels.portable()), new SplittableRandom(5)));
        assertEquals(Optional.empty(), KernelCheck.disagreement(new KernelFake("right", _ -> true, search -> search),
                new SplittableRandom(5), 100));
    }
}
