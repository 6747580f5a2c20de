package org.sluice.protocol.root;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Request;
import org.sluice.protocol.Result;
import org.sluice.protocol.account.Assignment;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.delegated;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.solution;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/**
 * What a root does that goes on with a job. Its predecessor had a minute, and had given [0, 5000) to b and [5000, 9000) to c;
 * nobody has the rest. The bench's verifier believes even integers.
 */
class ResumingTest {
    /** Of the edges that the second root makes. */
    private static final long EPOCH = (1L << 32) + 1;

    private static final JobSpec JOB = Given.job(0, 10_000);
    private static final Instant BEGUN = Instant.parse("2026-01-31T00:00:00Z");
    private static final Duration WINDOW = Duration.ofSeconds(35);

    private final History history = new History(ROOT, Bench.EVEN);

    @BeforeEach
    void tellOfTheFormerRoot() {
        history.journaled(new RootEvent.Started(JOB, 1, peer("submitter"), Duration.ofHours(1)), BEGUN);
        assigned(1, "job-1-1", 1, 0, 5_000, "b");
        assigned(1, "job-1-2", 1, 5_000, 9_000, "c");
    }

    private void assigned(long rootEpoch, String subjob, long epoch, long start, long end, String peer) {
        history.journaled(assignment(rootEpoch, subjob, epoch, start, end, peer), BEGUN);
    }

    private static RootEvent assignment(long rootEpoch, String subjob, long epoch, long start, long end,
            String peer) {
        return new RootEvent.Assigned(ROOT, rootEpoch, new Holding(subjob(subjob), epoch, range(start, end)),
                peer(peer));
    }

    private Bench resume() {
        return resume(2);
    }

    private Bench resume(long rootEpoch) {
        history.journaled(new RootEvent.Resumed(ROOT, rootEpoch, peer("heir")), BEGUN.plusSeconds(60));
        return Bench.resumed(history, rootEpoch);
    }

    private static Effect announced(String subjob, long start, long end, String peer) {
        return new Effect.Send(peer(peer), Request.from(ROOT, subjob)
                .of(JOB)
                .ranges(start, end)
                .epoch(EPOCH)
                .rootEpoch(2)
                .remaining(Duration.ofMinutes(59))
                .message());
    }

    private static List<RangeSet> given(List<Effect> effects) {
        return Bench.sent(Message.SubjobRequest.class, effects)
                .stream()
                .filter(request -> request.subjob().value().startsWith("anna.job-2-"))
                .map(Message.SubjobRequest::ranges)
                .toList();
    }

    private static Message accepted(String subjob, String child) {
        return new Message.SubjobAck(peer(child), ROOT, subjob(subjob), EPOCH, new Verdict.Accepted());
    }

    @Test
    void whoHasWhatIsNotCoveredIsToldAndWhatNobodyHasIsGivenAwayAtOnce() {
        history.received(Result.from("b", 1).edges(edge("job-1-1", 1)).covered(covered("b", 0, 1_000)).message());
        Bench root = resume();

        assertEquals(List.of(new Effect.Journal(assignment(2, "job-1-1", EPOCH, 1_000, 5_000, "b")),
                announced("job-1-1", 1_000, 5_000, "b"),
                new Effect.Journal(assignment(2, "job-1-2", EPOCH, 5_000, 9_000, "c")),
                announced("job-1-2", 5_000, 9_000, "c")), root.tell(new Input.TimePassed()));
        assertEquals(List.of(range(9_000, 10_000)), given(root.peers(worker("d"))));
        assertEquals(new Notice.JobResumed(ROOT, 1_000, 2), root.notices.getFirst());
    }

    @Test
    void whoAnswersGoesOn() {
        Bench root = resume();
        root.peers(worker("b"), worker("c"));
        root.receive(accepted("job-1-1", "b"));

        List<Effect> effects = root.pass(WINDOW.plusSeconds(2));

        assertEquals(List.of(), Bench.sentTo(peer("b"), effects)
                .stream()
                .filter(message -> message instanceof Message.SubjobRequest request
                        && !request.subjob().value().startsWith("anna.job-2-"))
                .toList());
        assertFalse(given(effects).stream().anyMatch(ranges -> ranges.intersects(range(0, 5_000))), effects::toString);
    }

