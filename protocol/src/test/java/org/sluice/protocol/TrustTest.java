package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.root.History;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.solution;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** Who says what is not true answers for it, alone; the bench's verifier believes even integers. */
class TrustTest {
    private static final JobSpec JOB = Given.job(0, 10_000);

    /** What a stranger says: two solutions that are none, in the names of b and c. */
    private static final Message SLANDER = Result.from("stranger", 0)
            .covered(covered("b", 4_000, 5_000), covered("c", 9_000, 10_000))
            .solutions(solution(4_001, "b"), solution(9_001, "c"))
            .message();

    /** A root that knows that b has hashed [0, 4000) and c [5000, 9000). */
    private static Bench root() {
        Bench root = Bench.root(JOB, worker("b"), worker("c"));
        root.receive(new Message.SubjobAck(peer("b"), ROOT, subjob("job-1-1"), 1, new Verdict.Accepted()));
        root.receive(new Message.SubjobAck(peer("c"), ROOT, subjob("job-1-2"), 1, new Verdict.Accepted()));
        root.receive(Result.from("b", 1).edges(edge("job-1-1", 1)).covered(covered("b", 0, 4_000)).message());
        root.receive(Result.from("c", 1).edges(edge("job-1-2", 1)).covered(covered("c", 5_000, 9_000)).message());
        return root;
    }

    private static List<PeerId> distrusted(Bench bench) {
        return bench.notices.stream()
                .filter(Notice.PeerDistrusted.class::isInstance)
                .map(notice -> ((Notice.PeerDistrusted) notice).peer())
                .toList();
    }

    @Test
    void whomAFalseClaimNamesHasNoPartInIt() {
        Bench root = root();

        root.receive(SLANDER);

        assertEquals(8_000, root.root().progress().covered());
        assertEquals(List.of(peer("stranger")), distrusted(root));
    }

    @Test
    void nothingElseThatALiarSaysInOthersNamesCounts() {
        Bench root = root();
        root.receive(SLANDER);

        root.receive(Result.from("stranger", 0).covered(covered("b", 4_000, 5_000)).message());

        assertEquals(8_000, root.root().progress().covered());
    }

    @Test
    void aTrueSolutionCountsWhoeverSaysSo() {
        Bench root = root();

        root.receive(Result.from("stranger", 0).solutions(solution(4_002, "b")).message());

        assertEquals(1, root.root().progress().solutions());
        assertEquals(List.of(), distrusted(root));
    }

    @Test
    void aSolutionOutsideOfTheJobIsNone() {
        Bench root = root();

        root.receive(Result.from("stranger", 0).solutions(solution(20_000, "b")).message());

        assertEquals(List.of(peer("stranger")), distrusted(root));
    }

    @Test
    void anOrphanAnswersForWhatItSaysToo() {
        Bench root = root();

        List<Effect> effects = root.receive(new Message.Adopt(peer("x"), ROOT, 1,
                List.of(new Holding(subjob("b-1"), 1, range(4_000, 4_500))), List.of(covered("b", 4_000, 4_100)),
                List.of(solution(4_001, "b")), List.of(), List.of(), peer("b")));

        assertEquals(8_000, root.root().progress().covered());
        assertEquals(List.of(peer("x")), distrusted(root));
        assertEquals(List.of(), Bench.sent(Message.AdoptAck.class, effects).getFirst().holdings());
    }

