package org.sluice.protocol;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.OTHER_ROOT;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.solution;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** A peer lives on when a step for one job fails, and when strangers send more than it could ever keep. */
@Tag("slow")
class SurvivalTest {
    private static final JobSpec OTHER = Given.called(OTHER_ROOT, Given.job(0, 1_000_000));

    /** A message as no codec makes it: at the null in it any step must fail, as it would for a fault of ours. */
    private static Coverage brokenCoverage() {
        return new Coverage(peer("p"), new AtomicReference<RangeSet>().get());
    }

    private static Bench workerWithTwoJobs() {
        Bench worker = Bench.worker("a", worker("p"));
        worker.receive(Request.from(ROOT, "s1").ranges(0, 10_000).roster(entry("p", 1_000)).message());
        worker.receive(Request.from(OTHER_ROOT, "s2").of(OTHER).lineage(OTHER_ROOT).ranges(0, 10_000).message());
        worker.mayBreak();
        return worker;
    }

    @Test
    void aFaultInOneJobEndsThatJobAlone() {
        Bench worker = workerWithTwoJobs();
        assertEquals(range(9_500, 10_000).size(), worker.busy(0).size());

        List<Effect> effects = worker.receive(Result.from("p", 1)
                .edges(edge("a-1", 1))
                .covered(brokenCoverage())
                .message());

        Notice.JobBroken broken = assertInstanceOf(Notice.JobBroken.class, worker.notices.getLast());
        assertEquals(ROOT, broken.job());
        assertInstanceOf(NullPointerException.class, broken.fault());
        assertEquals(List.of(new Effect.StopHashing(0)), effects);
        effects = worker.hashed(0);
        Effect.StartHashing next = assertInstanceOf(Effect.StartHashing.class, effects.getLast());
        assertEquals(OTHER_ROOT, next.job().id());
        for (int i = 0; i < 3; i++) {
            worker.hashed(0);
            assertEquals(List.of(), Bench.sentTo(ROOT, worker.pass(Duration.ofSeconds(30))), "nothing of it is left");
        }
    }

    @Test
    void aJobThatWasGivenUpIsRefused() {
        Bench worker = workerWithTwoJobs();
        worker.receive(Result.from("p", 1).edges(edge("a-1", 1)).covered(brokenCoverage()).message());

        List<Effect> effects = worker.receive(Request.from(ROOT, "s9").ranges(0, 10_000).message());

        assertEquals(List.of(new Message.SubjobAck(peer("a"), ROOT, subjob("s9"), 1,
                new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, Duration.ZERO))), Bench.sentTo(ROOT, effects));
    }

    @Test
    void whoeverIsBelowAJobThatWasGivenUpIsFree() {
        Bench worker = workerWithTwoJobs();
        worker.receive(Result.from("p", 1).edges(edge("a-1", 1)).covered(brokenCoverage()).message());

        assertEquals(List.of(new Message.Cancel(peer("a"), ROOT, new CancelScope.WholeSubjob(edge("a-1", 1)),
                CancelReason.SUPERSEDED)),
                Bench.sentTo(peer("p"), worker.receive(Result.from("p", 2).edges(edge("a-1", 1)).message())));
        assertEquals(List.of(new Message.AdoptAck(peer("a"), ROOT, 7, List.of(), List.of(peer("a"), ROOT), 0)),
                Bench.sentTo(peer("x"), worker.receive(new Message.Adopt(peer("x"), ROOT, 7,
                        List.of(new Holding(subjob("p-1"), 1, range(0, 100))), List.of(), List.of(), List.of(),
                        List.of(), peer("p")))));
    }

    @Test
    void aRootThatFailsEndsItsJobWithWhatItHas() {
        Bench root = Bench.root(Given.job(0, 1_000), worker("p"));
        root.mayBreak();
        root.receive(new Message.SubjobAck(peer("p"), ROOT, subjob("job-1-1"), 1, new Verdict.Accepted()));
        root.receive(Result.from("p", 1)
                .edges(edge("job-1-1", 1))
                .covered(Given.covered("p", 0, 500))
                .solutions(solution(4, "p"))
                .message());

        List<Effect> effects = root.receive(Result.from("p", 2)
                .edges(edge("job-1-1", 1))
                .covered(brokenCoverage())
                .message());

        assertTrue(root.notices.stream().anyMatch(Notice.JobBroken.class::isInstance));
        assertTrue(effects.contains(new Effect.Journal(new RootEvent.Ended(ROOT, 1, Outcome.FAILED))));
        assertEquals(List.of(new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.CANCELLED)),
                Bench.sentTo(peer("p"), effects));
        root.pass(Duration.ofSeconds(30));
        Answer answer = root.root().answer().orElseThrow();
        assertEquals(Outcome.FAILED, answer.outcome());
        assertEquals(List.of(solution(4, "p")), answer.solutions());
        assertEquals(range(500, 1_000), answer.gaps());
    }

    /** Each is small and hashed at once, so it is no burden; what is known of it is. */
    @Test
    void aFloodOfStrangersJobsIsForgotten() {
        Bench worker = Bench.worker("a");
        Message.SubjobRequest first = Request.from(ROOT, "s1")
                .of(Given.job(0, 1_000_000_000))
                .ranges(0, 1_000_000_000)
                .message();
        worker.receive(first);
        int most = 0;
        for (int i = 0; i < 150_000; i++) {
            JobId job = new JobId("anna.flood-" + i);
            worker.receive(Request.from(job, "s")
                    .of(Given.called(job, Given.job(0, 1_000)))
                    .lineage(job)
                    .ranges(0, 1)
                    .message());
            worker.hashed(0);
            worker.hashed(0);
            most = Math.max(most, worker.rangeCount());
        }
        assertTrue(most < 1_000, most + " ranges are kept");
        assertTrue(worker.receive(first)
                .contains(
                        new Effect.Send(ROOT,
                                new Message.SubjobAck(peer("a"), ROOT, subjob("s1"), 1, new Verdict.Accepted()))),
                "the job of the first is served all the time");
    }

    /** Every one of them names another parent, and so would have to be reported to. */
    @Test
    void aFloodOfParentsIsRefused() {
        Bench worker = Bench.worker("a");
        worker.receive(Request.from(ROOT, "s1").ranges(0, 1_000_000).message());
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            PeerId parent = peer("stranger-" + i);
            List<Effect> effects = worker.receive(Request.from(parent, "s-" + i).ranges(0, 1_000).message());
            for (Message.SubjobAck ack : Bench.sent(Message.SubjobAck.class, effects)) {
                refused += ack.verdict() instanceof Verdict.Refused ? 1 : 0;
            }
        }
        assertTrue(refused > 15_000, "only " + refused + " were refused");
        assertTrue(worker.rangeCount() < 6 * Parameters.MAX_HELD, worker.rangeCount() + " ranges are kept");
    }
}
