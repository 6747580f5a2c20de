package org.sluice.worker.search;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class KernelCheckTest {
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

    private static void assertDisagrees(UnaryOperator<Search> fault) {
        SearchKernel kernel = new KernelFake("faulty", _ -> true, fault);

        assertTrue(KernelCheck.disagreement(kernel, new SplittableRandom(5), 100).isPresent());
        assertFalse(KernelCheck.isCorrect(kernel, new SplittableRandom(5)));
        assertTrue(KernelCheck.isCorrect(Kernels.portable(), new SplittableRandom(5)));
        assertEquals(Optional.empty(), KernelCheck.disagreement(new KernelFake("right", _ -> true, search -> search),
                new SplittableRandom(5), 100));
    }
}
