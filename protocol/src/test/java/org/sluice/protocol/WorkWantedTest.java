package org.sluice.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.worker;

/** How an idle worker gets work, and what those do whom it asks. */
class WorkWantedTest {
    private static final PeerInfo SUBMITTER = new PeerInfo(peer("s"), PeerInfo.Role.SUBMITTER, 0, Set.of());

    private static Message.WorkWanted wanted(String asker, long request, long rate) {
        return new Message.WorkWanted(peer(asker), peer(asker), request, rate, 6);
    }

    private static Message.WorkWanted passedOn(Address by, Message.WorkWanted wanted) {
        return new Message.WorkWanted(by, wanted.asker(), wanted.request(), wanted.rates(),
                wanted.hopsLeft() - 1);
    }

    /** A worker with {@code [0, size)} from p, of which it hashes the first 500. */
    private static Bench holder(long size) {
        Bench holder = Bench.worker("a", worker("b"), worker("c"), worker("p"));
        holder.receive(Request.from(peer("p"), "s1").ranges(0, size).message());
        return holder;
    }

    private static List<Message.SubjobRequest> requests(List<Effect> effects) {
        return Bench.sent(Message.SubjobRequest.class, effects);
    }

    @Test
    void aGiverDividesItsPoolInProportionToTheRatesAndKeepsTheLowerPart() {
        List<Effect> effects = holder(40_500).receive(wanted("b", 1, 3_000));

        assertEquals(List.of(new Effect.Send(peer("b"),
                Request.from(peer("a"), "a-1").lineage(peer("a"), peer("p"), ROOT).ranges(10_500, 40_500).message())),
                effects);
    }

    @Test
    void whatIsStolenIsNotPushedOn() {
        assertEquals(List.of(), requests(holder(40_500).receive(wanted("b", 1, 3_000))).getFirst().roster());
    }

    @Test
    void nothingIsGivenWhenTwoSecondsOfWorkOrLessRemainForBoth() {
        assertEquals(List.of(), requests(holder(500 + 3_999).receive(wanted("b", 1, 1_000))));
        assertEquals(1, requests(holder(500 + 4_000).receive(wanted("b", 1, 1_000))).size());
    }

    /** It is done at once; two seconds of the giver's alone are enough, of which nearly all is given. */
    @Test
    void aMuchFasterAskerIsGivenWhatWouldKeepTheGiverBusyAlone() {
        assertEquals(List.of(), requests(holder(500 + 2_001).receive(wanted("b", 1, 1_000_000))));
        assertEquals(List.of(range(502, 2_502)), requests(holder(500 + 2_002).receive(wanted("b", 1, 1_000_000)))
                .stream()
                .map(Message.SubjobRequest::ranges)
                .toList());
    }

    @Test
    void theSameRequestCountsOnceWhateverWaysItComes() {
        Bench holder = holder(100_500);
        Message.WorkWanted wanted = wanted("b", 7, 1_000);

        assertEquals(1, requests(holder.receive(wanted)).size());
        assertEquals(List.of(), holder.receive(passedOn(peer("c"), wanted)));
        assertEquals(List.of(), holder.receive(wanted("b", 6, 1_000)));
        assertEquals(List.of(), holder.receive(passedOn(peer("c"), wanted)), "an older one is not the last");
        assertEquals(1, requests(holder.receive(wanted("b", 8, 1_000))).size());
    }

    @Test
    void whoIsNotListedGetsNothing() {
        assertEquals(List.of(), requests(holder(100_500).receive(wanted("stranger", 1, 1_000))));
    }

    @Test
    void whoCannotComputeTheJobGetsNothingOfIt() {
        Bench holder = Bench.worker("a", worker("p"),
                new PeerInfo(peer("b"), PeerInfo.Role.WORKER, 1_000, Set.of("MD5")));
        holder.receive(Request.from(ROOT, "s1").ranges(0, 100_000).message());

        assertEquals(List.of(), requests(holder.receive(wanted("b", 1, 1_000))));
    }

    @Test
    void whoHasTooLittleOfOneJobGivesOfAnother() {
        Bench holder = Bench.worker("a", worker("b"));
        holder.receive(Request.from(ROOT, "s1").ranges(0, 100_000).message());
        holder.receive(Request.from(Given.OTHER_ROOT, "s2")
                .lineage(Given.OTHER_ROOT)
                .of(Given.called(Given.OTHER_ROOT, Given.job(0, 1_000_000)))
                .ranges(0, 50_000)
                .message());
        holder.receive(new Message.Cancel(ROOT, ROOT, new CancelScope.Ranges(
                Given.edge("s1", 1), range(600, 100_000)), CancelReason.SUPERSEDED));

        assertEquals(List.of(range(25_000, 50_000)),
                requests(holder.receive(wanted("b", 1, 1_000))).stream().map(Message.SubjobRequest::ranges).toList());
    }

    @Test
    void whoHasTooLittlePassesTheQuestionOnToTheChildWithTheMostTimeLeft() {
        Bench giver = Bench.worker("a", worker("b"), worker("c", 4_000), worker("d"), worker("p"));
        giver.receive(Request.from(peer("p"), "s1").ranges(0, 4_000).message());
        List<Effect> given = giver.receive(Request.from(peer("p"), "s2")
                .ranges(10_000, 90_000)
                .roster(entry("b", 1_000), entry("c", 2_000))
                .message());
        for (Message.SubjobRequest request : requests(given)) {
            Address child = request.subjob().equals(Given.subjob("a-1")) ? peer("c") : peer("b");
            giver.receive(new Message.SubjobAck(child, ROOT, request.subjob(), 1, new Verdict.Accepted()));
        }
        giver.hashedAll(41);
        Message.WorkWanted wanted = wanted("d", 1, 1_000);

        assertEquals(List.of(new Effect.Send(peer("b"), passedOn(peer("a"), wanted))), giver.receive(wanted));
    }

