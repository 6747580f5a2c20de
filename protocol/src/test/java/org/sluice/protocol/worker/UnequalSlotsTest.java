package org.sluice.protocol.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.Request;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.peer;
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
    void otherWorkersAreGivenTheirShareOfWhatTheDeviceCannotDo() {
        worker.peers(with("a", 101_000, 1_000), with("b", 201_000, 1_000));

        Message.SubjobRequest given = Bench
                .sent(Message.SubjobRequest.class, worker.receive(Request.from(ROOT, "s1")
                        .of(FOR_PROCESSORS)
                        .ranges(0, 1_000_000)
                        .roster(new RosterEntry(peer("b"), 1_000))
                        .message()))
                .getFirst();
        assertEquals(range(500_000, 1_000_000), given.ranges());
    }

    @Test
    void whoAsksIsGivenWhatItsRateForThisJobDeserves() {
        worker.peers(with("a", 101_000, 1_000), with("b", 201_000, 3_000));
        hashingOf(FOR_PROCESSORS, 0, 400_031);

        Message.WorkWanted wanted = new Message.WorkWanted(peer("b"), peer("b"), 1,
                new Rates(201_000, Map.of("MD5", 3_000L)), 6);
        assertEquals(List.of(range(100_031, 400_031)), Bench.sent(Message.SubjobRequest.class, worker.receive(wanted))
                .stream()
                .map(Message.SubjobRequest::ranges)
                .toList());
    }

    @Test
    void itAsksWithWhatItCanDoOfEachAlgorithm() {
        worker.peers(with("a", 101_000, 1_000), with("b", 201_000, 1_000));

        assertEquals(new Rates(101_000, Map.of("MD5", 1_000L)),
                Bench.sent(Message.WorkWanted.class, worker.pass(Duration.ofSeconds(10))).getFirst().rates());
    }

    @Test
    void aRootDividesItByTheRatesOfThoseWhoCanDoIt() {
        Bench root = Bench.root(FOR_PROCESSORS);

        assertEquals(List.of(range(0, 750_000), range(750_000, 1_000_000)),
                Bench.sent(Message.SubjobRequest.class, root.peers(with("a", 101_000, 1_000), with("b", 3_000, 3_000)))
                        .stream()
                        .map(Message.SubjobRequest::ranges)
                        .toList());
    }

    /** A worker with a device, of whose rate is that of its processors only a part. */
    private static PeerInfo with(String name, long all, long processors) {
        return new PeerInfo(peer(name), PeerInfo.Role.WORKER, new Rates(all, Map.of("MD5", processors)),
                Set.of(Given.ALGORITHM, "MD5"));
    }

    @Test
    void aDeviceThatCanDoNothingOfWhatThereIsDoesNotAskForMoreOfIt() {
        worker.peers(Given.worker("a"), Given.worker("b"));
        hashingOf(FOR_PROCESSORS, 0, 1_000_000);

        assertEquals(List.of(), Bench.sent(Message.WorkWanted.class, worker.pass(Duration.ofSeconds(10))));
    }
}
