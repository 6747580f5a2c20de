package org.sluice.protocol;

import java.time.Duration;
import java.util.List;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.delegated;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.worker;

/** What a parent does when a child is dead, or is not after all: b has [500, 1000) of a's s1, and c has [800, 1000) of that. */
class DyingChildTest {
    private static final Duration PING_TIMEOUT = Duration.ofMillis(500);
    private static final Duration ADOPTION_WINDOW = Duration.ofSeconds(15);
    private final Bench parent = Bench.worker("a", worker("b"), worker("c"));

    @BeforeEach
    void delegate() {
        parent.receive(Request.from(ROOT, "s1").ranges(0, 1_000).roster(entry("b", 1_000)).message());
        parent.receive(new Message.SubjobAck(peer("b"), ROOT, Given.subjob("a-1"), 1, new Verdict.Accepted()));
        parent.receive(new Message.ResultAck(ROOT, ROOT, 1));
        parent.receive(Result.from("b", 1)
                .edges(edge("a-1", 1))
                .covered(covered("b", 500, 600))
                .delegations(delegated("a-1", "b-1", "c", 800, 1_000))
                .message());
    }

    private void die() {
        parent.tell(new Input.DestinationGone(peer("b")));
    }

    /** What the parent hashes from now on if nothing else happens. */
    private RangeSet hashedHere() {
        RangeSet hashed = RangeSet.EMPTY;
        while (!parent.busy(0).isEmpty()) {
            hashed = hashed.plus(parent.busy(0));
            parent.hashed(0);
        }
        return hashed;
    }

    @Test
    void aVanishedChildIsAskedAndIsDeadWhenItDoesNotAnswerInTime() {
        List<Effect> effects = parent.peers(worker("a"), worker("c"));

        assertEquals(List.of(edge("a-1", 1)), Bench.sent(Message.Ping.class, effects).getFirst().edges());
        parent.pass(PING_TIMEOUT);
        assertEquals(new Notice.PeerDied(peer("b")), parent.notices.getLast());
    }

    @Test
    void aVanishedChildThatAnswersIsAlive() {
        List<Effect> effects = parent.peers(worker("a"), worker("c"));
        Message.Ping ping = Bench.sent(Message.Ping.class, effects).getFirst();
        parent.receive(new Message.Pong(peer("b"), ping.nonce(), ping.job(), ping.edges()));

        assertEquals(range(0, 500), hashedHere());
        assertEquals(0, parent.notices.stream().filter(Notice.PeerDied.class::isInstance).count());
    }

    @Test
    void whatTheChildKeptAndDidNotReportIsRedoneAtOnceAndBeforeAllElse() {
        die();
        parent.hashed(0, range(0, 100));

        assertEquals(range(600, 800), parent.busy(0));
        assertEquals(range(100, 500).plus(range(600, 800)), hashedHere());
    }

    @Test
    void whatTheChildThatDiedLastHadKeptIsRedoneBeforeWhatIsLeftOfAnother() {
        die();
        parent.hashed(0, range(0, 100));
        parent.receive(Request.from(ROOT, "s2").ranges(2_000, 4_000).roster(entry("c", 1_000)).message());
        parent.receive(new Message.SubjobAck(peer("c"), ROOT, Given.subjob("a-2"), 1, new Verdict.Accepted()));
        parent.tell(new Input.DestinationGone(peer("c")));
        parent.hashed(0, range(600, 650));

        assertEquals(3_000, parent.busy(0).first().start());
    }

    @Test
    void whatTheChildHadPassedOnGoesOutAgainWhenNobodyHasClaimedItInTheAdoptionWindow() {
        die();
        hashedHere();

        parent.pass(ADOPTION_WINDOW.minusMillis(1));
        assertEquals(RangeSet.EMPTY, parent.busy(0));
        parent.pass(Duration.ofMillis(1));
        assertEquals(range(800, 1_000), parent.busy(0));
    }

    @Test
    void theAdoptionWindowDoesNotPassWhileTheNetworkIsDown() {
        die();
        hashedHere();
        parent.pulse(false);
        parent.pass(Duration.ofMinutes(5));
        assertEquals(RangeSet.EMPTY, parent.busy(0));

        parent.pulse(true);
        parent.pass(ADOPTION_WINDOW.multipliedBy(2).dividedBy(3));
        assertEquals(RangeSet.EMPTY, parent.busy(0));
        parent.pass(ADOPTION_WINDOW);
        assertEquals(range(800, 1_000), parent.busy(0));
    }

