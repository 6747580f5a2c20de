package org.sluice.protocol.root;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Request;
import org.sluice.protocol.Result;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** What a worker does when another root takes its job over: a has job-1-1 = [0, 30000) from the root, has hashed 500 of it. */
class SucceededRootTest {
    private final Bench worker = Bench.worker("a", worker("b"));

    @BeforeEach
    void work() {
        worker.receive(Request.from(ROOT, "job-1-1").ranges(0, 30_000).message());
        worker.hashed(0);
    }

    private List<Effect> announce(long start, long end) {
        return worker.receive(
                Request.from(ROOT, "job-1-1").ranges(start, end).epoch(2).rootEpoch(2).message());
    }

    private static Message.SubjobAck ack(long epoch) {
        return new Message.SubjobAck(peer("a"), ROOT, subjob("job-1-1"), epoch, new Verdict.Accepted());
    }

    @Test
    void itAcceptsTheNewRootAndReportsToItAtOnce() {
        assertEquals(List.of(new Effect.Send(ROOT, ack(2)),
                new Effect.Send(ROOT,
                        Result.ofWorker(1).edges(edge("job-1-1", 2)).covered(covered("a", 0, 500)).message())),
                announce(500, 30_000));
    }

    @Test
    void itSaysSoAgainWhenItIsToldAgain() {
        announce(500, 30_000);

        assertEquals(List.of(new Effect.Send(ROOT, ack(2))), announce(500, 30_000));
    }

    @Test
    void whatTheNewRootDoesNotNameIsWithOthers() {
        announce(500, 20_000);

        worker.hashedAll(100);
        assertEquals(List.of(range(0, 20_000)), List.of(hashed()));
    }

    @Test
    void whatTheFormerRootTookBackWithoutTheNewOnesKnowledgeIsHeldAgain() {
        worker.receive(new Message.Cancel(ROOT, ROOT,
                new CancelScope.Ranges(edge("job-1-1", 1), range(20_000, 30_000)), CancelReason.SUPERSEDED));
        announce(500, 30_000);

        worker.hashedAll(100);
        assertEquals(List.of(range(0, 30_000)), List.of(hashed()));
    }

    @Test
    void itDoesNotObeyAFormerRootThatHasRaisedTheEpochItself() {
        worker.receive(Request.from(ROOT, "job-1-1").ranges(500, 30_000).epoch((1L << 32) + 1).rootEpoch(2).message());

        List<Effect> effects = worker.receive(new Message.Cancel(ROOT, ROOT,
                new CancelScope.WholeSubjob(edge("job-1-1", 2)), CancelReason.SUPERSEDED));

        assertEquals(List.of(new Effect.Send(ROOT, new Message.Pong(peer("a"), 0, Optional.of(ROOT),
                List.of(edge("job-1-1", (1L << 32) + 1))))), effects);
        assertFalse(worker.busy(0).isEmpty());
    }

    /** All that the worker says it has hashed. */
    private RangeSet hashed() {
        RangeSet all = RangeSet.EMPTY;
        for (Message.SubjobResult result : Bench.sent(Message.SubjobResult.class,
                worker.pass(Duration.ofMinutes(1)))) {
            for (var coverage : result.coverage()) {
                all = all.plus(coverage.ranges());
            }
        }
        return all;
    }

    @Test
    void theFormerRootsCommandsAreIgnored() {
        announce(500, 30_000);

        assertEquals(List.of(), worker.receive(Request.from(ROOT, "job-1-2").ranges(40_000, 50_000).message()));
        assertEquals(List.of(), worker.receive(new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1),
                CancelReason.CANCELLED)));
        assertEquals(List.of(new Effect.Send(ROOT, new Message.Pong(peer("a"), 0, Optional.of(ROOT),
                List.of(edge("job-1-1", 2))))),
                worker.receive(new Message.Cancel(ROOT, ROOT, new CancelScope.WholeSubjob(edge("job-1-1", 1)),
                        CancelReason.SUPERSEDED)));
        assertTrue(worker.busy(0).contains(500));
    }

    @Test
    void whoHadLostTheFormerRootNeedsNoAdoptionAnyMore() {
        worker.pass(Duration.ofMinutes(3));

        Message.SubjobResult first = Bench.sent(Message.SubjobResult.class, announce(500, 30_000)).getFirst();

        assertEquals(List.of(edge("job-1-1", 2)), first.edges());
        worker.receive(new Message.ResultAck(ROOT, ROOT, first.number()));
        for (int second = 0; second < 60; second++) {
            List<Effect> effects = worker.pass(Duration.ofSeconds(1));
            assertEquals(List.of(), Bench.sent(Message.Adopt.class, effects));
            Bench.sent(Message.SubjobResult.class, effects)
                    .forEach(result -> worker.receive(new Message.ResultAck(ROOT, ROOT, result.number())));
        }
    }

    @Test
    void aFormerRootsAdoptionComesTooLate() {
        worker.pass(Duration.ofMinutes(3));
        worker.receive(Request.from(ROOT, "job-2-9").ranges(40_000, 50_000).rootEpoch(2).message());

        worker.receive(new Message.AdoptAck(ROOT, ROOT, 100,
                List.of(new Holding(subjob("job-1-1"), 2, range(0, 1_000))), List.of(ROOT), 1));

        assertTrue(Bench.sent(Message.Adopt.class, worker.pass(Duration.ofMinutes(1)))
                .getFirst()
                .holdings()
                .contains(new Holding(subjob("job-1-1"), 1, range(0, 30_000))));
    }

    @Test
    void aJobThatEndedByTheWordOfAFormerRootIsTakenUpAgain() {
        worker.receive(new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.CANCELLED));
        worker.hashed(0, range(500, 600));

        assertTrue(announce(600, 30_000).contains(new Effect.Send(ROOT, ack(2))));
    }
}