    @Test
    void whoReportsGoesOn() {
        Bench root = resume();
        root.peers(worker("b"), worker("c"));
        root.receive(Result.from("b", 2).edges(edge("job-1-1", EPOCH)).covered(covered("b", 0, 100)).message());

        assertFalse(given(root.pass(WINDOW.plusSeconds(2))).stream()
                .anyMatch(ranges -> ranges.intersects(range(0, 5_000))));
    }

    @Test
    void whoReportsToTheFormerRootIsToldAgainAndItsFactsCount() {
        Bench root = resume();
        root.tell(new Input.TimePassed());

        List<Effect> effects = root
                .receive(Result.from("b", 2).edges(edge("job-1-1", 1)).covered(covered("b", 0, 100)).message());

        assertEquals(List.of(announced("job-1-1", 100, 5_000, "b"),
                new Effect.Send(peer("b"), new Message.ResultAck(ROOT, ROOT, 2))), effects);
    }

    @Test
    void whoHasLostTheFormerRootIsAdoptedWithWhatItHas() {
        Bench root = resume();
        root.tell(new Input.TimePassed());

        List<Effect> effects = root.receive(new Message.Adopt(peer("b"), ROOT, 3,
                List.of(new Holding(subjob("job-1-1"), 1, range(0, 4_000))), List.of(), List.of(), List.of(),
                List.of(), ROOT));

        assertEquals(List.of(new Effect.Send(peer("b"), Given.adoptAck(JOB, ROOT, 3,
                List.of(new Holding(subjob("job-1-1"), EPOCH, range(0, 4_000))), List.of(ROOT), 2))), effects);
        root.peers(worker("b"), worker("d"));
        assertTrue(given(root.pass(Duration.ofSeconds(2))).stream()
                .anyMatch(ranges -> ranges.intersects(range(4_000, 5_000))), "what b does not have is offered");
    }

    @Test
    void anOrphanWhoseParentDiedWithTheRootIsAdoptedOutOfWhatThatParentHad() {
        Bench root = resume();
        root.tell(new Input.TimePassed());

        List<Effect> effects = root.receive(new Message.Adopt(peer("x"), ROOT, 1,
                List.of(new Holding(subjob("b-1"), 1, range(3_000, 5_000))), List.of(), List.of(), List.of(),
                List.of(), peer("b")));

        assertEquals(List.of(new Effect.Journal(assignment(2, "b-1", EPOCH, 3_000, 5_000, "x")),
                new Effect.Send(peer("x"), Given.adoptAck(JOB, ROOT, 1,
                        List.of(new Holding(subjob("b-1"), EPOCH, range(3_000, 5_000))), List.of(ROOT), 2))),
                effects.subList(0, 2));
    }

    @Test
    void whatNobodyClaimsIsAnnouncedAgainAndThenGivenAway() {
        Bench root = resume();
        root.peers(worker("d"));
        root.receive(new Message.SubjobAck(peer("d"), ROOT, subjob("job-2-1"), 1, new Verdict.Accepted()));

        List<Effect> before = root.pass(WINDOW.minusSeconds(1));
        List<Effect> after = root.pass(Duration.ofSeconds(2));

        assertEquals(List.of(), given(before));
        assertEquals(2, Bench.sentTo(peer("b"), before).size());
        RangeSet all = RangeSet.EMPTY;
        for (RangeSet part : given(after)) {
            all = all.plus(part);
        }
        assertEquals(range(0, 9_000), all);
    }

    @Test
    void inAnOutageNobodyCanClaimAnythingAndTimeDoesNotCount() {
        Bench root = resume();
        root.peers(worker("d"));
        root.receive(new Message.SubjobAck(peer("d"), ROOT, subjob("job-2-1"), 1, new Verdict.Accepted()));
        root.pulse(false);

        assertEquals(List.of(), given(root.pass(Duration.ofMinutes(10))));
    }

