package org.sluice.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Limits;
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

/** What an ancestor does for orphans: g has [0, 1000), p had [500, 1000) of it, and passed [800, 1000) on to x. */
class AdopterTest {
    private final Bench ancestor = Bench.worker("g", worker("p"), worker("x"), worker("y"));

    @BeforeEach
    void delegate() {
        ancestor.receive(Request.from(ROOT, "s1").ranges(0, 1_000).roster(entry("p", 1_000)).message());
        ancestor.receive(new Message.SubjobAck(peer("p"), ROOT, subjob("g-1"), 1, new Verdict.Accepted()));
        ancestor.receive(Result.from("p", 1)
                .edges(edge("g-1", 1))
                .delegations(delegated("g-1", "p-1", "x", 800, 1_000))
                .message());
    }

    private static Message.Adopt adopt(long number, Holding claimed, Coverage... coverage) {
        return new Message.Adopt(peer("x"), ROOT, number, List.of(claimed), List.of(coverage), List.of(), List.of(),
                List.of(), peer("p"));
    }

    private static Holding holding(long epoch, long start, long end) {
        return new Holding(subjob("p-1"), epoch, range(start, end));
    }

    private static Effect adopted(long number, Holding... accepted) {
        return new Effect.Send(peer("x"), Given.adoptAck(Request.JOB, peer("g"), number, List.of(accepted),
                List.of(peer("g"), ROOT), 1));
    }

    private RangeSet hashedHere() {
        RangeSet hashed = RangeSet.EMPTY;
        while (!ancestor.busy(0).isEmpty()) {
            hashed = hashed.plus(ancestor.busy(0));
            ancestor.hashed(0);
        }
        return hashed;
    }

    @Test
    void anOrphanGetsAllItClaimsWithAHigherEpochAndItsFactsAreTaken() {
        ancestor.tell(new Input.DestinationGone(peer("p")));

        assertEquals(List.of(adopted(1, holding(2, 850, 1_000))),
                ancestor.receive(adopt(1, holding(1, 800, 1_000), covered("x", 800, 850))));
        assertEquals(range(0, 800), hashedHere());
        ancestor.pass(Duration.ofMinutes(1));
        assertEquals(RangeSet.EMPTY, ancestor.busy(0), "nobody else gets what the orphan has");
    }

    @Test
    void anEpochIsNotRaisedAboveTheHighest() {
        ancestor.tell(new Input.DestinationGone(peer("p")));

        assertEquals(List.of(adopted(1, holding(Limits.MAX_EPOCH, 800, 1_000))),
                ancestor.receive(adopt(1, holding(Limits.MAX_EPOCH, 800, 1_000))));
    }

    @Test
    void aRepeatedQuestionGetsTheSameAnswer() {
        ancestor.tell(new Input.DestinationGone(peer("p")));
        ancestor.receive(adopt(1, holding(1, 800, 1_000)));

        assertEquals(List.of(adopted(2, holding(2, 800, 1_000))), ancestor.receive(adopt(2, holding(1, 800, 1_000))));
    }

    @Test
    void whatHasBeenGivenToSomebodyElseOrIsBeingHashedIsNotGranted() {
        ancestor.tell(new Input.DestinationGone(peer("p")));
        ancestor.hashed(0, range(0, 100));
        assertEquals(range(500, 800), ancestor.busy(0));

        assertEquals(List.of(adopted(1, holding(2, 800, 1_000))),
                ancestor.receive(adopt(1, holding(1, 600, 1_000))));
    }

    @Test
    void whatNobodyHereKnowsIsGrantedToNobody() {
        assertEquals(adopted(1), ancestor.receive(adopt(1, holding(1, 5_000, 6_000))).getFirst());
    }

    @Test
    void aClaimIsTakenFromAParentThatThisPeerDoesNotKnowToBeDead() {
        List<Effect> effects = ancestor.receive(adopt(1, holding(1, 800, 1_000)));

        assertEquals(List.of(new Effect.Send(peer("p"), new Message.Cancel(peer("g"), ROOT,
                new CancelScope.Ranges(edge("g-1", 1), range(800, 1_000)), CancelReason.SUPERSEDED)),
                adopted(1, holding(2, 800, 1_000))), effects);
    }

    @Test
    void aFalselyDeadParentThatReturnsIsToldWhatItHasNoMore() {
        ancestor.tell(new Input.DestinationGone(peer("p")));
        hashedHere();
        Message.Adopt half = new Message.Adopt(peer("x"), ROOT, 1, List.of(holding(1, 900, 1_000)), List.of(),
                List.of(), List.of(), List.of(), peer("p"));
        ancestor.receive(half);

        List<Effect> effects = ancestor.receive(Result.from("p", 2).edges(edge("g-1", 1)).message());

        assertEquals(new Message.Cancel(peer("g"), ROOT, new CancelScope.Ranges(edge("g-1", 1),
                range(500, 800).plus(range(900, 1_000))), CancelReason.SUPERSEDED),
                Bench.sentTo(peer("p"), effects).getFirst());
    }

