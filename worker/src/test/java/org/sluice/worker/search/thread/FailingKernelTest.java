package org.sluice.worker.search.thread;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.sluice.protocol.Input.HashingEnded;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.KernelFake;
import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

/** What hashing threads do with a kernel that fails or is wrong. */
class FailingKernelTest extends OnHashingThreads {
    @Test
    void aKernelThatFailsCostsOnlyItsRange() throws InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        HashingThreads slots = slots(new KernelFake("flaky", _ -> true, search -> (start, end, hits, stop) -> {
            long next = search.run(start, end, hits, stop);
            if (runs.incrementAndGet() % 3 != 0) {
                throw new IllegalStateException("on purpose");
            }
            return next;
        }));
        JobSpec job = job(new Goal.TrailingZeroBits(4), Mode.ALL);

        for (int run = 1; run <= 9; run++) {
            slots.start(0, job, new Range(0, 1_000));
            HashingEnded end = next();
            assertEquals(run % 3 == 0 ? RangeSet.of(0, 1_000) : RangeSet.EMPTY, end.hashed());
            assertEquals(run % 3 == 0 ? expected(job, 0, 1_000) : List.of(), end.solutions());
        }
        assertEquals(9, runs.get());
    }

    @Test
    void afterThreeFailuresInARowThePortableKernelTakesOver() throws InterruptedException {
        HashingThreads slots = slots(new KernelFake("broken", _ -> true, _ -> (_, _, _, _) -> {
            throw new StackOverflowError("on purpose");
        }));
        JobSpec job = job(NEVER, Mode.ALL);

        for (int run = 1; run <= 5; run++) {
            slots.start(0, job, new Range(0, 1_000));
            assertEquals(run <= 3 ? RangeSet.EMPTY : RangeSet.of(0, 1_000), next().hashed());
        }
    }

    @Test
    void aKernelThatCannotEvenPrepareIsReplacedToo() throws InterruptedException {
        HashingThreads slots = slots(new KernelFake("unprepared", _ -> true, _ -> {
            throw new NoClassDefFoundError("on purpose");
        }));

        for (int run = 1; run <= 4; run++) {
            slots.start(0, job(NEVER, Mode.ALL), new Range(0, 1_000));
            assertEquals(run <= 3 ? RangeSet.EMPTY : RangeSet.of(0, 1_000), next().hashed());
        }
    }

    @Test
    void aHitThatIsNoneIsNotBelieved() throws InterruptedException {
        HashingThreads slots = slots(new KernelFake("liar", _ -> true, _ -> (start, end, hits, _) -> {
            hits.found(start);
            return end;
        }));

        slots.start(0, job(NEVER, Mode.ALL), new Range(0, 1_000));

        HashingEnded end = next();
        assertEquals(RangeSet.EMPTY, end.hashed());
        assertEquals(List.of(), end.solutions());
    }

    @Test
    void anEndOutsideOfTheRangeIsNotBelieved() throws InterruptedException {
        HashingThreads slots = slots(new KernelFake("runaway", _ -> true, _ -> (_, end, _, _) -> end + 1));

        slots.start(0, job(NEVER, Mode.ALL), new Range(0, 1_000));

        assertEquals(RangeSet.EMPTY, next().hashed());
    }

    @Test
    void whereNoKernelIsLeftFailuresAreSlowButCanBeStopped() throws InterruptedException {
        JobSpec job = new JobSpec(new JobId("anna.job"), ALL, new Work.Integers("SHA-257", Bytes.EMPTY), NEVER,
                Mode.ALL,
                16);
        HashingThreads slots = slots(Kernels.portable());

        for (int run = 1; run <= 6; run++) {
            slots.start(0, job, ALL);
            slots.stop(0);
            HashingEnded end = next();
            assertEquals(RangeSet.EMPTY, end.hashed());
            assertFalse(end.solutions().iterator().hasNext());
        }
    }
}