    @Test
    void whatWasGivenAgainLaterIsOnlyWithTheLastWhoGotIt() {
        assigned(1, "job-1-3", 1, 2_000, 6_000, "d");
        Bench root = resume();

        assertEquals(List.of(range(0, 2_000), range(6_000, 9_000), range(2_000, 6_000)),
                Bench.sent(Message.SubjobRequest.class, root.tell(new Input.TimePassed()))
                        .stream()
                        .map(Message.SubjobRequest::ranges)
                        .toList());
    }

    @Test
    void whatALeaverHadKeptIsGivenAwayAtOnceAndWhatItHadPassedOnWaits() {
        history.received(Result.from("b", 1)
                .edges(edge("job-1-1", 1))
                .covered(covered("b", 0, 500))
                .delegations(delegated("job-1-1", "b-1", "x", 3_000, 5_000))
                .leaving()
                .message());
        Bench root = resume();

        List<Effect> effects = root.peers(worker("d"));

        assertEquals(List.of(RangeSet.of(500, 3_000).plus(range(9_000, 10_000))), given(effects));
    }

    @Test
    void aLiarStaysDistrustedAndWhatOnlyItHasDoneIsRedone() {
        history.received(Result.from("b", 1)
                .edges(edge("job-1-1", 1))
                .covered(covered("b", 0, 1_000))
                .solutions(solution(8, "b"))
                .message());
        history.received(Result.from("b", 2).solutions(solution(7, "c")).message());
        history.received(Result.from("c", 1).covered(covered("b", 1_000, 2_000)).message());
        Bench root = resume();

        List<Effect> effects = root.peers(worker("b"), worker("d"));

        assertEquals(List.of(RangeSet.of(0, 5_000).plus(range(9_000, 10_000))), given(effects));
        assertEquals(List.of(), Bench.sent(Message.SubjobRequest.class, effects)
                .stream()
                .filter(request -> !request.distrusted().equals(List.of(peer("b"))))
                .toList());
        assertEquals(1, root.root().progress().solutions(), "a solution that was verified stays one");
        assertEquals(0, root.root().progress().covered());
    }

    @Test
    void solutionsAreVerifiedAnew() {
        history.received(Result.from("b", 1).edges(edge("job-1-1", 1)).solutions(solution(7, "b")).message());
        history.received(Result.from("c", 1).edges(edge("job-1-2", 1)).solutions(solution(6_000, "c")).message());
        Bench root = resume();

        List<Effect> effects = root.tell(new Input.TimePassed());

        assertEquals(List.of(List.of(peer("b"))), Bench.sent(Message.SubjobRequest.class, effects)
                .stream()
                .map(Message.SubjobRequest::distrusted)
                .toList());
        assertEquals(new Progress(10_000, 1, 1, 0, Duration.ofMinutes(1)), root.root().progress());
    }

    @Test
    void aWishToCancelThatNobodyObeyedIsObeyed() {
        history.journaled(new RootEvent.CancelRequested(ROOT, 1), BEGUN);

        assertEquals(List.of(end("b", CancelReason.CANCELLED), end("c", CancelReason.CANCELLED),
                new Effect.Journal(new RootEvent.Ended(ROOT, 2, Outcome.CANCELLED))),
                resume().tell(new Input.TimePassed()).subList(0, 3));
    }

    @Test
    void whatWasDoneWhileNobodyWasRootIsAnAnswerAtOnce() {
        history.received(Result.from("b", 1).covered(covered("b", 0, 5_000)).message());
        history.received(Result.from("c", 1).covered(covered("c", 5_000, 10_000)).message());
        Bench root = resume();

        List<Effect> effects = root.tell(new Input.TimePassed());

        assertEquals(List.of(end("b", CancelReason.EXHAUSTED), end("c", CancelReason.EXHAUSTED),
                new Effect.Journal(new RootEvent.Ended(ROOT, 2, Outcome.EXHAUSTED)), new Effect.Leave()), effects);
        Answer answer = root.root().answer().orElseThrow();
        assertEquals(BigInteger.valueOf(10_000), answer.hashes());
        assertEquals(Duration.ofMinutes(1), answer.elapsed());
    }

