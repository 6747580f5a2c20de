package org.sluice.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Rates;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.solution;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** How commands to end work are obeyed, or not: a has [0, 30000) from p and has given [15000, 30000) to b. */
class CancelTest {
    private final Bench worker = Bench.worker("a", worker("b"), worker("p"));

    @BeforeEach
    void delegate() {
        worker.receive(Request.from(peer("p"), "s1").epoch(3).ranges(0, 30_000).roster(entry("b", 1_000)).message());
        worker.receive(new Message.SubjobAck(peer("b"), ROOT, Given.subjob("a-1"), 1, new Verdict.Accepted()));
        worker.receive(new Message.ResultAck(peer("p"), ROOT, 1));
    }

    private List<Effect> cancel(Address sender, CancelScope scope) {
        return worker.receive(new Message.Cancel(sender, ROOT, scope, CancelReason.SUPERSEDED));
    }

    private static Effect cancelOfB(CancelScope scope, CancelReason reason) {
        return new Effect.Send(peer("b"), new Message.Cancel(peer("a"), ROOT, scope, reason));
    }

    @Test
    void theEndOfAJobIsPassedOnTheSlotsStopAndThenTheRootIsToldWhatWasHashedLast() {
        List<Effect> end = worker.receive(
                new Message.Cancel(peer("p"), ROOT, new CancelScope.WholeJob(1), CancelReason.FOUND));

        assertEquals(List.of(cancelOfB(new CancelScope.WholeJob(1), CancelReason.FOUND), new Effect.StopHashing(0)),
                end);
        assertEquals(new Effect.Send(ROOT, Result.ofWorker(0)
                .covered(covered("a", 0, 100))
                .solutions(solution(7, "a"))
                .leaving()
                .message()),
                worker.hashed(0, range(0, 100), solution(7, "a")).getFirst());
        assertEquals(new Notice.JobEnded(ROOT, CancelReason.FOUND), worker.notices.getLast());
    }

    @Test
    void theLastResultIsSentAgainOnlyIfTheRootAsksAfterItShouldHaveIt() {
        Bench worker = Bench.worker("a");
        worker.receive(Request.from(ROOT, "s1").ranges(0, 1_000).remaining(Duration.ofSeconds(1)).message());
        worker.pass(Duration.ofSeconds(1));
        worker.hashed(0);
        Message.Cancel over = new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.EXPIRED);