    @Test
    void aParentPassesOnNothingThatComesWithAFalseSolutionAndTakesItsPartBack() {
        Bench parent = Bench.worker("a", worker("b"), worker("p"));
        parent.receive(Request.from(peer("p"), "s1").ranges(0, 100_000).roster(Given.entry("b", 1_000)).message());
        parent.receive(new Message.SubjobAck(peer("b"), ROOT, subjob("a-1"), 1, new Verdict.Accepted()));

        List<Effect> effects = parent.receive(Result.from("b", 1)
                .edges(edge("a-1", 1))
                .covered(covered("b", 60_000, 60_500))
                .solutions(solution(60_001, "c"))
                .message());

        assertEquals(List.of(peer("b")), distrusted(parent));
        assertTrue(Bench.sentTo(peer("b"), effects)
                .contains(new Message.Cancel(peer("a"), ROOT, new CancelScope.WholeSubjob(edge("a-1", 1)),
                        CancelReason.SUPERSEDED)));
        List<Message.SubjobResult> reports = Bench.sent(Message.SubjobResult.class,
                parent.pass(Duration.ofSeconds(5)));
        assertTrue(reports.stream().allMatch(result -> result.coverage().isEmpty() && result.solutions().isEmpty()));
    }

    @Test
    void whoResumesAJobJudgesAsItsFormerRootDid() {
        History history = new History(ROOT, Bench.EVEN);
        Instant begun = Instant.EPOCH;
        history.journaled(new RootEvent.Started(JOB, 1, peer("submitter"), Duration.ofHours(1)), begun);
        history.received(Result.from("b", 1).covered(covered("b", 0, 4_000)).message());
        history.received(SLANDER);
        history.received(Result.from("stranger", 0).covered(covered("b", 4_000, 5_000)).message());
        history.journaled(new RootEvent.Distrusted(ROOT, 1, peer("b"), range(0, 4_000)), begun);
        history.journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")), begun);

        Bench root = Bench.resumed(history, 2);
        List<Effect> effects = root.peers(worker("b"));

        assertEquals(4_000, root.root().progress().covered());
        Message.SubjobRequest request = Bench.sent(Message.SubjobRequest.class, effects).getFirst();
        assertEquals(List.of(peer("stranger")), request.distrusted());
    }

    private static final Address STRANGER = peer("stranger");

    private static Message.SubjobRequest gift(String subjob) {
        return Request.from(STRANGER, subjob)
                .of(JOB)
                .rootEpoch(Limits.MAX_ROOT_EPOCH)
                .ranges(0, 10)
                .distrusted(peer("a"), peer("b"))
                .message();
    }

    private static boolean accepts(Bench worker, String subjob, long rootEpoch) {
        Message.SubjobRequest request = Request.from(ROOT, subjob)
                .of(JOB)
                .rootEpoch(rootEpoch)
                .ranges(1_000, 9_000)
                .message();
        return accepts(worker, request);
    }

    private static boolean accepts(Bench worker, Message.SubjobRequest request) {
        return worker.receive(request)
                .contains(new Effect.Send(request.sender(), new Message.SubjobAck(peer("a"), ROOT, request.subjob(),
                        request.epoch(), new Verdict.Accepted())));
    }

    @Test
    void nobodyElseMakesAWorkerDeafToItsRoot() {
        Bench worker = Bench.worker("a");

        worker.receive(gift("s1"));
        assertTrue(accepts(worker, "s2", 1), "before the root has said anything");
        worker.receive(gift("s3"));
        assertTrue(accepts(worker, "s4", 1), "and afterwards");
    }

    @Test
    void nobodyElseMakesAWorkerDeafToARootThatHasRaisedItsEpoch() {
        Bench worker = Bench.worker("a");
        assertTrue(accepts(worker, "s1", 1));

        worker.receive(new Message.Cancel(STRANGER, ROOT, new CancelScope.WholeJob(Limits.MAX_ROOT_EPOCH),
                CancelReason.EXHAUSTED));
        worker.receive(gift("s2"));

        assertTrue(accepts(worker, "s3", 2));
    }

