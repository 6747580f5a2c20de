package org.sluice.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.BeforeEach;
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

/** What a worker does when its parent is dead: a has s1 = [0, 30000) from p, of which b has [15000, 30000). */
class OrphanTest {
    private final Bench orphan = Bench.worker("a", worker("b"), worker("p"), worker("g"), worker("h"));

    @BeforeEach
    void delegate() {
        orphan.receive(Request.from(peer("p"), "s1")
                .epoch(3)
                .ranges(0, 30_000)
                .roster(entry("b", 1_000))
                .lineage(peer("p"), peer("g"), peer("h"), ROOT)
                .message());
        orphan.receive(new Message.SubjobAck(peer("b"), ROOT, subjob("a-1"), 1, new Verdict.Accepted()));
        orphan.hashed(0);
        orphan.pass(Duration.ofSeconds(1));
        orphan.receive(new Message.ResultAck(peer("p"), ROOT, 1));
        orphan.receive(new Message.ResultAck(peer("p"), ROOT, 2));
    }

    private List<Effect> die(String name) {
        return orphan.tell(new Input.DestinationGone(peer(name)));
    }

    private static List<Message.Adopt> asked(Address ancestor, List<Effect> effects) {
        return Bench.sentTo(ancestor, effects)
                .stream()
                .filter(Message.Adopt.class::isInstance)
                .map(Message.Adopt.class::cast)
                .toList();
    }

    private List<Effect> adopted(Address by, long number, Holding... holdings) {
        return orphan.receive(new Message.AdoptAck(by, ROOT, number, List.of(holdings), List.of(by, ROOT), 1));
    }

    private static Holding holding(long epoch, long start, long end) {
        return new Holding(subjob("s1"), epoch, range(start, end));
    }

    @Test
    void itAsksTheNextAncestorAliveAndTellsItAllItKnows() {
        Message.Adopt expected = new Message.Adopt(peer("a"), ROOT, 1, List.of(holding(3, 0, 30_000)),
                List.of(covered("a", 0, 500)), List.of(), List.of(),
                List.of(delegated("s1", "a-1", "b", 15_000, 30_000)), Optional.empty(), peer("p"),
                Optional.of(Fingerprint.of(Request.JOB)));

        assertEquals(List.of(expected), asked(peer("g"), die("p")));
    }

    @Test
    void itGoesOnHashingMeanwhile() {
        die("p");

        assertEquals(range(500, 1_000), orphan.busy(0));
        orphan.hashed(0);
        assertTrue(Objects.requireNonNull(orphan.busy(0)).contains(1_000));
    }

    @Test
    void ancestorsThatAreDeadTooArePassedOver() {
        die("g");

        assertEquals(1, asked(peer("h"), die("p")).size());
    }

    @Test
    void ifAllAncestorsAreDeadTheRootIsAsked() {
        die("g");
        die("h");

        assertEquals(1, asked(ROOT, die("p")).size());
    }

    @Test
    void withoutAnAnswerItAsksAgain() {
        die("p");

        assertEquals(List.of(2L, 3L), asked(peer("g"), orphan.pass(Duration.ofSeconds(3)))
                .stream()
                .map(Message.Adopt::number)
                .toList());
    }

    @Test
    void ifTheAncestorDiesMeanwhileTheNextIsAsked() {
        die("p");

        assertEquals(List.of(peer("g")), asked(peer("h"), die("g")).stream().map(Message.Adopt::formerParent).toList());
    }

    @Test
    void anAncestorThatNeverAnswersIsFoundDead() {
        die("p");

        assertEquals(peer("g"), asked(peer("h"), orphan.pass(Duration.ofSeconds(17))).getFirst().formerParent());
    }

    @Test
    void theNewEpochCountsFromThenOnAndTheFormerParentsCommandsDoNot() {
        die("p");
        adopted(peer("g"), 1, holding(4, 500, 30_000));

        Message.Cancel stale = new Message.Cancel(peer("p"), ROOT, new CancelScope.WholeSubjob(edge("s1", 3)),
                CancelReason.SUPERSEDED);
        assertEquals(List.of(new Effect.Send(peer("p"),
                new Message.Pong(peer("a"), 0, Optional.of(ROOT), List.of(edge("s1", 4))))), orphan.receive(stale));
        assertEquals(List.of(edge("s1", 4)),
                Bench.sent(Message.SubjobResult.class, orphan.pass(Duration.ofSeconds(1))).getFirst().edges());
    }

    @Test
    void whatTheNewParentDoesNotGrantIsRevokedHereAndBelow() {
        die("p");

        List<Effect> effects = adopted(peer("g"), 1, holding(4, 500, 20_000));

        assertEquals(List.of(new Message.Cancel(peer("a"), ROOT,
                new CancelScope.Ranges(edge("a-1", 1), range(20_000, 30_000)), CancelReason.SUPERSEDED)),
                Bench.sent(Message.Cancel.class, effects));
    }

    @Test
    void whatIsNotGrantedAtAllIsGivenUp() {
        die("p");

        assertTrue(adopted(peer("g"), 1).contains(new Effect.StopHashing(0)));
        orphan.hashed(0, RangeSet.EMPTY);
        assertEquals(RangeSet.EMPTY, orphan.busy(0));
    }