        assertEquals(List.of(), worker.receive(over), "the root's clock ran out at the same time");
        worker.pass(Duration.ofSeconds(2));
        assertEquals(1, Bench.sent(Message.SubjobResult.class, worker.receive(over)).size());
    }

    @Test
    void theEndIsToldToThoseTooWhoHaveFinishedTheirPart() {
        worker.receive(Result.from("b", 1).covered(covered("b", 15_000, 30_000)).message());

        assertEquals(cancelOfB(new CancelScope.WholeJob(1), CancelReason.EXHAUSTED), worker.receive(
                new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.EXHAUSTED)).getFirst());
    }

    @Test
    void whoStillReportsForAnEndedJobIsToldOfTheEndInTheNameOfTheSameRoot() {
        worker.receive(new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.FOUND));

        assertEquals(List.of(), worker.receive(Result.from("b", 1).edges(edge("a-1", 1)).message()),
                "it has just been told");
        worker.pass(Duration.ofSeconds(1));
        assertEquals(List.of(cancelOfB(new CancelScope.WholeJob(1), CancelReason.FOUND)),
                worker.receive(Result.from("b", 2).edges(edge("a-1", 1)).message()));
    }

    @Test
    void anEarlierRootCannotEndAJobThatALaterOneGoesOnWith() {
        worker.receive(Request.from(ROOT, "s2").rootEpoch(2).ranges(40_000, 50_000).message());

        assertEquals(List.of(), worker.receive(
                new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.CANCELLED)));
        assertEquals(range(0, 500), worker.busy(0));
    }

    @Test
    void aParentTakesASubjobBackAndWithItWhatIsBelow() {
        List<Effect> effects = cancel(peer("p"), new CancelScope.WholeSubjob(edge("s1", 3)));

        assertEquals(List.of(cancelOfB(new CancelScope.WholeSubjob(edge("a-1", 1)), CancelReason.SUPERSEDED),
                new Effect.StopHashing(0)), effects);
        worker.hashed(0, RangeSet.EMPTY);
        assertEquals(RangeSet.EMPTY, worker.busy(0));
    }

    @Test
    void aParentTakesRangesBackAndTheSubjobShrinks() {
        List<Effect> effects = cancel(peer("p"), new CancelScope.Ranges(edge("s1", 3), range(5_000, 20_000)));

        assertEquals(cancelOfB(new CancelScope.Ranges(edge("a-1", 1), range(15_000, 20_000)), CancelReason.SUPERSEDED),
                effects.getFirst());
        worker.hashedAll(10);
        assertEquals(RangeSet.EMPTY, worker.busy(0), "of its own part [0, 5000) is left");
    }

    @Test
    void whenAllThatIsLeftIsTakenBackTheSubjobIsCompleteAndNotReportedAnyMore() {
        worker.hashed(0);
        cancel(peer("p"), new CancelScope.Ranges(edge("s1", 3), range(500, 30_000)));
        List<Effect> effects = worker.hashed(0, RangeSet.EMPTY);
        effects.addAll(worker.pass(Duration.ofSeconds(2)));
        worker.receive(new Message.ResultAck(peer("p"), ROOT, 2));

        assertEquals(List.of(), Bench.sent(Message.SubjobResult.class, worker.pass(Duration.ofMinutes(2))));
    }

    @Test
    void aChunkThatIsPartlyTakenBackIsFinished() {
        List<Effect> effects = cancel(peer("p"), new CancelScope.Ranges(edge("s1", 3), range(100, 200)));

        assertEquals(0, effects.stream().filter(Effect.StopHashing.class::isInstance).count());
    }

    @Test
    void anotherEpochThanTheCurrentIsNotObeyedButAnsweredWithTheCurrent() {
        assertEquals(List.of(new Effect.Send(peer("p"),
                new Message.Pong(peer("a"), 0, Optional.of(ROOT), List.of(edge("s1", 3))))),
                cancel(peer("p"), new CancelScope.WholeSubjob(edge("s1", 2))));
        assertEquals(range(0, 500), worker.busy(0));
    }

    @Test
    void anotherThanTheParentIsNotObeyedButAnsweredWithTheCurrentEpoch() {
        assertEquals(List.of(new Effect.Send(peer("b"),
                new Message.Pong(peer("a"), 0, Optional.of(ROOT), List.of(edge("s1", 3))))),
                cancel(peer("b"), new CancelScope.Ranges(edge("s1", 3), range(0, 10))));
    }

    @Test
    void aFormerParentsRepeatedRequestIsAnsweredWithTheCurrentEpochToo() {
        assertEquals(List.of(new Effect.Send(peer("b"),
                new Message.Pong(peer("a"), 0, Optional.of(ROOT), List.of(edge("s1", 3))))),
                worker.receive(Request.from(peer("b"), "s1").epoch(1).message()));
    }

    @Test
    void whatTurnsOutToBeCoveredByAnotherIsRevokedFromTheChildThatHasIt() {
        assertEquals(cancelOfB(new CancelScope.Ranges(edge("a-1", 1), range(16_000, 17_000)), CancelReason.SUPERSEDED),
                worker.receive(Result.from("c", 1).covered(covered("c", 16_000, 17_000)).message()).getFirst());
    }

    @Test
    void whoHasNothingOfAJobSaysSoAtOnceWhenItsRootEndsIt() {
        Bench worker = Bench.worker("a");

        assertEquals(1, Bench.sent(Message.SubjobResult.class, worker.receive(new Message.Cancel(ROOT, ROOT,
                new CancelScope.WholeJob(1), CancelReason.EXHAUSTED))).size());
    }

    @Test
    void whoCameLateAndWasGivenSomethingByTheRootHearsOfTheEndFromIt() {
        Bench root = Bench.root(Given.job(0, 1_000_000), worker("b"));
        root.receive(new Message.SubjobAck(peer("b"), ROOT, subjob("job-1-1"), 1, new Verdict.Accepted()));
        root.receive(Result.from("b", 1).edges(edge("job-1-1", 1)).leaving().message());
        root.peers(worker("late"));
        List<Effect> given = root.receive(new Message.WorkWanted(peer("late"), peer("late"), 1, Rates.same(1_000), 1));
        given.addAll(root.pass(Duration.ofSeconds(2)));
        assertFalse(Bench.sent(Message.SubjobRequest.class, given).isEmpty());

        List<Effect> effects = root.tell(new Input.StopRequested());

        assertEquals(1, Bench.sentTo(peer("late"), effects).size());
    }
}