    @Test
    void anOrphansDelegationsAreKnownShouldItDieToo() {
        ancestor.tell(new Input.DestinationGone(peer("p")));
        ancestor.receive(new Message.Adopt(peer("x"), ROOT, 1, List.of(holding(1, 800, 1_000)), List.of(), List.of(),
                List.of(), List.of(new Delegated(subjob("p-1"), subjob("x-1"), peer("y"), range(900, 1_000))),
                peer("p")));

        ancestor.tell(new Input.DestinationGone(peer("x")));

        assertEquals(range(0, 900), hashedHere());
    }

    /** It has gone before it could hear that it was adopted. */
    @Test
    void anOrphanThatLeavesInTheMomentOfItsAdoptionIsNotWaitedForForEver() {
        ancestor.tell(new Input.DestinationGone(peer("p")));
        ancestor.receive(adopt(1, holding(1, 800, 1_000)));
        ancestor.receive(Result.from("x", 2).leaving().message());
        assertEquals(range(0, 800), hashedHere());

        ancestor.pass(Duration.ofMinutes(2));

        assertEquals(range(800, 1_000), hashedHere());
    }

    @Test
    void aPeerThatKnowsTheJobToBeOverSaysSoWhenTheNewsShouldHaveArrived() {
        ancestor.receive(new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.FOUND));
        assertEquals(List.of(), ancestor.receive(adopt(1, holding(1, 800, 1_000))));
        ancestor.pass(Duration.ofSeconds(2));

        assertEquals(List.of(new Effect.Send(peer("x"), new Message.Cancel(peer("g"), ROOT,
                new CancelScope.WholeJob(1), CancelReason.FOUND))),
                ancestor.receive(adopt(1, holding(1, 800, 1_000))));
    }

    @Test
    void theRootAdoptsAndWritesThatIntoItsJournalFirst() {
        Bench root = Bench.root(Given.job(0, 10_000), worker("p"));
        root.receive(new Message.SubjobAck(peer("p"), ROOT, subjob("job-1-1"), 1, new Verdict.Accepted()));
        root.receive(Result.from("p", 1)
                .edges(edge("job-1-1", 1))
                .delegations(delegated("job-1-1", "p-1", "x", 8_000, 10_000))
                .message());
        root.tell(new Input.DestinationGone(peer("p")));

        List<Effect> effects = root.receive(adopt(1, holding(1, 8_000, 10_000)));

        assertEquals(List.of(
                new Effect.Journal(new RootEvent.Assigned(ROOT, 1, holding(2, 8_000, 10_000), peer("x"))),
                new Effect.Send(peer("x"),
                        Given.adoptAck(Given.job(0, 10_000), ROOT, 1, List.of(holding(2, 8_000, 10_000)),
                                List.of(ROOT), 1))),
                effects);
    }

    @Test
    void whoAsksToBeAdoptedWhenItsFactsHaveEndedTheJobIsToldOfTheEnd() {
        Bench root = Bench.root(Given.job(0, 1_000), worker("p"));

        List<Effect> effects = new ArrayList<>(root.receive(adopt(1, holding(1, 0, 1_000), covered("x", 0, 1_000))));

        assertEquals(List.of(), Bench.sent(Message.AdoptAck.class, effects));
        assertTrue(root.pass(Duration.ofSeconds(1))
                .contains(new Effect.Send(peer("x"), new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1),
                        CancelReason.EXHAUSTED))));
    }

    @Test
    void anAdoptThatComesLateDoesNotReplaceWhatALaterResultSaid() {
        ancestor.receive(adopt(1, holding(1, 800, 1_000)));
        ancestor.receive(Result.from("x", 3)
                .edges(edge("p-1", 2))
                .delegations(delegated("p-1", "x-1", "y", 900, 1_000))
                .message());
        ancestor.receive(adopt(1, holding(1, 800, 1_000)));

        List<Effect> effects = new ArrayList<>(ancestor.tell(new Input.DestinationGone(peer("x"))));
        effects.addAll(ancestor.pass(Duration.ofSeconds(5)));
        assertTrue(Bench.sent(Message.SubjobResult.class, effects)
                .getLast()
                .delegations()
                .contains(delegated("s1", "x-1", "y", 900, 1_000)), "what x has passed on waits for y to claim it");
    }
}
