package org.sluice.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** What a parent does until a peer has its part: a holds s1 and has offered [15000, 45000) to b, the head of b and c. */
class OfferingTest {
    private static final Duration ACK_TIMEOUT = Duration.ofSeconds(1);
    private final Bench parent = Bench.worker("a", worker("b"), worker("c"));
    private Message.SubjobRequest offered = Request.from(peer("a"), "a-1").message();

    @BeforeEach
    void offer() {
        List<Effect> effects = parent.receive(Request.from(ROOT, "s1")
                .of(Given.withFanOut(1, Given.job(0, 1_000_000)))
                .ranges(0, 45_000)
                .roster(entry("b", 1_000), entry("c", 1_000))
                .message());
        offered = Bench.sent(Message.SubjobRequest.class, effects).getFirst();
        parent.receive(new Message.ResultAck(ROOT, ROOT, 1));
    }

    private List<Effect> answer(String child, Message.SubjobRequest request, Verdict verdict) {
        return parent.receive(new Message.SubjobAck(peer(child), ROOT, request.subjob(), request.epoch(), verdict));
    }

    private static List<Message.SubjobRequest> requests(List<Effect> effects) {
        return Bench.sent(Message.SubjobRequest.class, effects);
    }

    @Test
    void onceAcceptedItIsNotOfferedAgain() {
        answer("b", offered, new Verdict.Accepted());

        assertEquals(List.of(), requests(parent.pass(Duration.ofSeconds(30))));
    }

    @Test
    void withoutAnAnswerItIsSentAgainAndThenTheChildIsAskedWhetherItIsAlive() {
        List<Message.SubjobRequest> again = requests(parent.pass(ACK_TIMEOUT));
        List<Effect> third = parent.pass(ACK_TIMEOUT.multipliedBy(2));

        assertEquals(List.of(offered.subjob()), again.stream().map(Message.SubjobRequest::subjob).toList());
        assertEquals(List.of(offered.ranges()), again.stream().map(Message.SubjobRequest::ranges).toList());
        assertEquals(1, requests(third).size());
        assertEquals(List.of(Optional.of(ROOT)),
                Bench.sent(Message.Ping.class, third).stream().map(Message.Ping::job).toList());
        assertEquals(List.of(edge("a-1", 1)), Bench.sent(Message.Ping.class, third).getFirst().edges());
    }

    @Test
    void ifThatIsNotAnsweredEitherTheNextPeerOfTheSliceGetsIt() {
        parent.pass(ACK_TIMEOUT.multipliedBy(3));

        List<Message.SubjobRequest> next = requests(parent.pass(Duration.ofMillis(500)));

        assertEquals(List.of(Request.from(peer("a"), "a-2")
                .of(offered.spec())
                .ranges(15_000, 45_000)
                .remaining(Duration.ofHours(1).minusMillis(3_500))
                .message()), next);
        assertEquals(new Notice.PeerDied(peer("b")), parent.notices.get(parent.notices.size() - 2));
    }

    @Test
    void ifNobodyOfTheSliceTakesItTheParentHashesItItself() {
        parent.tell(new Input.DestinationGone(peer("b")));
        parent.tell(new Input.DestinationGone(peer("c")));

        parent.hashedAll(30);
        parent.hashed(0);

        assertEquals(range(15_500, 16_000), parent.busy(0));
    }

    @Test
    void aRefusedPartGoesToTheNextPeerAtOnce() {
        List<Effect> effects = answer("b", offered,
                new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, Duration.ofSeconds(5)));

        assertEquals(List.of(range(15_000, 45_000)),
                requests(effects).stream().map(Message.SubjobRequest::ranges).toList());
        assertEquals(1, Bench.sentTo(peer("c"), effects).size());
    }

    @Test
    void whoRefusedForAWhileIsAskedAgainWhenTheWhileIsOver() {
        answer("b", offered, new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, Duration.ofSeconds(5)));
        answer("c", Request.from(peer("a"), "a-2").message(),
                new Verdict.Refused(Verdict.Reason.LEAVING, Duration.ZERO));

        assertEquals(List.of(), requests(parent.receive(new Message.WorkWanted(peer("b"), peer("b"), 1, 1_000, 0))));
        parent.pass(Duration.ofSeconds(5));
        assertEquals(1,
                requests(parent.receive(new Message.WorkWanted(peer("b"), peer("b"), 2, 1_000, 0))).size());
        assertEquals(List.of(), requests(parent.receive(new Message.WorkWanted(peer("c"), peer("c"), 1, 1_000, 0))));
    }

    @Test
    void aFirstAnswerThatComesTooLateIsAnsweredWithCancel() {
        parent.tell(new Input.DestinationGone(peer("b")));

        assertEquals(List.of(new Effect.Send(peer("b"), new Message.Cancel(peer("a"), ROOT,
                new CancelScope.WholeSubjob(edge("a-1", 1)), CancelReason.SUPERSEDED))),
                answer("b", offered, new Verdict.Accepted()));
    }

    @Test
    void aRefusalOfWhatWasAcceptedBeforeMeansNothing() {
        answer("b", offered, new Verdict.Accepted());

        assertEquals(List.of(), answer("b", offered, new Verdict.Refused(Verdict.Reason.CANCELLED, Duration.ZERO)));
    }

    @Test
    void aPeerThatLivesButNeverAnswersARequestIsPassedOverInTheEnd() {
        List<Message.SubjobRequest> toC = List.of();
        for (int i = 0; i < 200 && toC.isEmpty(); i++) {
            List<Effect> effects = parent.pass(Duration.ofMillis(400));
            toC = requests(effects).stream().filter(request -> !request.subjob().equals(subjob("a-1"))).toList();
            for (Message.Ping ping : Bench.sent(Message.Ping.class, effects)) {
                parent.receive(new Message.Pong(peer("b"), ping.nonce(), ping.job(), List.of()));
            }
        }

        assertEquals(range(15_000, 45_000), toC.getFirst().ranges());
    }

    @Test
    void duringAnOutageOfTheNetworkNothingIsOfferedToAnybodyElse() {
        parent.pulse(false);

        List<Message.SubjobRequest> sent = requests(parent.pass(Duration.ofMinutes(30)));

        assertEquals(List.of(subjob("a-1")), sent.stream().map(Message.SubjobRequest::subjob).distinct().toList());
        assertEquals(List.of(), parent.notices.stream().filter(Notice.PeerDied.class::isInstance).toList());
    }
}
