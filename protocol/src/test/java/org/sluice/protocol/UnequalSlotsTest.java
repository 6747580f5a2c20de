package org.sluice.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.range;

/** A worker with a slot on a processor, 0, and one on a device that is a hundred times as fast, 1. */
class UnequalSlotsTest {
    private static final JobSpec JOB = Given.job(0, 1_000_000);
    private static final JobSpec FOR_PROCESSORS = new JobSpec(ROOT, JOB.range(), new Work.Integers("MD5", Bytes.EMPTY),
            JOB.goal(), JOB.mode(), JOB.fanOut());

    private final Bench worker = Bench.worker(Parameters.defaults(),
            List.of(Set.of(Given.ALGORITHM, "MD5"), Set.of(Given.ALGORITHM)), List.of(1_000L, 100_000L), "a");

    private static Effect start(int slot, long start, long end) {
        return new Effect.StartHashing(slot, JOB, new Range(start, end));
    }

    private List<Effect> hashingOf(JobSpec job, long start, long end) {
        return worker.receive(Request.from(ROOT, "s1").of(job).ranges(start, end).message())
                .stream()
                .filter(effect -> effect instanceof Effect.StartHashing)
                .toList();
    }

    @Test
    void eachTakesWhatItHashesInOneStep() {
        assertEquals(List.of(start(0, 0, 500), start(1, 500, 50_500)), hashingOf(JOB, 0, 1_000_000));
    }

    @Test
    void theyEndTogether() {
        assertEquals(List.of(start(0, 0, 100), start(1, 100, 10_000)), hashingOf(JOB, 0, 10_100));
    }

    @Test
    void aSlotWithoutARateIsGivenNothingUntilItHasOne() {
        worker.tell(new Input.RateMeasured(List.of(1_000L, 0L)));

        assertEquals(List.of(start(0, 0, 500)), hashingOf(JOB, 0, 1_000_000));
        assertEquals(List.of(start(1, 500, 25_500)), worker.tell(new Input.RateMeasured(List.of(1_000L, 50_000L))));
    }

    @Test
    void whatAFailedDeviceWasGivenIsHashedByTheOther() {
        hashingOf(JOB, 0, 1_000_000);

        worker.tell(new Input.RateMeasured(List.of(1_000L, 0L)));
        assertEquals(List.of(), worker.hashed(1, RangeSet.EMPTY));

        assertEquals(List.of(start(0, 500, 1_000)), worker.hashed(0));
        assertEquals(range(500, 1_000), worker.busy(0));
    }

    @Test
    void aDeviceIsGivenOnlyWhatItCanDo() {
        // Of an algorithm that no benchmark has measured, the first step is short.
        assertEquals(List.of(new Effect.StartHashing(0, FOR_PROCESSORS, new Range(0, 31))),
                hashingOf(FOR_PROCESSORS, 0, 1_000_000));
    }

    @Test
    void aDeviceThatCanDoNothingOfWhatThereIsDoesNotAskForMoreOfIt() {
        worker.peers(Given.worker("a"), Given.worker("b"));
        hashingOf(FOR_PROCESSORS, 0, 1_000_000);

        assertEquals(List.of(), Bench.sent(Message.WorkWanted.class, worker.pass(Duration.ofSeconds(10))));
    }
}
