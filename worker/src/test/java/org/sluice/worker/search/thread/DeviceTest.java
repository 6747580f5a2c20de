package org.sluice.worker.search.thread;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.opencl.OpenClException;
import org.sluice.worker.opencl.OpenClHangException;
import org.sluice.worker.search.KernelFake;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.Sha256;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.WrongResultException;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.device.OpenClForm;
import org.sluice.worker.search.measure.Benchmark;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

    @Test
    void oneThatHangsIsDroppedForGood() throws InterruptedException {
        Device device = device(new KernelFake("hanging", Sha256::isAlgorithmOf, _ -> (_, _, _, _) -> {
            throw new OpenClHangException("it has not answered for 60 s");
        }));

        assertEquals(new Device.State.Dropped("it has not answered for 60 s"), next());
        assertEquals(0, device.hashesPerSecond());
    }

    /** One that hangs while it is measured, on another thread. */
    @Test
    void oneThatHangsWhenItIsMeasuredIsDroppedToo() throws InterruptedException {
        device(new KernelFake("hanging", Sha256::isAlgorithmOf, search -> (start, end, hits, stop) -> {
            if (Thread.currentThread().getName().contains("benchmark")) {
                throw new OpenClHangException("it has not answered for 60 s");
            }
            return search.run(start, end, hits, stop);
        }));

        assertEquals(new Device.State.Dropped("it has not answered for 60 s"), next());
    }

    /** It may be busy with another program's work, or its driver with compiling; a rate of next to nothing would stay. */
    @Test
    void oneThatDoesNothingWhileItIsMeasuredIsMeasuredAgainLater() throws InterruptedException {
        device(new KernelFake("idle", Sha256::isAlgorithmOf,
                search -> (start, end, hits, stop) -> Thread.currentThread()
                        .getName()
                        .contains("benchmark") ? start : search.run(start, end, hits, stop)));

        assertEquals(new Device.State.Resting("it has hashed nothing while it was measured", SHORT), next());
    }

    @Test
    void eachFormOfMessagesIsCheckedAgainInItsOwnTime() {
        AtomicBoolean overlooks = new AtomicBoolean();
        Device device = unproven(fake(new AtomicBoolean(), overlooks), Duration.ofHours(1), Permission.ALWAYS);
        device.checkAgain(OpenClForm.HEADER.sample());
        overlooks.set(true);

        device.checkAgain(OpenClForm.HEADER.sample());
        for (OpenClForm form : EnumSet.complementOf(EnumSet.of(OpenClForm.HEADER))) {
            assertThrows(WrongResultException.class, () -> device.checkAgain(form.sample()), form.name());
        }
    }

    @Test
    void knownAnswersAreAskedForAsManyAtATimeAsKeepAllOfItBusy() {
        Wide wide = new Wide(1 << 16, (_, _) -> {});

        unproven(wide, Duration.ZERO, Permission.ALWAYS).checkAgain(WorkKind.HEADER.sample());

        assertEquals(Map.of(OpenClForm.HEADER, 1L << 16), wide.largest);
    }

    /** Drivers compile when a kernel runs for the first time, and again when it runs with many work-items. */
    @Test
    void eachFormHasHashedForAWhileBeforeItMayHash() throws InterruptedException {
        Wide wide = new Wide(1 << 14, (_, size) -> {
            if (size >= 1 << 22) {
                LockSupport.parkNanos(4 * SHORT.toNanos());
            }
        });
        device(wide);

        assertInstanceOf(Device.State.Hashing.class, next());
        for (OpenClForm form : OpenClForm.values()) {
            long most = wide.largest.getOrDefault(form, 0L);
            assertTrue(most >= 1 << 22, form + " has hashed " + most + " at a time");
        }
    }

    /** Its user's word holds while it is checked, asked for known answers, and warmed up; forbidden is what follows such a run. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1 << 14, 1 << 15})
    void whileItsUserForbidsItNothingIsHashed(int size) throws InterruptedException {
        Switch permission = new Switch();
        AtomicInteger runs = new AtomicInteger();
        AtomicBoolean isForbidden = new AtomicBoolean();
        AtomicBoolean wasForbidden = new AtomicBoolean();
        Device device = unproven(new Wide(1 << 14, (_, integers) -> {
            assertFalse(isForbidden.get());
            runs.incrementAndGet();
            if (integers >= size && wasForbidden.compareAndSet(false, true)) {
                runs.set(0);
                permission.set(false);
            }
        }), Duration.ZERO, permission);
        var _ = device.onChange(states::add);
        device.begin();

        assertTrue(permission.waited.await(20, TimeUnit.SECONDS));
        isForbidden.set(true);
        assertTrue(runs.get() < 50, () -> "what was begun goes on for " + runs + " runs");
        assertInstanceOf(Device.State.Unproven.class, device.state());
        isForbidden.set(false);
        permission.set(true);
        assertInstanceOf(Device.State.Hashing.class, next());
    }

    /** Says whether it is given, and when somebody waits for it. */
    private static final class Switch implements Permission {
        final CountDownLatch waited = new CountDownLatch(1);
        private boolean given = true;

        synchronized void set(boolean now) {
            given = now;
            notifyAll();
        }

        @Override
        public synchronized boolean isGiven() {
            return given;
        }

        @Override
        public synchronized void await() throws InterruptedException {
            while (!given) {
                waited.countDown();
                wait();
            }
        }
    }

    /** A kernel that does many at a time; hard goals it does not really search for. It remembers how many it has done at once. */
    private static final class Wide implements SearchKernel {
        final Map<OpenClForm, Long> largest = new ConcurrentHashMap<>();
        private final int breadth;
        private final BiConsumer<OpenClForm, Long> seen;

        Wide(int breadth, BiConsumer<OpenClForm, Long> seen) {
            this.breadth = breadth;
            this.seen = seen;
        }

        @Override
        public String name() {
            return "wide";
        }

        @Override
        public int breadth() {
            return breadth;
        }

        @Override
        public boolean supports(Work.Plain work) {
            return Sha256.isAlgorithmOf(work);
        }

        @Override
        public Search prepare(Work.Plain work, Goal goal) {
            Search search = Kernels.portable().prepare(work, goal);
            OpenClForm form = OpenClForm.of(work);
            return (start, end, hits, stop) -> {
                if (Thread.currentThread().getName().contains("benchmark")) {
                    return search.run(start, end, hits, stop);
                }
                seen.accept(form, end - start);
                largest.merge(form, end - start, Math::max);
                return goal.equals(Benchmark.HARD) ? end : search.run(start, end, hits, stop);
            };
        }
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
        Device device = unproven(kernel, betweenChecks, Permission.ALWAYS);
        var _ = device.onChange(states::add);
        device.begin();
        return device;
    }

    private Device unproven(SearchKernel kernel, Duration betweenChecks, Permission permission) {
        Device device = Device.of(kernel, new Benchmark(Duration.ZERO, Duration.ofMillis(50), Benchmark.Time.ELAPSED),
                permission, new Device.Times(SHORT, betweenChecks, SHORT), new SplittableRandom(1));
        opened.add(device);
        return device;
    }

    private Device.State next() throws InterruptedException {
        Device.State state = states.poll(20, TimeUnit.SECONDS);
        assertNotNull(state, "nothing changed within 20 s");
        return state;
    }
}
