package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;

import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Choosing begins without delaying whoever begins it; the first who needs a kernel waits for one that is known to be right. */
class KernelSelectionTest {
    private static final Duration MEASURED = Duration.ofMillis(5);

    @Test
    void whoBeginsDoesNotWaitAndWhoAsksDoes() throws InterruptedException {
        CountDownLatch found = new CountDownLatch(1);
        try (KernelSelection kernels = KernelSelection.begin(() -> {
            await(found);
            return List.of(Kernels.portable());
        }, 1, MEASURED, new SplittableRandom(1))) {
            found.countDown();
            assertSame(Kernels.portable(), kernels.apply(WorkKind.HEADER.sample()));
            assertTrue(kernels.current().measurement(WorkKind.HEADER).orElseThrow().hashesPerSecond() > 0);
        }
    }

    @Test
    void aSearchForKernelsThatFailsIsToldToWhoAsks() {
        try (KernelSelection kernels = KernelSelection.begin(() -> {
            throw new IllegalStateException("no kernels");
        }, 1, MEASURED, new SplittableRandom(1))) {
            assertEquals("no kernels", assertThrows(IllegalStateException.class, kernels::current).getMessage());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
