package org.sluice.worker.search.thread;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.sluice.protocol.Input.HashingEnded;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.KernelFake;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.Sha256;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.measure.Benchmark;
import org.sluice.worker.search.measure.CpuAffinity;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class HashingThreadsTest extends OnHashingThreads {
    @Test
    void hashesARangeAndNamesAllSolutions() throws InterruptedException {
        JobSpec job = job(new Goal.TrailingZeroBits(6), Mode.ALL);

        slots(Kernels.portable()).start(0, job, new Range(5_000, 15_000));

        HashingEnded end = next();
        assertEquals(0, end.slot());
        assertEquals(job.id(), end.job());
        assertEquals(RangeSet.of(5_000, 15_000), end.hashed());
        assertEquals(expected(job, 5_000, 15_000), end.solutions());
        assertTrue(end.solutions().size() > 50);
    }

    @Test
    void inModeFirstASlotEndsWithItsFirstHit() throws InterruptedException {
        JobSpec job = job(new Goal.TrailingZeroBits(6), Mode.FIRST);
        HashingThreads slots = slots(Kernels.portable());

        slots.start(0, job, new Range(5_000, 15_000));

        Solution first = expected(job, 5_000, 15_000).getFirst();
        HashingEnded end = next();
        assertEquals(RangeSet.of(5_000, first.integer() + 1), end.hashed());
        assertEquals(List.of(first), end.solutions());

        slots.start(0, job, new Range(first.integer() + 1, 15_000));
        assertEquals(List.of(expected(job, 5_000, 15_000).get(1)), next().solutions());
    }

    @Test
    void aStoppedSlotReportsExactlyThePrefixItHashed() throws InterruptedException {
        JobSpec job = job(new Goal.TrailingZeroBits(10), Mode.ALL);
        CountDownLatch hit = new CountDownLatch(20);
        HashingThreads slots = slots(
                new KernelFake("watched", _ -> true, search -> (start, end, hits, stop) -> search.run(start,
                        end, integer -> {
                            hit.countDown();
                            return hits.found(integer);
                        }, stop)));

        slots.start(0, job, ALL);
        assertTrue(hit.await(20, TimeUnit.SECONDS));
        slots.stop(0);

        HashingEnded end = next();
        assertEquals(1, end.hashed().rangeCount());
        assertEquals(0, end.hashed().first().start());
        assertTrue(end.solutions().size() >= 20);
        assertEquals(expected(job, 0, end.hashed().first().end()), end.solutions());
    }

    @Test
    void aSlotStoppedBeforeItBeginsReportsNothing() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        HashingThreads slots = slots(new KernelFake("late", _ -> true, search -> (start, end, hits, stop) -> {
            running.countDown();
            await(stopped);
            return search.run(start, end, hits, stop);
        }));

        slots.start(0, job(NEVER, Mode.ALL), ALL);
        assertTrue(running.await(20, TimeUnit.SECONDS));
        slots.stop(0);
        stopped.countDown();

        assertEquals(RangeSet.EMPTY, next().hashed());
    }

    @Test
    void aGoalThatEveryIntegerMeetsEndsEarlyInsteadOfFillingTheMemory() throws InterruptedException {
        slots(Kernels.portable()).start(0, job(new Goal.TrailingZeroBits(0), Mode.ALL), ALL);

        HashingEnded end = next();
        assertEquals(Finds.MAX_SOLUTIONS, end.solutions().size());
        assertEquals(RangeSet.of(0, Finds.MAX_SOLUTIONS), end.hashed());
    }

    @Test
    void slotsHashAtTheSameTimeEachOnAThreadOfItsOwn() throws InterruptedException {
        CountDownLatch together = new CountDownLatch(3);
        BlockingQueue<String> threads = new LinkedBlockingQueue<>();
        HashingThreads slots = new HashingThreads(3,
                _ -> new KernelFake("meeting", _ -> true, search -> (start, end, hits, stop) -> {
                    threads.add(Thread.currentThread().getName() + Thread.currentThread().isDaemon());
                    together.countDown();
                    await(together);
                    return search.run(start, end, hits, stop);
                }), SELF, ended::add);
        opened.add(slots);
        assertEquals(3, slots.count());

        for (int slot = 0; slot < 3; slot++) {
            slots.start(slot, job(NEVER, Mode.ALL), new Range(slot * 10L, slot * 10L + 10));
        }

        for (int i = 0; i < 3; i++) {
            HashingEnded end = next();
            assertEquals(RangeSet.of(end.slot() * 10L, end.slot() * 10L + 10), end.hashed());
        }
        assertEquals(List.of("sluice-hash-0true", "sluice-hash-1true", "sluice-hash-2true"),
                threads.stream().sorted().toList());
    }

    @Test
    void theAnswerToAnEndMayBeTheNextStart() throws InterruptedException {
        AtomicReference<HashingThreads> slots = new AtomicReference<>();
        CountDownLatch rounds = new CountDownLatch(200);
        CountDownLatch ready = new CountDownLatch(1);
        JobSpec job = job(NEVER, Mode.ALL);
        slots.set(new HashingThreads(1, _ -> Kernels.portable(), SELF, end -> {
            await(ready);
            rounds.countDown();
            if (rounds.getCount() > 0) {
                long from = end.hashed().first().end();
                slots.get().start(0, job, new Range(from, from + 10));
            }
        }));
        opened.add(slots.get());

        slots.get().start(0, job, new Range(0, 10));
        ready.countDown();

        assertTrue(rounds.await(20, TimeUnit.SECONDS));
    }

    @Test
    void startingABusyOrClosedSlotIsABrokenInvariant() throws InterruptedException {
        HashingThreads slots = slots(Kernels.portable());
        JobSpec job = job(NEVER, Mode.ALL);
        slots.start(0, job, ALL);

        assertThrows(IllegalStateException.class, () -> slots.start(0, job, ALL));
        slots.close();

        assertEquals(0, next().slot());
        assertThrows(IllegalStateException.class, () -> slots.start(0, job, ALL));
        slots.stop(0);
    }

    @Test
    void aDeviceHashesBesideTheThreadsAndOneThatFailsIsStoppedFirstAndThenToldOf() throws InterruptedException {
        AtomicBoolean fails = new AtomicBoolean();
        List<String> told = new CopyOnWriteArrayList<>();
        Device device = Device.of(DeviceTest.fake(fails, new AtomicBoolean()),
                new Benchmark(Duration.ZERO, Duration.ofMillis(50), Benchmark.Time.ELAPSED), Permission.ALWAYS,
                new Device.Times(Duration.ofHours(1), Duration.ofHours(1), Duration.ofMillis(1)),
                new SplittableRandom(1));
        CountDownLatch hashing = new CountDownLatch(1);
        var _ = device.onChange(state -> {
            told.add(state.getClass().getSimpleName());
            hashing.countDown();
        });
        device.begin();
        await(hashing);
        HashingThreads slots = new HashingThreads(1, _ -> Kernels.portable(), List.of(device), SELF, 1,
                CpuAffinity.NONE, end -> {
                    told.add("slot " + end.slot());
                    ended.add(end);
                });
        opened.add(slots);
        JobSpec job = job(new Goal.TrailingZeroBits(4), Mode.ALL);

        slots.start(1, job, new Range(0, 1_000));
        assertEquals(expected(job, 0, 1_000), next().solutions());
        fails.set(true);
        slots.start(1, job, new Range(1_000, 2_000));
        assertEquals(RangeSet.EMPTY, next().hashed());
        slots.start(0, job, new Range(1_000, 2_000));
        assertEquals(RangeSet.of(1_000, 2_000), next().hashed());

        assertEquals(List.of("Hashing", "slot 1", "Resting", "slot 1", "slot 0"), told);
        device.close();
    }

    @Test
    void aDeviceThatLiesIsDropped() throws InterruptedException {
        Device device = Device.of(new KernelFake("liar", Sha256::isAlgorithmOf, _ -> (start, end, hits, _) -> {
            hits.found(start);
            return end;
        }), new Benchmark(Duration.ZERO, Duration.ofMillis(50), Benchmark.Time.ELAPSED), Permission.ALWAYS,
                new Device.Times(Duration.ofHours(1), Duration.ofHours(1), Duration.ofMillis(1)),
                new SplittableRandom(1));
        HashingThreads slots = new HashingThreads(0, _ -> Kernels.portable(), List.of(device), SELF, 1,
                CpuAffinity.NONE, ended::add);
        opened.add(slots);

        slots.start(0, job(NEVER, Mode.ALL), new Range(0, 1_000));

        assertEquals(RangeSet.EMPTY, next().hashed());
        assertTrue(device.state() instanceof Device.State.Dropped, () -> "" + device.state());
    }

    @Test
    void aBetterChoiceOfKernelIsTakenUpWithTheNextRange() throws InterruptedException {
        AtomicReference<SearchKernel> choice = new AtomicReference<>(Kernels.portable());
        AtomicInteger prepared = new AtomicInteger();
        SearchKernel better = new KernelFake("better", _ -> true, search -> {
            prepared.incrementAndGet();
            return search;
        });
        HashingThreads slots = new HashingThreads(1, _ -> choice.get(), SELF, ended::add);
        opened.add(slots);
        JobSpec job = job(NEVER, Mode.ALL);

        for (int run = 0; run < 4; run++) {
            slots.start(0, job, new Range(0, 10));
            assertEquals(RangeSet.of(0, 10), next().hashed());
            assertEquals(run == 0 ? 0 : 1, prepared.get(), "prepared once, then kept");
            choice.set(better);
        }
    }

    /** The nearest to a proof with a real clock: the limited thread's own time beside all the time there was. */
    @Test
    void aLimitedSlotLeavesMostOfTheTimeToOthersWhateverKernelItUses() throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        for (SearchKernel kernel : Kernels.all()) {
            AtomicLong begun = new AtomicLong();
            AtomicLong used = new AtomicLong();
            HashingThreads slots = new HashingThreads(1, _ -> new KernelFake("watched", _ -> true,
                    _ -> (start, end, hits, stop) -> {
                        begun.set(System.nanoTime());
                        long before = threads.getCurrentThreadCpuTime();
                        long next = kernel.prepare(WORK, NEVER).run(start, end, hits, stop);
                        used.set(threads.getCurrentThreadCpuTime() - before);
                        return next;
                    }), SELF, 0.1, ended::add);
            opened.add(slots);
            slots.start(0, job(NEVER, Mode.ALL), ALL);
            do {
                LockSupport.parkNanos(10_000_000);
            } while (begun.get() == 0 || System.nanoTime() - begun.get() < 600_000_000);
            slots.stop(0);

            HashingEnded end = next();
            long passed = System.nanoTime() - begun.get();
            assertTrue(end.hashed().size() > 0);
            // A first stretch before the kernel is compiled may be long; a machine that is busy gives less than asked.
            assertTrue(used.get() < 0.4 * passed,
                    () -> kernel.name() + " took " + used.get() + " of " + passed + " ns");
        }
    }

    @Test
    void aRestEndsWhenTheSlotIsStopped() throws InterruptedException {
        CountDownLatch rests = new CountDownLatch(1);
        HashingThreads slots = new HashingThreads(1,
                _ -> new KernelFake("slow", _ -> true, _ -> (start, end, hits, stop) -> {
                    long begun = System.nanoTime();
                    while (System.nanoTime() - begun < 20_000_000) {
                        Thread.onSpinWait();
                    }
                    rests.countDown();
                    // What it owes now is hours.
                    return stop.getAsBoolean() ? start : end;
                }), SELF, 1e-6, ended::add);
        opened.add(slots);
        slots.start(0, job(NEVER, Mode.ALL), new Range(0, 10));
        await(rests);
        slots.stop(0);

        assertEquals(RangeSet.EMPTY, next().hashed());
    }

    @Test
    void aLimitedSlotHashesWhatItIsGivenAllTheSame() throws InterruptedException {
        for (SearchKernel kernel : Kernels.all()) {
            HashingThreads slots = new HashingThreads(1, _ -> kernel, SELF, 0.5, ended::add);
            opened.add(slots);
            JobSpec job = job(new Goal.TrailingZeroBits(8), Mode.ALL);
            slots.start(0, job, new Range(1_000, 31_000));

            HashingEnded end = next();
            assertEquals(RangeSet.of(1_000, 31_000), end.hashed());
            assertEquals(expected(job, 1_000, 31_000), end.solutions(), kernel.name());
        }
    }

    @Test
    void manyJobsInTurnAreNotMixedUp() throws InterruptedException {
        HashingThreads slots = slots(Kernels.portable());

        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 30; i++) {
                Work work = new Work.Integers("SHA-256", Bytes.of(new byte[]{(byte) i}));
                JobSpec job = new JobSpec(new JobId("anna.job-" + i), ALL, work, new Goal.TrailingZeroBits(3), Mode.ALL,
                        16);
                slots.start(0, job, new Range(7, 100));
                assertEquals(expected(job, 7, 100), next().solutions());
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
