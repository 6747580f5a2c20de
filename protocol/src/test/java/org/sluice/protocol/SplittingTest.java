package org.sluice.protocol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.delegated;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.worker;

/** How a subjob is split over its slice of the roster: the excess of the original document, republished. */
class SplittingTest {
    @Test
    void aHeadKeepsItsShareGivesTheRestToTheHeadsOfTheSlicesAndTellsItsParent() {
        Bench head = Bench.worker("a", worker("b", 3_000), worker("c", 2_000), worker("d", 1_000), worker("e", 1_000));
        JobSpec job = Given.job(0, 1_000_000);

        List<Effect> effects = head.receive(Request.from(ROOT, "s1")
                .of(job)
                .ranges(0, 80_000)
                .roster(entry("b", 3_000), entry("c", 2_000), entry("d", 1_000), entry("e", 1_000))
                .message());

        Message.SubjobRequest toB = Request.from(peer("a"), "a-1")
                .of(job)
                .ranges(10_000, 50_000)
                .roster(entry("d", 1_000))
                .message();
        Message.SubjobRequest toC = Request.from(peer("a"), "a-2")
                .of(job)
                .ranges(50_000, 80_000)
                .roster(entry("e", 1_000))
                .message();
        assertEquals(List.of(
                new Effect.Send(ROOT,
                        new Message.SubjobAck(peer("a"), ROOT, Given.subjob("s1"), 1, new Verdict.Accepted())),
                new Effect.Send(peer("b"), toB), new Effect.Send(peer("c"), toC),
                new Effect.StartHashing(0, job, new Range(0, 500)),
                new Effect.Send(ROOT, Result.ofWorker(1)
                        .edges(edge("s1", 1))
                        .delegations(delegated("s1", "a-1", "b", 10_000, 50_000),
                                delegated("s1", "a-2", "c", 50_000, 80_000))
                        .message())),
                effects);
    }

    @Test
    void peersThatAreNotListedOrAreKnownToBeDeadGetNothing() {
        Bench head = Bench.worker("a", worker("b"), worker("c"));
        head.tell(new Input.DestinationGone(peer("c")));

        List<Effect> effects = head.receive(Request.from(ROOT, "s1")
                .ranges(0, 30_000)
                .roster(entry("b", 1_000), entry("c", 1_000), entry("unlisted", 1_000))
                .message());

        assertEquals(List.of(Given.range(15_000, 30_000)),
                Bench.sent(Message.SubjobRequest.class, effects).stream().map(Message.SubjobRequest::ranges).toList());
    }

    @Test
    void aLineageNamesTheFourNearestAncestorsAndTheRoot() {
        Bench head = Bench.worker("a", worker("b"));

        List<Effect> effects = head.receive(Request.from(peer("p"), "s1")
                .ranges(0, 30_000)
                .lineage(peer("p"), peer("q"), peer("r"), peer("s"), ROOT)
                .roster(entry("b", 1_000))
                .message());

        assertEquals(List.of(peer("a"), peer("p"), peer("q"), peer("r"), ROOT),
                Bench.sent(Message.SubjobRequest.class, effects).getFirst().lineage());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void overAllLevelsEveryIntegerIsKeptByOnePeerInProportionToItsRate(int fanOut) {
        Map<PeerId, Bench> workers = new HashMap<>();
        List<PeerInfo> infos = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            infos.add(worker("w" + i));
        }
        PeerInfo[] everyone = infos.toArray(new PeerInfo[0]);
        infos.forEach(info -> workers.put(info.peer(), Bench.worker(info.peer().name(), everyone)));
        Bench root = Bench.root(Given.withFanOut(fanOut, Given.job(0, 4_000_000)));
        Deque<Effect> effects = new ArrayDeque<>(root.peers(everyone));
        Map<PeerId, RangeSet> kept = new HashMap<>();
        int most = 0;
        while (!effects.isEmpty()) {
            if (effects.remove() instanceof Effect.Send(PeerId to, Message.SubjobRequest request)) {
                List<Effect> next = Objects.requireNonNull(workers.get(to)).receive(request);
                RangeSet rest = request.ranges();
                List<Message.SubjobRequest> given = Bench.sent(Message.SubjobRequest.class, next);
                for (Message.SubjobRequest part : given) {
                    assertTrue(rest.containsAll(part.ranges()), "given is only what was there to give");
                    rest = rest.minus(part.ranges());
                }
                most = Math.max(most, given.size());
                assertEquals(null, kept.put(to, rest), "everyone is asked once");
                effects.addAll(next);
            }
        }

        assertTrue(most <= fanOut);
        assertEquals(40, kept.size());
        kept.values().forEach(ranges -> assertEquals(100_000.0, (double) ranges.size(), 5.0));
        RangeSet all = RangeSet.EMPTY;
        for (RangeSet ranges : kept.values()) {
            assertTrue(!all.intersects(ranges), "nothing twice");
            all = all.plus(ranges);
        }
        assertEquals(Given.range(0, 4_000_000), all, "nothing lost");
    }

    @Test
    void aRosterTooLongForOneMessageIsCut() {
        List<PeerInfo> infos = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            infos.add(worker("w" + i));
        }
        Bench root = Bench.root(Given.withFanOut(1, Given.job(0, 1L << 40)));

        List<Effect> effects = root.peers(infos.toArray(new PeerInfo[0]));

        Message.SubjobRequest request = Bench.sent(Message.SubjobRequest.class, effects).getFirst();
        assertEquals(Parameters.MAX_ROSTER, request.roster().size());
    }
}
