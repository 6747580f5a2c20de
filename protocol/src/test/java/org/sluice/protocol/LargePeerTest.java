package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.root.History;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/**
 * A peer that has given away 100,000 parts and knows of 100,000 ranges that are hashed: no message is larger than one may be,
 * and nothing is lost, nor taken to be.
 */
@Tag("slow")
@Execution(ExecutionMode.CONCURRENT)
class LargePeerTest {
    private static final int CHILDREN = 1_000;
    private static final int SUBJOBS = 100;
    private static final long SUBJOB = 1_000_000_000L;
    private static final JobSpec JOB = Given.withFanOut(1_000, Given.job(0, SUBJOBS * SUBJOB));

    private final PeerInfo[] workers = workers();
    private final Bench large = Bench.worker("a", workers);
    private RangeSet out = RangeSet.EMPTY;
    private RangeSet hashed = RangeSet.EMPTY;

    private static PeerInfo[] workers() {
        PeerInfo[] workers = new PeerInfo[CHILDREN + 2];
        for (int i = 0; i < CHILDREN; i++) {
            workers[i] = worker("c" + i);
        }
        workers[CHILDREN] = worker("p");
        workers[CHILDREN + 1] = worker("g");
        return workers;
    }

    /** It gets a hundred subjobs from p, cuts each into a thousand, and hears of a range of each that it is hashed. */
    private void grow() {
        List<RosterEntry> roster = new ArrayList<>();
        for (int i = 0; i < CHILDREN; i++) {
            roster.add(Given.entry("c" + i, 1_000));
        }
        List<Effect> effects = new ArrayList<>();
        for (long i = 0; i < SUBJOBS; i++) {
            effects.addAll(large.receive(Request.from(peer("p"), "s" + i)
                    .of(JOB)
                    .ranges(i * SUBJOB, (i + 1) * SUBJOB)
                    .roster(roster.toArray(new RosterEntry[0]))
                    .lineage(peer("p"), peer("g"), ROOT)
                    .message()));
        }
        Map<PeerId, List<Range>> hashedBy = new HashMap<>();
        List<Range> given = new ArrayList<>();
        List<Range> covered = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(PeerId child, Message.SubjobRequest request)) {
                large.receive(new Message.SubjobAck(child, ROOT, request.subjob(), 1, new Verdict.Accepted()));
                long start = request.ranges().first().start();
                Range crumb = new Range(start + 10, start + 20);
                given.addAll(request.ranges().ranges());
                covered.add(crumb);
                hashedBy.computeIfAbsent(child, _ -> new ArrayList<>()).add(crumb);
            }
        }
        hashedBy.forEach((child, crumbs) -> large.receive(Result.from(child.name(), 1)
                .covered(new Coverage(child, RangeSet.of(crumbs)))
                .message()));
        hashed = RangeSet.of(covered);
        out = RangeSet.of(given).minus(hashed);
        assertEquals(SUBJOBS * CHILDREN, given.size());
        assertEquals(SUBJOBS * CHILDREN, hashed.rangeCount());
    }

    /** The two say to each other all that they have to say, and the parent to the root. */
    private static void exchange(Bench child, Bench parent, Told root, List<Effect> begun) {
        deliver(child, parent, root, begun);
        for (int second = 0; second < 5; second++) {
            deliver(child, parent, root, child.pass(Duration.ofSeconds(1)));
            deliver(parent, child, root, parent.pass(Duration.ofSeconds(1)));
        }
    }

    private static void deliver(Bench sender, Bench receiver, Told root, List<Effect> effects) {
        record Step(Bench from, Bench to, List<Effect> effects) {}
        Deque<Step> steps = new ArrayDeque<>(List.of(new Step(sender, receiver, effects)));
        while (!steps.isEmpty()) {
            Step step = steps.remove();
            root.by(step.from, step.effects);
            for (Message message : Bench.sentTo(step.to.peer(), step.effects)) {
                steps.add(new Step(step.to, step.from, step.to.receive(message)));
            }
        }
    }

    private static void assertFits(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send send) {
                int size = EncodedSize.of(send.message());
                assertTrue(size <= EncodedSize.MAX_BYTES, () -> size + " bytes: " + send.message().getClass());
            }
            if (effect instanceof Effect.Journal journal) {
                int size = EncodedSize.of(journal.event());
                assertTrue(size <= EncodedSize.MAX_BYTES, () -> size + " bytes: " + journal.event().getClass());
            }
        }
    }

    /** What the root is told: it acknowledges each result, as long as one follows. */
    private static final class Told {
        RangeSet covered = RangeSet.EMPTY;
        final Map<SubjobId, List<Delegated>> below = new HashMap<>();
        final History history = new History(ROOT, Bench.EVEN);

        void by(Bench bench, List<Effect> effects) {
            Deque<Effect> left = new ArrayDeque<>(effects);
            while (!left.isEmpty()) {
                assertFits(List.of(left.element()));
                if (left.remove() instanceof Effect.Send send && send.to().equals(ROOT)
                        && send.message() instanceof Message.SubjobResult result && result.number() > 0) {
                    tell(result);
                    left.addAll(bench.receive(new Message.ResultAck(ROOT, ROOT, result.number())));
                }
            }
        }

        private void tell(Message.SubjobResult result) {
            history.received(result);
            for (Coverage coverage : result.coverage()) {
                covered = covered.plus(coverage.ranges());
            }
            Map<SubjobId, List<Delegated>> told = Delegated.byHolding(result.delegations());
            for (Edge edge : result.edges()) {
                below.merge(edge.subjob(), told.getOrDefault(edge.subjob(), List.of()),
                        (known, now) -> Delegated.updated(RangeSet.of(JOB.range()), known, now, result.within()));
            }
        }

        RangeSet out() {
            List<Range> ranges = new ArrayList<>();
            below.values().forEach(all -> all.forEach(each -> ranges.addAll(each.ranges().ranges())));
            return RangeSet.of(ranges);
        }
    }

    @Test
    void everythingReachesANewParentAndThroughItTheRootAndAnotherRoot() {
        grow();
        Bench parent = Bench.worker("g", worker("a"), worker("p"));
        Told told = new Told();
        told.history.journaled(new RootEvent.Started(JOB, 1, peer("submitter"), Duration.ofHours(1)), Instant.EPOCH);
        told.history.journaled(new RootEvent.Assigned(ROOT, 1,
                new Holding(subjob("s"), 1, range(0, SUBJOBS * SUBJOB)), peer("g")), Instant.EPOCH);
        told.by(parent, parent.receive(Request.from(ROOT, "s").of(JOB).ranges(0, SUBJOBS * SUBJOB).message()));

        exchange(large, parent, told, large.tell(new Input.DestinationGone(peer("p"))));
        // Now the large one dies too: what it had kept is done here at once, what it had given away is waited for.
        told.by(parent, parent.tell(new Input.DestinationGone(peer("a"))));
        told.by(parent, parent.pass(Duration.ofSeconds(10)));

        assertSame(hashed, told.covered.intersection(hashed));
        // What the large one had kept may still be told to be with it.
        assertTrue(told.out().containsAll(out), () -> out.minus(told.out()).rangeCount() + " ranges are not out");
        assertFalse(parent.busy(0).isEmpty());
        assertFalse(parent.busy(0).intersects(out), () -> "it hashes " + parent.busy(0));

        told.history.journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")), Instant.EPOCH.plusSeconds(60));
        Bench heir = Bench.resumed(told.history, 2);
        List<Effect> announced = heir.peers(worker("g"), worker("p"));
        assertFits(announced);
        Message.SubjobRequest request = (Message.SubjobRequest) Bench.sentTo(peer("g"), announced).getFirst();
        assertTrue(request.ranges().containsAll(out));
        assertTrue(Bench.sentTo(peer("p"), announced).isEmpty(), "nothing is free");
    }

    @Test
    void whatItLeavesIsKnownToItsParent() {
        grow();
        Told told = new Told();
        Bench leaver = large;
        List<Effect> last = new ArrayList<>(leaver.tell(new Input.StopRequested()));
        last.addAll(leaver.hashed(0));
        assertFits(last);
        List<Message> results = Bench.sentTo(peer("p"), last);

        results.forEach(message -> told.tell((Message.SubjobResult) message));
        assertSame(hashed, told.covered.intersection(hashed));
        assertSame(out, told.out());
        assertEquals(1, results.stream().filter(message -> ((Message.SubjobResult) message).leaving()).count());
        assertTrue(((Message.SubjobResult) results.getLast()).leaving());
    }

    /** Two large sets, of which not all is printed when they differ. */
    private static void assertSame(RangeSet expected, RangeSet actual) {
        assertTrue(expected.equals(actual),
                () -> "missing are " + expected.minus(actual).rangeCount() + " ranges, too many "
                        + actual.minus(expected).rangeCount());
    }

    private static RangeSet crumbs(int count) {
        List<Range> crumbs = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            crumbs.add(new Range(i * 10_000_000, i * 10_000_000 + 1_000_000));
        }
        return RangeSet.of(crumbs);
    }

    @Test
    void whatALiarDidIsWrittenInAsManyEntriesAsItNeeds() {
        JobSpec spec = Given.job(0, Long.MAX_VALUE);
        Bench root = Bench.root(spec, worker("a"), worker("b"));
        RangeSet done = crumbs(100_000);
        root.receive(Result.from("b", 1).covered(new Coverage(peer("b"), done)).message());

        List<Effect> effects = root.receive(Result.from("b", 2).solutions(Given.solution(1, "b")).message());

        assertFits(effects);
        RangeSet redone = RangeSet.EMPTY;
        for (Effect effect : effects) {
            if (effect instanceof Effect.Journal(RootEvent.Distrusted distrusted)) {
                assertEquals(peer("b"), distrusted.peer());
                redone = redone.plus(distrusted.redone());
            }
        }
        assertTrue(redone.containsAll(done));
    }

    @Test
    void aHundredThousandRangesAreTakenBackInSeveralMessages() {
        Bench parent = Bench.worker("p", worker("a"), worker("b"));
        long all = 2_500_000_000_000L;
        parent.receive(
                Request.from(ROOT, "s").of(Given.job(0, all)).ranges(0, all).roster(Given.entry("a", 1_000)).message());
        RangeSet done = crumbs(250_000);

        List<Effect> effects = parent.receive(Result.from("b", 1).covered(new Coverage(peer("b"), done)).message());

        assertFits(effects);
        RangeSet given = RangeSet.EMPTY;
        int cancels = Bench.sent(Message.Cancel.class, effects).size();
        for (Message.Cancel cancel : Bench.sent(Message.Cancel.class, effects)) {
            assertEquals(CancelReason.SUPERSEDED, cancel.reason());
            given = given.plus(((CancelScope.Ranges) cancel.scope()).ranges());
        }
        assertTrue(given.rangeCount() > 100_000 && cancels > 1, () -> cancels + " messages");
        assertEquals(given, done.intersection(RangeSet.of(given.first().start(), all)));
    }
}