    @Test
    void withoutAChildTheQuestionGoesUpwards() {
        Message.WorkWanted wanted = wanted("b", 1, 1_000);

        assertEquals(List.of(new Effect.Send(peer("p"), passedOn(peer("a"), wanted))), holder(1_000).receive(wanted));
    }

    @Test
    void theQuestionNeitherGoesBackToItsSenderNorToTheAskerNorFurtherThanItsHops() {
        Message.WorkWanted wanted = wanted("b", 1, 1_000);

        assertEquals(List.of(), holder(1_000).receive(passedOn(peer("p"), wanted)));
        assertEquals(List.of(), holder(1_000).receive(wanted("p", 1, 1_000)));
        assertEquals(List.of(),
                holder(1_000).receive(new Message.WorkWanted(peer("c"), peer("b"), 1, 1_000, 0)));
    }

    @Test
    void aRootGivesAllThatNobodyHolds() {
        Bench root = Bench.root(Given.job(0, 10_000), worker("b"));
        root.receive(new Message.SubjobAck(peer("b"), ROOT, Given.subjob("job-1-1"), 1,
                new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, Duration.ofMillis(1))));
        root.pass(Duration.ofMillis(2));

        assertEquals(List.of(range(0, 10_000)),
                requests(root.receive(wanted("b", 1, 1_000))).stream().map(Message.SubjobRequest::ranges).toList());
    }

    @Test
    void anIdleWorkerAsksItsLastParentAndARandomWorkerAtOnce() {
        Bench idle = Bench.worker("a", worker("b"), worker("p"));
        idle.pass(Duration.ofSeconds(10));
        idle.receive(Request.from(peer("p"), "s1").ranges(0, 500).message());

        List<Message.WorkWanted> asked = new ArrayList<>();
        List<Effect> effects = idle.hashed(0);
        asked.addAll(Bench.sent(Message.WorkWanted.class, effects));

        assertTrue(Bench.sentTo(peer("p"), effects).stream().anyMatch(Message.WorkWanted.class::isInstance));
        asked.forEach(message -> assertEquals(new Message.WorkWanted(peer("a"), peer("a"), message.request(), 1_000, 6),
                message));
        assertEquals(1, asked.stream().map(Message.WorkWanted::request).distinct().count());
    }

    @Test
    void itAsksAgainAfterWaitsThatGrowFromThreeTenthsToThreeAndAHalfSecondsWithJitter() {
        Bench idle = Bench.worker("a", worker("b"), SUBMITTER);
        List<Long> waits = waits(idle, 60);

        double expected = 300;
        for (long wait : waits) {
            assertTrue(wait >= 0.75 * expected - 1 && wait <= 1.25 * expected + 1,
                    () -> "the waits " + waits + " are out of bounds");
            expected = Math.min(3_500, expected * 1.7);
        }
        assertTrue(waits.size() >= 12);
        assertTrue(waits.stream().distinct().count() > 8, "there is jitter");
    }

    private static List<Long> waits(Bench idle, int seconds) {
        List<Long> waits = new ArrayList<>();
        long last = 0;
        for (int millis = 1; millis < 1_000 * seconds; millis++) {
            if (!Bench.sent(Message.WorkWanted.class, idle.pass(Duration.ofMillis(1))).isEmpty()) {
                waits.add(millis - last);
                last = millis;
            }
        }
        return waits;
    }

    @Test
    void withNoSubmitterAnywhereItAsksOnceAMinute() {
        Bench idle = Bench.worker("a", worker("b"));
        idle.pass(Duration.ofMinutes(5));

        List<Long> waits = waits(idle, 600);

        assertTrue(waits.size() >= 7 && waits.size() <= 14, () -> "the waits are " + waits);
    }

    @Test
    void aSubmitterThatAppearsLetsItAskSoonAgain() {
        Bench idle = Bench.worker("a", worker("b"));
        idle.pass(Duration.ofMinutes(5));
        while (Bench.sent(Message.WorkWanted.class, idle.pass(Duration.ofMillis(1))).isEmpty()) {
            // The next question would come in a minute.
        }
        idle.peers(worker("a"), worker("b"), SUBMITTER);

        assertEquals(1, Bench.sent(Message.WorkWanted.class, idle.pass(Duration.ofMillis(3_500))).size());
        assertEquals(1, Bench.sent(Message.WorkWanted.class, idle.pass(Duration.ofMillis(380))).size());
    }

    @Test
    void newWorkLetsTheWaitsBeginAnewAndABusyWorkerDoesNotAsk() {
        Bench idle = Bench.worker("a", worker("b"));
        idle.pass(Duration.ofSeconds(60));

        idle.receive(Request.from(peer("b"), "s1").ranges(0, 500).message());
        assertEquals(List.of(), Bench.sent(Message.WorkWanted.class, idle.pass(Duration.ofSeconds(2))));
        assertEquals(1, Bench.sent(Message.WorkWanted.class, idle.hashed(0)).size());
        assertEquals(1, Bench.sent(Message.WorkWanted.class, idle.pass(Duration.ofMillis(380))).size());
    }
}
