package org.sluice.protocol;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.MerklePath;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.peer;

/** A peer that does not know a kind of work could not even read a request for it, and would seem dead. */
class KindsOfWorkTest {
    private static final Work BLOCK = new Work.Block(BlockSpace.of(
            new Work.Header(Bytes.of(new byte[Work.Header.LENGTH]), true), Bytes.EMPTY, Bytes.EMPTY,
            new MerklePath(List.of())));
    private static final JobSpec JOB = new JobSpec(ROOT, new Range(0, 1_000_000), BLOCK,
            new Goal.TrailingZeroBits(8), Mode.ALL, 2);

    private static PeerInfo worker(String name, Set<String> kinds) {
        return new PeerInfo(peer(name), PeerInfo.Role.WORKER, Rates.same(1_000), Set.of(BLOCK.algorithm()), kinds);
    }

    private static Set<PeerId> given(Bench bench) {
        return bench.notices.stream()
                .filter(Notice.SubjobGiven.class::isInstance)
                .map(notice -> ((Notice.SubjobGiven) notice).child())
                .collect(Collectors.toSet());
    }

    @Test
    void aPeerThatNamesNoKindsDoesThoseOfTheFirstVersion() {
        PeerInfo older = new PeerInfo(peer("b"), PeerInfo.Role.WORKER, 1_000, Set.of(BLOCK.algorithm()));

        assertEquals(0, older.rate(BLOCK));
        assertEquals(1_000, older.rate(BLOCK.piece(0)));
        assertEquals(1_000, worker("b", Work.KINDS).rate(BLOCK));
    }

    @Test
    void aRootOffersOnlyToPeersThatKnowTheKind() {
        Bench root = Bench.root(JOB, worker("older", Work.FIRST_KINDS), worker("b", Work.KINDS),
                worker("other", Set.of("riddles")));

        assertEquals(Set.of(peer("b")), given(root));
    }

    @Test
    void aWorkerGrantsOnlyToPeersThatKnowTheKind() {
        Bench holder = Bench.worker(Parameters.defaults(), List.of(Set.of(BLOCK.algorithm())), List.of(1_000L), "a",
                worker("older", Work.FIRST_KINDS), worker("b", Work.KINDS));
        holder.receive(Request.from(ROOT, "s1").of(JOB).ranges(0, 1_000_000).message());

        holder.receive(new Message.WorkWanted(peer("older"), peer("older"), 1, 1_000, 6));
        assertEquals(Set.of(), given(holder));
        holder.receive(new Message.WorkWanted(peer("b"), peer("b"), 1, 1_000, 6));
        assertEquals(Set.of(peer("b")), given(holder));
    }
}