    @Test
    void anAnswerToAnEarlierQuestionIsGoodToo() {
        die("p");
        orphan.pass(Duration.ofSeconds(1));
        adopted(peer("g"), 1, holding(4, 500, 30_000));

        assertEquals(List.of(), asked(peer("g"), orphan.pass(Duration.ofMinutes(1))));
    }

    @Test
    void anAnswerFromOneWhoWasNotAskedIsNone() {
        die("p");

        assertEquals(List.of(), adopted(peer("h"), 1));
        assertEquals(range(500, 1_000), orphan.busy(0));
    }

    @Test
    void whatWasCompleteAndToldTheDeadParentIsToldTheNextAncestor() {
        orphan.receive(new Message.Cancel(peer("p"), ROOT,
                new CancelScope.Ranges(edge("s1", 3), range(1_000, 30_000)), CancelReason.SUPERSEDED));
        orphan.hashed(0);
        orphan.receive(new Message.ResultAck(peer("p"), ROOT, 3));

        orphan.tell(new Input.PeersChanged(List.of(worker("a"), worker("b"), worker("g"), worker("h"))));
        List<Effect> effects = orphan.pass(Duration.ofSeconds(1));

        assertEquals(List.of(covered("a", 0, 1_000)),
                ((Message.SubjobResult) Bench.sentTo(peer("g"), effects).getFirst()).coverage());
    }

    @Test
    void aRootThatIsSilentIsToldAgainOnceInAReportIntervalUntilItAnswers() {
        Bench child = Bench.worker("a");
        child.receive(Request.from(ROOT, "s1").ranges(0, 500).message());
        child.hashed(0);
        child.pass(Duration.ofMinutes(10));

        List<Effect> effects = child.pass(Duration.ofMinutes(1));
        assertEquals(3, Bench.sent(Message.SubjobResult.class, effects).size());
        long number = Bench.sent(Message.SubjobResult.class, effects).getLast().number();
        assertEquals(List.of(covered("a", 0, 500)),
                Bench.sent(Message.SubjobResult.class, effects).getLast().coverage());
        child.receive(new Message.ResultAck(ROOT, ROOT, number));
        assertEquals(List.of(), Bench.sent(Message.SubjobResult.class, child.pass(Duration.ofMinutes(1))));
    }

    @Test
    void whileTheRootIsDeadWorkersGoOnHashingAndAskItAgainAndAgain() {
        Bench child = Bench.worker("a");
        child.receive(Request.from(ROOT, "s1").ranges(0, 100_000).message());
        child.pass(Duration.ofMinutes(10));

        assertEquals(range(0, 500), child.busy(0));
        child.hashed(0);
        assertTrue(Objects.requireNonNull(child.busy(0)).contains(500));
        List<Effect> effects = child.pass(Duration.ofMinutes(1));
        assertEquals(3, asked(ROOT, effects).size());
        assertEquals(List.of(covered("a", 0, 500)), asked(ROOT, effects).getLast().coverage());
    }

    @Test
    void aPeerThatIsItsOwnAncestorTakesBackWhatItHasFromTheDead() {
        Bench circle = Bench.worker("a", worker("x"), worker("p"));
        circle.receive(Request.from(peer("p"), "s1").ranges(0, 1_000).roster(entry("x", 1_000)).message());
        circle.receive(new Message.SubjobAck(peer("x"), ROOT, subjob("a-1"), 1, new Verdict.Accepted()));
        circle.receive(Result.from("x", 1)
                .edges(edge("a-1", 1))
                .delegations(delegated("a-1", "x-1", "a", 800, 1_000))
                .message());
        circle.receive(Request.from(peer("x"), "x-1")
                .ranges(800, 1_000)
                .lineage(peer("x"), peer("a"), peer("p"), ROOT)
                .message());

        List<Effect> effects = circle.tell(new Input.DestinationGone(peer("x")));
        RangeSet hashed = RangeSet.EMPTY;
        while (!circle.busy(0).isEmpty()) {
            assertEquals(false, hashed.intersects(circle.busy(0)), "nothing twice");
            hashed = hashed.plus(circle.busy(0));
            circle.hashed(0);
        }

        assertEquals(List.of(), Bench.sent(Message.Adopt.class, effects));
        assertEquals(range(0, 1_000), hashed, "all at once, without waiting for claims");
    }

    @Test
    void aPeerThatIsItsOwnAncestorHashesWhatCameBackAndTellsOnlyByResults() {
        Bench circle = Bench.worker("a", worker("x"), worker("p"));
        circle.receive(Request.from(peer("p"), "s1").ranges(0, 1_000).roster(entry("x", 1_000)).message());
        circle.receive(new Message.SubjobAck(peer("x"), ROOT, subjob("a-1"), 1, new Verdict.Accepted()));
        circle.hashed(0);
        circle.receive(Request.from(peer("x"), "x-1")
                .ranges(800, 1_000)
                .lineage(peer("x"), peer("a"), peer("p"), ROOT)
                .message());

        assertEquals(range(800, 1_000), circle.busy(0));
        List<Effect> effects = circle.hashed(0);
        assertEquals(List.of(), Bench.sent(Message.Cancel.class, effects));
        assertEquals(List.of(Result.ofWorker(1).covered(covered("a", 800, 1_000)).message()),
                Bench.sentTo(peer("x"), effects).stream().filter(Message.SubjobResult.class::isInstance).toList());
    }
}