    @Test
    void inModeFirstASolutionThatWaitedEndsTheJob() {
        History waiting = new History(ROOT, Bench.EVEN);
        waiting.journaled(new RootEvent.Started(Given.in(Mode.FIRST, JOB), 1, peer("submitter"), Duration.ofHours(1)),
                BEGUN);
        waiting.received(Result.from("b", 0).solutions(solution(8, "b")).message());
        Bench root = Bench.resumed(waiting, 2);

        assertTrue(root.tell(new Input.TimePassed())
                .contains(new Effect.Journal(new RootEvent.Ended(ROOT, 2, Outcome.FOUND))));
    }

    @Test
    void theDeadlineStaysWhereItWas() {
        Bench root = resume();
        root.tell(new Input.TimePassed());

        assertFalse(root.pass(Duration.ofMinutes(59).minusMillis(1)).stream().anyMatch(ResumingTest::isEnd));
        assertTrue(root.pass(Duration.ofMillis(1))
                .contains(new Effect.Journal(new RootEvent.Ended(ROOT, 2, Outcome.EXPIRED))));
    }

    @Test
    void ifItHasPassedTheJobExpires() {
        history.journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")), BEGUN.plus(Duration.ofHours(2)));

        assertTrue(Bench.resumed(history, 2)
                .tell(new Input.TimePassed())
                .contains(new Effect.Journal(new RootEvent.Ended(ROOT, 2, Outcome.EXPIRED))));
    }

