package org.sluice.worker.search;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.sluice.worker.opencl.OpenClException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class DeviceTest {
    private static final Duration SHORT = Duration.ofMillis(5);

    private final BlockingQueue<Device.State> states = new LinkedBlockingQueue<>();
    private final List<Device> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(Device::close);
    }

    @Test
    void hashesOnceItWasCheckedAndMeasured() throws InterruptedException {
        Device device = device(fake(new AtomicBoolean(), new AtomicBoolean()));

        Device.State.Hashing hashing = assertInstanceOf(Device.State.Hashing.class, next());
        assertEquals("fake", hashing.measurement().kernel());
        assertEquals(hashing.measurement().alpha(), device.hashesPerSecond());
    }

    @Test
    void afterAFailureItRestsAndHashesAgain() throws InterruptedException {
        Device device = device(fake(new AtomicBoolean(), new AtomicBoolean()));
        next();

        device.failed(new OpenClException("CL_OUT_OF_RESOURCES"));
        assertEquals(new Device.State.Resting("CL_OUT_OF_RESOURCES", SHORT), next());
        assertInstanceOf(Device.State.Unproven.class, next());
        assertInstanceOf(Device.State.Hashing.class, next());
    }

    @Test
    void oneThatGoesOnFailingRestsLongerAndLonger() throws InterruptedException {
        AtomicBoolean fails = new AtomicBoolean(true);
        Device device = device(fake(fails, new AtomicBoolean()));

        for (int times : List.of(1, 2, 4)) {
            assertEquals(new Device.State.Resting("on purpose", SHORT.multipliedBy(times)), next());
            assertEquals(0, device.hashesPerSecond());
            assertInstanceOf(Device.State.Unproven.class, next());
        }
        fails.set(false);
        Device.State state = next();
        while (!(state instanceof Device.State.Hashing)) {
            state = next();
        }
    }

    @Test
    void oneThatComputesWronglyIsNotEvenBegunWith() throws InterruptedException {
        Device device = device(fake(new AtomicBoolean(), new AtomicBoolean(true)));

        Device.State.Dropped dropped = assertInstanceOf(Device.State.Dropped.class, next());
        assertTrue(dropped.why().contains("overlooked"), dropped.why());
        assertEquals(0, device.hashesPerSecond());
    }

    @Test
    void oneThatComputesWronglyLaterIsFoundOutByKnownAnswersAndDroppedForGood() throws InterruptedException {
        AtomicBoolean overlooks = new AtomicBoolean();
        Device device = device(fake(new AtomicBoolean(), overlooks));
        next();
        device.checkAgain(WorkKind.INTEGER.sample());

        overlooks.set(true);
        WrongResultException wrong = assertThrows(WrongResultException.class,
                () -> device.checkAgain(WorkKind.INTEGER.sample()));
        device.failed(wrong);

        assertInstanceOf(Device.State.Dropped.class, next());
        device.failed(new OpenClException("too late"));
        assertInstanceOf(Device.State.Dropped.class, device.state());
    }

    @Test
    void askingForKnownAnswersTakesPlaceNowAndThenOnly() throws InterruptedException {
        AtomicBoolean overlooks = new AtomicBoolean();
        Device device = device(fake(new AtomicBoolean(), overlooks), Duration.ofHours(1));
        next();

        overlooks.set(true);
        device.checkAgain(WorkKind.INTEGER.sample());
        assertInstanceOf(Device.State.Hashing.class, device.state());
    }

    /** A kernel that fails, or overlooks hits, while it is told to. */
    static SearchKernel fake(AtomicBoolean fails, AtomicBoolean overlooks) {
        return new KernelFake("fake", Sha256::isAlgorithmOf, search -> (start, end, hits, stop) -> {
            if (fails.get()) {
                throw new OpenClException("on purpose");
            }
            return search.run(start, end, integer -> overlooks.get() || hits.found(integer), stop);
        });
    }

    private Device device(SearchKernel kernel) {
        return device(kernel, Duration.ZERO);
    }

    private Device device(SearchKernel kernel, Duration betweenChecks) {
        Device device = Device.of(kernel, new Benchmark(Duration.ZERO, Duration.ofMillis(1), Benchmark.Time.ELAPSED),
                Permission.ALWAYS, new Device.Times(SHORT, betweenChecks), new SplittableRandom(1));
        opened.add(device);
        var _ = device.onChange(states::add);
        device.begin();
        return device;
    }

    private Device.State next() throws InterruptedException {
        Device.State state = states.poll(20, TimeUnit.SECONDS);
        assertNotNull(state, "nothing changed within 20 s");
        return state;
    }
}