    @Test
    void whileTheNetworkIsDownNobodyDies() {
        parent.pulse(false);
        parent.peers(worker("a"));
        parent.pass(Duration.ofMinutes(10));
        assertEquals(0, parent.notices.stream().filter(Notice.PeerDied.class::isInstance).count());

        parent.pulse(true);
        parent.pass(Duration.ofSeconds(20));
        assertEquals(new Notice.PeerDied(peer("b")), parent.notices.getLast());
    }

    @Test
    void aSilentChildIsAskedAfterAMinuteAndAgainAMinuteAfterItsAnswer() {
        for (int minute = 0; minute < 3; minute++) {
            List<Message.Ping> pings = Bench.sent(Message.Ping.class, parent.pass(Duration.ofSeconds(60)))
                    .stream()
                    .filter(ping -> ping.edges().contains(edge("a-1", 1)))
                    .toList();
            assertEquals(1, pings.size());
            parent.receive(new Message.Pong(peer("b"), pings.getFirst().nonce(), pings.getFirst().job(),
                    List.of(edge("a-1", 1))));
        }
    }

    @Test
    void aChildThatLivesButHasTheSubjobNoMoreIsTreatedLikeADeadOne() {
        Message.Ping ping = Bench.sent(Message.Ping.class, parent.peers(worker("a"), worker("c"))).getFirst();
        parent.receive(new Message.Pong(peer("b"), ping.nonce(), ping.job(), List.of()));
        hashedHere();
        parent.pass(ADOPTION_WINDOW);

        assertEquals(range(600, 1_000), hashedHere());
    }

    @Test
    void anAnswerIsNoWordOnASubjobThatWasNotAskedAbout() {
        Message.Ping ping = Bench.sent(Message.Ping.class, parent.peers(worker("a"), worker("c"))).getFirst();
        parent.receive(Request.from(ROOT, "s2").ranges(10_000, 40_000).message());
        parent.peers(worker("a"), worker("b"), worker("c"));
        Message.SubjobRequest later = Bench.sent(Message.SubjobRequest.class,
                parent.receive(new Message.WorkWanted(peer("c"), peer("b"), 1, 1_000, 0))).getFirst();
        parent.receive(new Message.Pong(peer("b"), ping.nonce(), ping.job(), ping.edges()));
        parent.receive(new Message.SubjobAck(peer("b"), ROOT, later.subjob(), 1, new Verdict.Accepted()));
        parent.pass(ADOPTION_WINDOW);

        assertEquals(false, hashedHere().intersects(later.ranges()));
    }

    @Test
    void aChildThatComesBackGoesOnWithWhatNobodyElseHasGot() {
        die();
        hashedHere();

        List<Effect> effects = parent.receive(Result.from("b", 2)
                .edges(edge("a-1", 1))
                .delegations(delegated("a-1", "b-1", "c", 800, 1_000))
                .message());

        assertEquals(List.of(new Message.Cancel(peer("a"), ROOT,
                new CancelScope.Ranges(edge("a-1", 1), range(600, 800)), CancelReason.SUPERSEDED),
                new Message.ResultAck(peer("a"), ROOT, 2)), Bench.sentTo(peer("b"), effects));
        parent.pass(ADOPTION_WINDOW);
        assertEquals(RangeSet.EMPTY, parent.busy(0));
    }

    @Test
    void aChildThatComesBackToNothingIsToldToStopAndItsFactsAreTaken() {
        die();
        hashedHere();
        parent.pass(ADOPTION_WINDOW);

        List<Effect> effects = parent.receive(Result.from("b", 2)
                .edges(edge("a-1", 1))
                .covered(covered("c", 800, 1_000))
                .message());

        assertEquals(List.of(new Message.Cancel(peer("a"), ROOT, new CancelScope.WholeSubjob(edge("a-1", 1)),
                CancelReason.SUPERSEDED)), Bench.sent(Message.Cancel.class, effects));
        assertEquals(true, effects.contains(new Effect.StopHashing(0)));
    }

    @Test
    void aChildThatLeavesHandsBackWhatItKeptAndIsAskedForNothingMore() {
        parent.receive(Result.from("b", 2)
                .edges(edge("a-1", 1))
                .covered(covered("b", 600, 700))
                .delegations(delegated("a-1", "b-1", "c", 800, 1_000))
                .leaving()
                .message());

        assertEquals(range(0, 500).plus(range(700, 800)), hashedHere());
        parent.pass(ADOPTION_WINDOW);
        assertEquals(range(800, 1_000), hashedHere());
        parent.receive(Request.from(ROOT, "s2").ranges(10_000, 40_000).roster(entry("b", 1_000)).message());
        assertEquals(range(10_000, 40_000), hashedHere());
    }
}
