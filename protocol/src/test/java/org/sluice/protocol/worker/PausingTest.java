package org.sluice.protocol.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Request;
import org.sluice.protocol.Result;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.PeerId;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.delegated;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** How a worker that may not hash for a while hands back what it has, stays what it is to its children, and returns. */
class PausingTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private final Bench worker = Bench.worker("a", worker("b"), worker("p"));

    /** The worker holds {@code [0, 30000)} from p and has passed the upper half on to b. */
    private void holdAndPassOn() {
        worker.receive(Request.from(peer("p"), "s1").ranges(0, 30_000).roster(entry("b", 1_000)).message());
        worker.receive(new Message.SubjobAck(peer("b"), ROOT, subjob("a-1"), 1, new Verdict.Accepted()));
        worker.receive(new Message.ResultAck(peer("p"), ROOT, 1));
    }

    private List<Effect> ack(long number) {
        return worker.receive(new Message.ResultAck(peer("p"), ROOT, number));
    }

    @Test
    void anIdleWorkerThatPausesSaysNothingAndAsksForNothing() {
        assertEquals(List.of(), worker.tell(new Input.PauseRequested()));
        assertEquals(List.of(), Bench.sent(Message.WorkWanted.class, worker.pass(LONG)));
    }

    @Test
    void aBusyOneStopsHashingAndThenHandsBackAllThatIsNeitherHashedNorPassedOn() {
        holdAndPassOn();
        worker.hashed(0);

        assertEquals(List.of(new Effect.StopHashing(0)), worker.tell(new Input.PauseRequested()));
        assertEquals(List.of(new Effect.Send(peer("p"), Result.ofWorker(2)
                .edges(edge("s1", 1))
                .covered(covered("a", 0, 600))
                .delegations(delegated("s1", "a-1", "b", 15_000, 30_000))
                .leaving()
                .message())), worker.hashed(0, range(500, 600)));
        assertEquals(range(0, 0), worker.busy(0));
    }

    @Test
    void theHandBackIsRepeatedUntilItIsAcknowledged() {
        worker.receive(Request.from(peer("p"), "s1").ranges(0, 30_000).message());
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 100));

        List<Message.SubjobResult> repeated = Bench.sent(Message.SubjobResult.class,
                worker.pass(Duration.ofMillis(1_100)));
        assertEquals(
                List.of(Result.ofWorker(2).edges(edge("s1", 1)).covered(covered("a", 0, 100)).leaving().message()),
                repeated);
        ack(2);
        assertEquals(List.of(), worker.pass(LONG), "there is nothing left to say");
    }

    @Test
    void whatItsChildrenHaveItStaysTheParentOfAndTheGrandparentHearsSoAtOnce() {
        holdAndPassOn();
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 100));

        assertEquals(List.of(Result.ofWorker(3)
                .edges(edge("s1", 1))
                .delegations(delegated("s1", "a-1", "b", 15_000, 30_000))
                .message()), Bench.sentTo(peer("p"), ack(2)));
        ack(3);
        // b has done it: the result is acknowledged and passed on, and with it the subjob is complete.
        List<Effect> effects = worker.receive(
                Result.from("b", 1).covered(covered("b", 15_000, 30_000)).message());
        assertEquals(List.of(new Message.ResultAck(peer("a"), ROOT, 1)), Bench.sentTo(peer("b"), effects));
        assertEquals(List.of(Result.ofWorker(4).covered(covered("b", 15_000, 30_000)).message()),
                Bench.sentTo(peer("p"), effects));
    }

    @Test
    void theParentGivesWhatCameBackToOthersAndGoesOnWaitingForTheRest() {
        Bench parent = Bench.worker("p", worker("a"), worker("b"), worker("c"));
        parent.receive(Request.from(ROOT, "s0").ranges(0, 30_000).message());
        parent.receive(new Message.WorkWanted(peer("a"), peer("a"), 1, 9_000, 6));
        parent.receive(new Message.SubjobAck(peer("a"), ROOT, subjob("p-1"), 1, new Verdict.Accepted()));
        // a has 3450 to 30000, hashes up to 10000, has given b what begins at 20000, and pauses.
        parent.receive(Result.ofWorker(1)
                .edges(edge("p-1", 1))
                .covered(covered("a", 3_450, 10_000))
                .delegations(delegated("p-1", "a-1", "b", 20_000, 30_000))
                .leaving()
                .message());
        parent.receive(Result.ofWorker(2)
                .edges(edge("p-1", 1))
                .delegations(delegated("p-1", "a-1", "b", 20_000, 30_000))
                .message());

        parent.pass(Duration.ofSeconds(40));
        parent.hashed(0);
        assertEquals(10_000, parent.busy(0).first().start(), "what came back is hashed first");
        List<Message.SubjobRequest> given = Bench.sent(Message.SubjobRequest.class,
                parent.receive(new Message.WorkWanted(peer("c"), peer("c"), 1, 10_000, 6)));
        assertEquals(1, given.size());
        assertTrue(given.getFirst().ranges().intersection(range(10_000, 20_000)).size() > 8_000,
                () -> "it is given away: " + given);
        assertTrue(given.getFirst().ranges().intersection(range(20_000, 30_000)).isEmpty(),
                () -> "what b has is not, though the adoption window is over: " + given);
    }

    @Test
    void requestsAreRefusedForAWhileNotForGood() {
        worker.tell(new Input.PauseRequested());

        assertEquals(List.of(new Effect.Send(peer("p"), new Message.SubjobAck(peer("a"), ROOT, subjob("s1"), 1,
                new Verdict.Refused(Verdict.Reason.LEAVING, Duration.ofMillis(3_500))))),
                worker.receive(Request.from(peer("p"), "s1").message()));
    }

    @Test
    void aRequestThatOnlyRepeatsWhatWasAcceptedIsAcceptedAgainWhileChildrenWorkOnIt() {
        holdAndPassOn();
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 100));

        assertEquals(List.of(new Message.SubjobAck(peer("a"), ROOT, subjob("s1"), 1, new Verdict.Accepted())),
                Bench.sentTo(peer("p"), worker.receive(
                        Request.from(peer("p"), "s1").ranges(0, 30_000).roster(entry("b", 1_000)).message())));
    }

    @Test
    void whatAChildGivesBackWhileItPausesGoesUpToo() {
        holdAndPassOn();
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 100));
        ack(2);
        ack(3);

        List<Effect> effects = worker.receive(
                Result.from("b", 1).edges(edge("a-1", 1)).covered(covered("b", 15_000, 16_000)).leaving().message());
        assertEquals(List.of(Result.ofWorker(4)
                .edges(edge("s1", 1))
                .covered(covered("b", 15_000, 16_000))
                .leaving()
                .message()), Bench.sentTo(peer("p"), effects));
        ack(4);
        assertEquals(List.of(), Bench.sentTo(peer("p"), worker.pass(LONG)), "nothing is held any more");
    }

    @Test
    void itAnswersPingsAndPassesQuestionsOnWhileItPauses() {
        holdAndPassOn();
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 100));
        Message.WorkWanted wanted = new Message.WorkWanted(peer("p"), peer("c"), 1, 1_000, 6);

        assertEquals(List.of(new Message.Pong(peer("a"), 7, Optional.of(ROOT), List.of(edge("s1", 1)))),
                Bench.sentTo(peer("p"),
                        worker.receive(new Message.Ping(peer("p"), 7, Optional.of(ROOT), List.of(edge("s1", 1))))));
        assertEquals(List.of(new Message.WorkWanted(peer("a"), peer("c"), 1, 1_000, 5)),
                Bench.sentTo(peer("b"), worker.receive(wanted)));
    }

    @Test
    void itDoesNotWaitLongerThanASecondForASlot() {
        worker.receive(Request.from(peer("p"), "s1").ranges(0, 30_000).message());
        worker.tell(new Input.PauseRequested());

        assertEquals(Result.ofWorker(2).edges(edge("s1", 1)).leaving().message(),
                Bench.sentTo(peer("p"), worker.pass(Duration.ofMillis(1_001))).getLast());
        worker.hashed(0, range(0, 300));
        assertEquals(List.of(Result.ofWorker(3).covered(covered("a", 0, 300)).message()),
                Bench.sentTo(peer("p"), ack(2)), "what the slot did is a fact all the same");
    }

    @Test
    void whenItResumesItAsksForWorkAtOnceAndTakesIt() {
        worker.receive(Request.from(peer("p"), "s1").ranges(0, 30_000).message());
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 0));
        ack(1);
        worker.pass(LONG);

        List<Effect> effects = worker.tell(new Input.ResumeRequested());
        assertTrue(Bench.sentTo(peer("p"), effects).stream().anyMatch(Message.WorkWanted.class::isInstance),
                effects::toString);
        worker.receive(Request.from(peer("p"), "s2").ranges(500, 30_000).message());
        assertEquals(range(500, 1_000), worker.busy(0));
    }

    @Test
    void whatComesFromItsFormerParentAfterResumingIsNotHandedBackWithWhatWasBefore() {
        worker.receive(Request.from(peer("p"), "s1").ranges(0, 30_000).message());
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 0));
        worker.tell(new Input.ResumeRequested());
        worker.receive(Request.from(peer("p"), "s2").ranges(500, 30_000).message());

        List<Message.SubjobResult> results = Bench.sent(Message.SubjobResult.class,
                worker.pass(Duration.ofMillis(1_100)));
        assertEquals(List.of(Result.ofWorker(2).edges(edge("s1", 1)).leaving().message()), results);
        assertEquals(List.of(Result.ofWorker(3).edges(edge("s2", 1)).message()), Bench.sentTo(peer("p"), ack(2)));
    }

    @Test
    void whoHasResumedIsUsedAgainByThoseWhoTookItForGone() {
        Bench root = Bench.root(Given.job(0, 10_000), worker("a"));
        root.receive(new Message.SubjobAck(peer("a"), ROOT, subjob("job-1-1"), 1, new Verdict.Accepted()));
        assertEquals(List.of(), receivers(root.receive(
                Result.ofWorker(1).edges(edge("job-1-1", 1)).leaving().message())));
        root.peers(worker("a", 0));
        assertEquals(List.of(), receivers(root.pass(LONG)));

        root.peers(worker("a"));
        assertEquals(List.of(peer("a")), receivers(root.pass(Duration.ofSeconds(1))));
    }

    private static List<PeerId> receivers(List<Effect> effects) {
        return effects.stream()
                .filter(effect -> effect instanceof Effect.Send send
                        && send.message() instanceof Message.SubjobRequest)
                .map(effect -> (PeerId) ((Effect.Send) effect).to())
                .toList();
    }

    @Test
    void whoPausesTwiceOrResumesWithoutHavingPausedChangesNothing() {
        worker.receive(Request.from(peer("p"), "s1").ranges(0, 30_000).message());

        assertEquals(List.of(), worker.tell(new Input.ResumeRequested()));
        worker.tell(new Input.PauseRequested());
        assertEquals(List.of(), worker.tell(new Input.PauseRequested()));
    }

    @Test
    void aPausedWorkerThatIsToldToStopLeavesAtOnceAndNamesWhatItsChildrenHave() {
        holdAndPassOn();
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 100));
        ack(2);
        ack(3);

        assertEquals(List.of(
                new Effect.Send(peer("p"), Result.ofWorker(4)
                        .edges(edge("s1", 1))
                        .delegations(delegated("s1", "a-1", "b", 15_000, 30_000))
                        .leaving()
                        .message()),
                new Effect.Leave()), worker.tell(new Input.StopRequested()));
    }

    @Test
    void theEndOfAJobReachesThroughAPausedWorker() {
        holdAndPassOn();
        worker.tell(new Input.PauseRequested());
        worker.hashed(0, range(0, 100));

        List<Effect> effects = worker.receive(
                new Message.Cancel(peer("p"), ROOT, new CancelScope.WholeJob(1), CancelReason.FOUND));
        assertEquals(List.of(new Message.Cancel(peer("a"), ROOT, new CancelScope.WholeJob(1), CancelReason.FOUND)),
                Bench.sentTo(peer("b"), effects));
    }
}