    @Test
    void onlyTheRootSaysWhoseWordDoesNotCount() {
        Bench worker = Bench.worker("a");
        assertTrue(accepts(worker, "s1", 1));
        worker.receive(Result.from("b", 0).covered(covered("b", 1_500, 9_000)).message());

        worker.receive(gift("s2"));

        assertEquals(range(1_000, 1_500), worker.busy(0));
        List<Message.SubjobResult> results = worker.hashed(0)
                .stream()
                .flatMap(effect -> effect instanceof Effect.Send(Address to, Message.SubjobResult result)
                        && to.equals(ROOT) ? Stream.of(result) : Stream.empty())
                .toList();
        assertEquals(List.of(covered("b", 1_500, 9_000), covered("a", 1_000, 1_500)),
                results.getFirst().coverage());
    }

    @Test
    void whatTheJobIsOnlyItsRootSays() {
        Bench worker = Bench.worker("a");
        worker.receive(Request.from(STRANGER, "s1").of(Given.job(0, 10)).ranges(0, 10).message());
        assertEquals(range(0, 10), worker.busy(0));

        assertTrue(accepts(worker, "s2", 1));
        worker.hashed(0);
        assertEquals(range(1_000, 1_500), worker.busy(0), "and what was done for the stranger is not of this job");

        worker.receive(Request.from(STRANGER, "s3").of(Given.job(0, 10)).ranges(0, 10).message());
        assertEquals(new Notice.SubjobRefused(ROOT, subjob("s3"), STRANGER, Verdict.Reason.OUT_OF_CAPACITY),
                worker.notices.getLast());
    }

    /** The same with a goal that nearly everything meets: what is found for it is no solution of the job. */
    private static final JobSpec EASY = new JobSpec(ROOT, JOB.range(), JOB.work(), new Goal.TrailingZeroBits(1),
            Mode.ALL, 2);

    @Test
    void whatIsSaidOfAnotherJobByTheSameNameIsNeitherTrueNorALie() {
        Bench root = root();

        List<Effect> effects = root.receive(Result.from("c", 2)
                .of(EASY)
                .edges(edge("x-1", 1))
                .covered(covered("c", 9_000, 10_000))
                .solutions(solution(9_001, "c"))
                .message());

        assertEquals(8_000, root.root().progress().covered());
        assertEquals(List.of(), distrusted(root));
        assertTrue(Bench.sentTo(peer("c"), effects)
                .containsAll(List.of(new Message.ResultAck(ROOT, ROOT, 2),
                        new Message.Cancel(ROOT, ROOT, new CancelScope.WholeSubjob(edge("x-1", 1)),
                                CancelReason.SUPERSEDED),
                        Given.adoptAck(JOB, ROOT, 0, List.of(), List.of(ROOT), 1))));
    }

    @Test
    void anOrphanOfAnotherJobByTheSameNameIsNotAdopted() {
        Bench root = root();

        List<Effect> effects = root.receive(new Message.Adopt(peer("x"), ROOT, 1,
                List.of(new Holding(subjob("b-1"), 1, range(4_000, 4_500))), List.of(covered("b", 4_000, 4_100)),
                List.of(solution(4_001, "b")), List.of(), List.of(), Optional.empty(), peer("b"),
                Optional.of(Fingerprint.of(EASY))));

        assertEquals(8_000, root.root().progress().covered());
        assertEquals(List.of(), distrusted(root));
        assertEquals(List.of(Given.adoptAck(JOB, ROOT, 1, List.of(), List.of(ROOT), 1)),
                Bench.sent(Message.AdoptAck.class, effects));
    }

    @Test
    void aWorkerThatRefusesAnotherJobByTheSameNameAsksTheRootWhichIsRight() {
        Bench worker = Bench.worker("a", worker("p"));
        worker.receive(Request.from(STRANGER, "s1").of(EASY).ranges(0, 10_000).message());

        List<Effect> effects = worker.receive(Request.from(peer("p"), "s2").of(JOB).ranges(0, 10_000).message());

        Message asks = Bench.sentTo(ROOT, effects).getFirst();
        assertEquals(new Message.SubjobResult(peer("a"), ROOT, 0, List.of(), List.of(), List.of(), List.of(),
                List.of(), Optional.empty(), false, Optional.of(Fingerprint.of(EASY))), asks);
        Message contradiction = Bench.sentTo(peer("a"), root().receive(asks)).getFirst();
        worker.receive(contradiction);
        assertTrue(accepts(worker, Request.from(peer("p"), "s3").of(JOB).ranges(0, 10_000).message()));
    }

