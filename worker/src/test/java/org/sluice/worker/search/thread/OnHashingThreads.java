package org.sluice.worker.search.thread;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.Input.HashingEnded;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.SearchKernel;

import org.junit.jupiter.api.AfterEach;

import static org.junit.jupiter.api.Assertions.assertNotNull;

/** Hashing threads whose ends are collected. */
abstract class OnHashingThreads {
    static final PeerId SELF = new PeerId("self.00000000");
    static final Work.Plain WORK = new Work.Integers("SHA-256", Bytes.fromHex("5a"));
    static final Goal NEVER = new Goal.TrailingZeroBits(250);
    static final Range ALL = new Range(0, Long.MAX_VALUE);

    final BlockingQueue<HashingEnded> ended = new LinkedBlockingQueue<>();
    final List<HashingThreads> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(HashingThreads::close);
    }

    HashingThreads slots(SearchKernel kernel) {
        HashingThreads slots = new HashingThreads(1, _ -> kernel, SELF, ended::add);
        opened.add(slots);
        return slots;
    }

    HashingEnded next() throws InterruptedException {
        HashingEnded end = ended.poll(20, TimeUnit.SECONDS);
        assertNotNull(end, "no slot ended within 20 s");
        return end;
    }

    static JobSpec job(Goal goal, Mode mode) {
        return new JobSpec(new JobId("anna.job"), ALL, WORK, goal, mode, 16);
    }

    static List<Solution> expected(JobSpec job, long start, long end) {
        List<Solution> solutions = new ArrayList<>();
        for (long integer = start; integer < end; integer++) {
            byte[] digest = Reference.digest(job.work(), integer);
            if (job.goal().isMetBy(digest)) {
                solutions.add(new Solution(integer, Bytes.of(digest), SELF));
            }
        }
        return solutions;
    }
}
