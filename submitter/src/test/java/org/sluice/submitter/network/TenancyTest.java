package org.sluice.submitter.network;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.sluice.protocol.value.JobId;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TenancyTest {
    private static final JobId CAMPAIGN = new JobId("anna.blocks");
    private static final int PATIENCE_SECONDS = 30;

    /** Otherwise it would write that the campaign runs over what is written next, its end. */
    @Test
    void closingWaitsForARenewalThatHasBegun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger renewed = new AtomicInteger();
        Tenancy tenancy = new Tenancy(CAMPAIGN, () -> {
            begun.countDown();
            await(mayEnd);
            renewed.incrementAndGet();
        }, Duration.ofMillis(1));
        tenancy.begin();
        assertTrue(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS));

        Thread closing = Thread.ofPlatform().start(tenancy::close);
        assertFalse(closing.join(Duration.ofMillis(100)), "it does not wait");
        mayEnd.countDown();
        assertTrue(closing.join(Duration.ofSeconds(PATIENCE_SECONDS)));

        int before = renewed.get();
        Thread.sleep(20);
        assertEquals(before, renewed.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