    @Test
    void anEndOfWhichOthersMayNotHaveHeardIsToldAgain() {
        history.journaled(new RootEvent.CancelRequested(ROOT, 1), BEGUN);
        history.journaled(new RootEvent.Ended(ROOT, 1, Outcome.CANCELLED), BEGUN);

        assertEquals(List.of(end("b", CancelReason.CANCELLED), end("c", CancelReason.CANCELLED),
                new Effect.Journal(new RootEvent.Ended(ROOT, 2, Outcome.CANCELLED))),
                resume().tell(new Input.TimePassed()).subList(0, 3));
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void anEndThatNothingProvesIsReportedAndTheSearchGoesOn(Outcome stray) {
        history.received(Result.from("b", 1).edges(edge("job-1-1", 1)).covered(covered("b", 0, 1_000)).message());
        history.journaled(new RootEvent.Ended(ROOT, 1, stray), BEGUN);
        Bench root = resume();

        assertEquals(2, Bench.sent(Message.SubjobRequest.class, root.tell(new Input.TimePassed())).size());
        assertTrue(root.notices.contains(new Notice.EndDoubted(ROOT, stray, 1_000, 10_000)));
        assertEquals(List.of(range(9_000, 10_000)), given(root.peers(worker("d"))));
        assertEquals(Optional.empty(), history.outcome());
    }

    @Test
    void anEndIsWhatCoverageAndSolutionsProveAndNotWhatIsRecorded() {
        history.received(Result.from("b", 1)
                .covered(covered("b", 0, 10_000))
                .solutions(solution(8, "b"))
                .message());
        history.journaled(new RootEvent.Ended(ROOT, 1, Outcome.EXHAUSTED), BEGUN);

        assertEquals(Optional.of(Outcome.FOUND), history.outcome());
        assertTrue(resume().tell(new Input.TimePassed())
                .contains(new Effect.Journal(new RootEvent.Ended(ROOT, 2, Outcome.FOUND))));
    }

    @Test
    void whatARecordSaysIsDoubtedLikeTheJournal() {
        history.recorded(Outcome.FOUND);
        Bench root = resume();
        root.tell(new Input.TimePassed());

        assertTrue(root.notices.contains(new Notice.EndDoubted(ROOT, Outcome.FOUND, 0, 10_000)));
    }

    @Test
    void theAnswerOfAJobThatHasEndedCanBeReadAgain() {
        history.received(
                Result.from("b", 1)
                        .covered(covered("b", 0, 5_000))
                        .solutions(solution(8, "b"))
                        .message());
        history.journaled(new RootEvent.CancelRequested(ROOT, 1), BEGUN.plusSeconds(9));
        history.journaled(new RootEvent.Ended(ROOT, 1, Outcome.CANCELLED), BEGUN.plusSeconds(9));
        history.received(Result.from("c", 0).covered(covered("c", 5_000, 5_100)).leaving().message());

        Answer answer = history.answer(history.outcome().orElseThrow(), peer -> peer.equals(peer("b")));

        assertEquals(Outcome.CANCELLED, answer.outcome());
        assertEquals(List.of(solution(8, "b")), answer.solutions());
        assertEquals(BigInteger.valueOf(5_100), answer.hashes());
        assertEquals(Duration.ofSeconds(9), answer.elapsed());
        assertEquals(List.of(true, false), answer.shares().stream().map(Answer.Share::alive).toList());
    }

    @Test
    void whatAFormerRootWroteAfterItWasSucceededDoesNotCount() {
        history.journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")), BEGUN);
        assigned(1, "job-1-3", 1, 0, 9_000, "x");
        history.journaled(new RootEvent.Ended(ROOT, 1, Outcome.EXPIRED), BEGUN);
        Bench root = resume(3);

        assertEquals(List.of(subjob("job-1-1"), subjob("job-1-2")),
                Bench.sent(Message.SubjobRequest.class, root.tell(new Input.TimePassed()))
                        .stream()
                        .map(Message.SubjobRequest::subjob)
                        .toList());
    }

    /** Messages stand in a topic of their own: nobody knows what of the journal was written before them. */
    @Test
    void whatAPeerSaidOfItsPartIsHeldToWhatItWasGivenLast() {
        assigned(1, "job-1-3", 1, 0, 1_000, "d");
        assigned(1, "job-1-1", 2, 1_000, 5_000, "b");

        history.received(Result.from("b", 1)
                .edges(edge("job-1-1", 1))
                .delegations(delegated("job-1-1", "b-1", "x", 500, 2_000))
                .message());

        assertEquals(List.of(List.of(delegated("job-1-1", "b-1", "x", 1_000, 2_000))), history.assignments()
                .stream()
                .filter(assignment -> assignment.peer().equals(peer("b")))
                .map(Assignment::below)
                .toList());
    }

    @Test
    void theNextResumerGoesOnWithTheEpochsOfThisOne() {
        history.journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")), BEGUN);
        assigned(2, "job-1-1", 2, 0, 5_000, "b");

        List<Message.SubjobRequest> announced = Bench.sent(Message.SubjobRequest.class,
                resume(3).tell(new Input.TimePassed()));

        assertEquals(List.of(edge("job-1-2", (2L << 32) + 1), edge("job-1-1", (2L << 32) + 1)),
                announced.stream().map(request -> new Edge(request.subjob(), request.epoch())).toList());
        assertEquals(List.of(3L, 3L), announced.stream().map(Message.SubjobRequest::rootEpoch).toList());
    }

    @Test
    void whatAFormerRootGivesAwayWithoutKnowingThatItIsOneIsTakenBack() {
        Bench root = resume();
        root.tell(new Input.TimePassed());

        assertEquals(
                List.of(new Effect.Send(peer("x"),
                        new Message.Cancel(ROOT, ROOT, new CancelScope.WholeSubjob(edge("job-1-3", 1)),
                                CancelReason.SUPERSEDED))),
                root.tell(new Input.Journaled(assignment(1, "job-1-3", 1, 9_000, 10_000, "x"))));
    }

    private static boolean isEnd(Effect effect) {
        return effect instanceof Effect.Journal journal && journal.event() instanceof RootEvent.Ended;
    }

    private static Effect end(String worker, CancelReason reason) {
        return new Effect.Send(peer(worker),
                new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(2), reason));
    }
}
