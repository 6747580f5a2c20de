package org.sluice.worker.opencl;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class DriverThreadTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final CountDownLatch released = new CountDownLatch(1);

    @AfterEach
    void release() {
        released.countDown();
    }

    @Test
    void whatIsHandedInIsDoneInTurnByOneDaemon() {
        DriverThread driver = new DriverThread("driver", LONG);
        BlockingQueue<String> threads = new LinkedBlockingQueue<>();

        driver.later(() -> threads.add(Thread.currentThread().getName() + Thread.currentThread().isDaemon()));
        assertEquals("driver", driver.call(() -> Thread.currentThread().getName()));
        assertEquals(List.of("drivertrue"), List.copyOf(threads));
    }

    @Test
    void whatTheWorkThrowsPassesThroughAndTheNextIsDone() {
        DriverThread driver = new DriverThread("driver", LONG);

        OpenClException failure = new OpenClException("CL_OUT_OF_RESOURCES");
        assertEquals(failure, assertThrows(OpenClException.class, () -> driver.call(() -> {
            throw failure;
        })));
        assertThrows(StackOverflowError.class, () -> driver.call(() -> {
            throw new StackOverflowError();
        }));
        assertEquals(1, driver.call(() -> 1));
    }

    @Test
    void oneThatDoesNotComeBackIsGivenUpAndNothingMoreIsAskedOfIt() {
        DriverThread driver = new DriverThread("driver", Duration.ofMillis(50));

        assertThrows(OpenClHangException.class, () -> driver.call(this::hang));
        assertThrows(OpenClHangException.class, () -> driver.call(() -> 1));
        driver.later(() -> {
            throw new AssertionError("asked all the same");
        });
    }

    @Test
    void oneThatWasFoundToHangIsGivenUpToo() {
        DriverThread driver = new DriverThread("driver", LONG);

        assertThrows(OpenClHangException.class, () -> driver.call(() -> {
            throw new OpenClHangException("it has not answered");
        }));
        assertThrows(OpenClHangException.class, () -> driver.call(() -> 1));
    }

    @Test
    void whoIsToldToStopDoesNotWaitAndWhatComesNextComesAfterIt() {
        DriverThread driver = new DriverThread("driver", LONG);

        assertNull(driver.call(this::hang, () -> true, Duration.ofMillis(20)));
        assertEquals(1, released.getCount(), "it is still at it");
        released.countDown();
        assertEquals(2, driver.call(() -> 2));
    }

    /** As of jobs that end before it is given up: none of them waits so long. */
    @Test
    void oneThatNobodyHasWaitedForIsGivenUpWhenItIsAskedAgain() {
        DriverThread driver = new DriverThread("driver", Duration.ofMillis(200));

        assertNull(driver.call(this::hang, () -> true, Duration.ZERO));
        assertThrows(OpenClHangException.class, () -> {
            while (driver.call(() -> 1, () -> true, Duration.ZERO) == null) {
                assertEquals(1, released.getCount());
            }
        });
    }

    @Test
    void anInterruptIsLeftToWhoeverLooksForItNext() {
        DriverThread driver = new DriverThread("driver", LONG);

        Thread.currentThread().interrupt();
        assertEquals(1, driver.call(() -> 1));
        assertTrue(Thread.interrupted());
        assertFalse(Thread.currentThread().isInterrupted());
    }

    /** As a driver whose device hangs: no interrupt ends it. */
    private int hang() {
        while (true) {
            try {
                if (released.await(1, TimeUnit.MINUTES)) {
                    return 0;
                }
            } catch (InterruptedException e) {
                // Nor does this one.
            }
        }
    }
}