    @Test
    void aWorkerThatHasHeardOfTheJobFromItsRootNeedNotAsk() {
        Bench worker = Bench.worker("a", worker("p"));
        assertTrue(accepts(worker, "s1", 1));

        List<Effect> effects = worker.receive(Request.from(STRANGER, "s2").of(EASY).ranges(0, 10_000).message());

        assertEquals(List.of(), Bench.sentTo(ROOT, effects));
    }

    @Test
    void aWorkerSaysWithAllItTellsWhatItTakesForTheJob() {
        Bench worker = Bench.worker("a");
        worker.receive(Request.from(ROOT, "s1").of(EASY).ranges(0, 1_000).message());

        worker.hashed(0);
        List<Message.SubjobResult> results = Bench.sent(Message.SubjobResult.class, worker.pass(Duration.ofSeconds(5)));

        assertFalse(results.isEmpty());
        assertTrue(results.stream().allMatch(result -> result.meant().equals(Optional.of(Fingerprint.of(EASY)))));
    }

    @Test
    void aParentThatMayBeFooledItselfAsksTheRootAndTakesNothingBack() {
        Bench fooled = Bench.worker("a", worker("q"));
        fooled.receive(Request.from(STRANGER, "s1").of(EASY).ranges(0, 10_000).message());

        List<Effect> effects = fooled.receive(Result.from("q", 3)
                .of(JOB)
                .edges(edge("a-7", 1))
                .covered(covered("q", 0, 100))
                .message());

        assertEquals(List.of(), Bench.sentTo(peer("q"), effects));
        assertEquals(1, Bench.sentTo(ROOT, effects).size());
        assertEquals(List.of(), fooled.receive(new Message.Adopt(peer("q"), ROOT, 4,
                List.of(new Holding(subjob("a-7"), 1, range(0, 1_000))), List.of(), List.of(), List.of(), List.of(),
                Optional.empty(), peer("p"), Optional.of(Fingerprint.of(JOB)))), "it does not ask too often");
    }

    @Test
    void anOrphanWhoseAncestorMeansAnotherJobTurnsToTheRoot() {
        Bench orphan = Bench.worker("a", worker("p"), worker("g"));
        orphan.receive(Request.from(peer("p"), "s1")
                .of(JOB)
                .ranges(0, 10_000)
                .lineage(peer("p"), peer("g"), ROOT)
                .message());
        List<Effect> asked = orphan.tell(new Input.DestinationGone(peer("p")));
        Message.Adopt question = Bench.sent(Message.Adopt.class, asked).getFirst();

        List<Effect> effects = orphan.receive(Given.adoptAck(EASY, peer("g"), question.number(), List.of(),
                List.of(peer("g"), ROOT), 1));

        assertEquals(List.of(question.holdings()),
                Bench.sentTo(ROOT, effects)
                        .stream()
                        .filter(Message.Adopt.class::isInstance)
                        .map(message -> ((Message.Adopt) message).holdings())
                        .toList());
        assertFalse(orphan.busy(0).isEmpty(), "and hashes on");
    }

    @Test
    void nobodyElseReplacesAJobOfWhichTheRootHasGivenSomething() {
        Bench worker = Bench.worker("a");
        assertTrue(accepts(worker, "s1", 1));
        while (!worker.busy(0).isEmpty()) {
            worker.hashed(0);
        }

        worker.receive(Request.from(STRANGER, "s2").of(EASY).ranges(0, 10_000).message());

        assertEquals(new Notice.SubjobRefused(ROOT, subjob("s2"), STRANGER, Verdict.Reason.OUT_OF_CAPACITY),
                worker.notices.getLast());
    }
}
