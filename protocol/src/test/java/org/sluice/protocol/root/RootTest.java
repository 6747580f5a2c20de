package org.sluice.protocol.root;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.Request;
import org.sluice.protocol.Result;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.solution;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** What the submitter's half does from the first assignment to the answer; the bench's verifier believes even integers. */
class RootTest {
    private static final JobSpec JOB = Given.job(0, 10_000);

    /** A root with two workers: b has [0, 5000), c has [5000, 10000). */
    private static Bench distributed(JobSpec spec) {
        Bench root = Bench.root(spec, worker("b"), worker("c"));
        root.receive(new Message.SubjobAck(peer("b"), ROOT, subjob("job-1-1"), 1, new Verdict.Accepted()));
        root.receive(new Message.SubjobAck(peer("c"), ROOT, subjob("job-1-2"), 1, new Verdict.Accepted()));
        return root;
    }

    private static Effect end(String worker, CancelReason reason) {
        return new Effect.Send(peer(worker),
                new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), reason));
    }

    private static Answer close(Bench root) {
        root.pass(Duration.ofSeconds(10));
        return root.root().answer().orElseThrow();
    }

    @Test
    void theJobAndEachAssignmentAreInTheJournalBeforeTheyAreSent() {
        List<Effect> effects = Bench.root(JOB).peers(worker("b"), worker("c"));

        assertEquals(List.of(
                new Effect.Journal(new RootEvent.Started(JOB, 1, peer("submitter"), Duration.ofHours(1))),
                new Effect.Journal(new RootEvent.Assigned(ROOT, 1,
                        new Holding(subjob("job-1-1"), 1, range(0, 5_000)), peer("b"))),
                new Effect.Send(peer("b"), Request.from(ROOT, "job-1-1").of(JOB).ranges(0, 5_000).message()),
                new Effect.Journal(new RootEvent.Assigned(ROOT, 1,
                        new Holding(subjob("job-1-2"), 1, range(5_000, 10_000)), peer("c"))),
                new Effect.Send(peer("c"), Request.from(ROOT, "job-1-2").of(JOB).ranges(5_000, 10_000).message())),
                effects);
    }

    @Test
    void withoutWorkersItSaysSoOnceAndBeginsAsSoonAsOneComes() {
        Bench root = Bench.root(JOB);
        root.peers(new PeerInfo(peer("submitter"), PeerInfo.Role.SUBMITTER, 0, Set.of()));
        root.pass(Duration.ofMinutes(1));
        assertEquals(List.of(new Notice.NoWorkers(ROOT)), root.notices);

        List<Effect> effects = root.peers(worker("b"));

        assertEquals(List.of(range(0, 10_000)), Bench.sent(Message.SubjobRequest.class, effects)
                .stream()
                .map(Message.SubjobRequest::ranges)
                .toList());
    }

    @Test
    void whatNobodyHoldsIsOfferedAgainAfterASecond() {
        Bench root = distributed(JOB);
        root.tell(new Input.DestinationGone(peer("b")));

        List<Effect> effects = root.pass(Duration.ofSeconds(1));

        assertEquals(List.of(range(0, 5_000)), Bench.sent(Message.SubjobRequest.class, effects)
                .stream()
                .map(Message.SubjobRequest::ranges)
                .toList());
    }

    @Test
    void eachResultIsAcknowledgedAndCountsOnce() {
        Bench root = distributed(JOB);
        Message.SubjobResult result = Result.from("b", 1)
                .edges(edge("job-1-1", 1))
                .covered(covered("b", 0, 1_000))
                .solutions(solution(8, "b"))
                .message();

        List<Effect> first = root.receive(result);
        assertEquals(List.of(new Effect.Send(peer("b"), new Message.ResultAck(ROOT, ROOT, 1))), first);
        assertEquals(first, root.receive(result));
        assertEquals(new Progress(10_000, 1_000, 1, 2, Duration.ZERO), root.root().progress());
    }

    @Test
    void aWholeRangeWithoutASolutionIsExhaustedAndAllAreTold() {
        Bench root = distributed(JOB);
        root.receive(Result.from("b", 1).covered(covered("b", 0, 5_000)).message());

        List<Effect> effects = root.receive(Result.from("c", 1).covered(covered("c", 5_000, 10_000)).message());

        assertEquals(List.of(end("b", CancelReason.EXHAUSTED), end("c", CancelReason.EXHAUSTED),
                new Effect.Journal(new RootEvent.Ended(ROOT, 1, Outcome.EXHAUSTED))), effects.subList(0, 3));
    }

    @Test
    void theRootLeavesAsSoonAsAllHaveToldTheirLast() {
        Bench root = distributed(JOB);
        root.tell(new Input.StopRequested());

        root.receive(Result.from("b", 0).covered(covered("b", 0, 700)).leaving().message());
        List<Effect> effects = root
                .receive(Result.from("c", 0).covered(covered("c", 5_000, 5_001)).leaving().message());

        assertEquals(List.of(new Effect.Leave()), effects);
        Answer answer = root.root().answer().orElseThrow();
        assertEquals(Outcome.CANCELLED, answer.outcome());
        assertEquals(BigInteger.valueOf(701), answer.hashes());
        assertEquals(range(700, 5_000).plus(range(5_001, 10_000)), answer.gaps());
    }

    @Test
    void itWaitsForThemOnlyTheClosingTimeUntilThereIsAnAnswerAndTellsThemAgain() {
        Bench root = distributed(JOB);
        root.tell(new Input.StopRequested());

        List<Effect> effects = root.pass(Duration.ofSeconds(1));

        assertEquals(List.of(end("b", CancelReason.CANCELLED), end("c", CancelReason.CANCELLED)), effects);
        assertTrue(root.root().answer().isPresent());
        assertEquals(new Effect.Leave(), root.pass(Duration.ofSeconds(10)).getLast());
    }

    @Test
    void inModeFirstTheFirstVerifiedSolutionEndsTheJob() {
        Bench root = distributed(Given.in(Mode.FIRST, JOB));

        List<Effect> effects = root.receive(Result.from("x", 0).solutions(solution(8, "x")).message());

        assertEquals(List.of(end("b", CancelReason.FOUND), end("c", CancelReason.FOUND),
                new Effect.Journal(new RootEvent.Ended(ROOT, 1, Outcome.FOUND))), effects.subList(0, 3));
        Answer answer = close(root);
        assertEquals(List.of(solution(8, "x")), answer.solutions());
        assertEquals(RangeSet.of(0, 8).plus(range(9, 10_000)), answer.gaps());
    }

    @Test
    void inModeAllSolutionsAreCollectedUntilTheRangeIsCovered() {
        Bench root = distributed(JOB);
        root.receive(
                Result.from("c", 1).covered(covered("c", 5_000, 10_000)).solutions(solution(9_000, "c")).message());
        assertEquals(true, root.root().answer().isEmpty());
        root.receive(Result.from("b", 1).covered(covered("b", 0, 5_000)).solutions(solution(8, "b")).message());

        Answer answer = close(root);
        assertEquals(Outcome.FOUND, answer.outcome());
        assertEquals(List.of(solution(8, "b"), solution(9_000, "c")), answer.solutions());
    }

    @Test
    void theAnswerTellsHashesOverlapSharesAndWhoIsAlive() {
        Bench root = distributed(JOB);
        root.receive(Result.from("b", 1).covered(covered("b", 0, 6_000)).message());
        root.peers(worker("c"));
        root.receive(Result.from("c", 1).covered(covered("c", 5_000, 10_000)).message());

        Answer answer = close(root);

        assertEquals(BigInteger.valueOf(11_000), answer.hashes());
        assertEquals(BigInteger.valueOf(1_000), answer.overlapHashes());
        assertEquals(RangeSet.EMPTY, answer.gaps());
        assertEquals(List.of(new Answer.Share(peer("b"), 6_000, 6.0 / 11, false),
                new Answer.Share(peer("c"), 5_000, 5.0 / 11, true)), answer.shares());
    }

    @Test
    void whenTheTimeIsOverTheJobExpiresWithWhatWasFound() {
        Bench root = distributed(JOB);
        root.receive(Result.from("b", 1)
                .edges(edge("job-1-1", 1))
                .covered(covered("b", 0, 100))
                .solutions(solution(8, "b"))
                .message());

        List<Effect> effects = root.pass(Duration.ofHours(1));

        assertTrue(effects.contains(new Effect.Journal(new RootEvent.Ended(ROOT, 1, Outcome.EXPIRED))));
        Answer answer = close(root);
        assertEquals(Outcome.EXPIRED, answer.outcome());
        assertEquals(List.of(solution(8, "b")), answer.solutions());
        assertEquals(Duration.ofHours(1), answer.elapsed());
    }

    @Test
    void whoReportsAfterTheEndIsToldOfItAndItsFactsStillCount() {
        Bench root = distributed(JOB);
        root.tell(new Input.StopRequested());

        for (int number = 1; number <= 500; number++) {
            assertEquals(List.of(), root.receive(Result.from("x", number).covered(covered("b", 0, 900)).message()));
        }
        assertEquals(1, Bench.sentTo(peer("x"), root.pass(Duration.ofSeconds(1))).size());
        assertEquals(BigInteger.valueOf(900), close(root).hashes());
    }

    @Test
    void aFalseClaimIsDroppedItsRangeRedoneElsewhereAndThePeerNotUsedAgain() {
        Bench root = distributed(JOB);
        root.receive(Result.from("b", 1).edges(edge("job-1-1", 1)).covered(covered("b", 0, 1_000)).message());

        List<Effect> effects = new ArrayList<>(root.receive(Result.from("b", 2)
                .edges(edge("job-1-1", 1))
                .covered(covered("b", 0, 2_000))
                .solutions(solution(1_007, "b"))
                .message()));
        effects.addAll(root.pass(Duration.ofSeconds(1)));

        assertTrue(effects.contains(new Effect.Journal(
                new RootEvent.Distrusted(ROOT, 1, peer("b"), range(0, 1_000)))));
        assertTrue(Bench.sentTo(peer("b"), effects)
                .contains(new Message.Cancel(ROOT, ROOT,
                        new CancelScope.WholeSubjob(edge("job-1-1", 1)), CancelReason.SUPERSEDED)));
        Message.SubjobRequest again = Bench.sent(Message.SubjobRequest.class, effects).getFirst();
        assertEquals(range(0, 5_000), again.ranges());
        assertEquals(List.of(peer("b")), again.distrusted());
        assertEquals(List.of(new Notice.PeerDistrusted(ROOT, peer("b"))),
                root.notices.stream().filter(Notice.PeerDistrusted.class::isInstance).toList());
        assertEquals(List.of(), Bench.sent(Message.SubjobRequest.class,
                root.receive(new Message.WorkWanted(peer("b"), peer("b"), 1, 1_000, 0))));
    }

    @Test
    void nothingALiarSaysCountsAnyMoreNeitherBeforeNorAfter() {
        Bench root = distributed(JOB);
        root.receive(Result.from("b", 1).covered(covered("b", 0, 1_000)).solutions(solution(7, "b")).message());
        root.receive(Result.from("b", 2).covered(covered("b", 1_000, 2_000)).message());

        assertEquals(0, root.root().progress().covered());
    }

    @Test
    void aVerifiedSolutionStaysTrueThoughItsFinderLiedLater() {
        Bench root = distributed(JOB);
        root.receive(Result.from("b", 1).covered(covered("b", 0, 1_000)).solutions(solution(8, "b")).message());
        root.receive(Result.from("b", 2).covered(covered("b", 1_000, 2_000)).solutions(solution(1_001, "b")).message());
        root.receive(Result.from("c", 1).covered(covered("c", 0, 10_000)).message());

        assertEquals(List.of(solution(8, "b")), close(root).solutions());
    }

    @Test
    void whatALiarHashesBelowAnotherIsTakenBackFromThatOneAtOnce() {
        Bench root = distributed(JOB);
        root.receive(Result.from("liar", 0)
                .covered(covered("liar", 6_000, 6_100))
                .solutions(solution(6_001, "liar"))
                .message());

        List<Effect> effects = new ArrayList<>(root.receive(Result.from("c", 2)
                .edges(edge("job-1-2", 1))
                .covered(covered("liar", 6_100, 6_200))
                .message()));

        assertTrue(Bench.sentTo(peer("c"), effects)
                .contains(new Message.Cancel(ROOT, ROOT,
                        new CancelScope.Ranges(edge("job-1-2", 1), range(6_100, 6_200)), CancelReason.SUPERSEDED)));
    }

    @Test
    void aLiarIsNotAdopted() {
        Bench root = distributed(JOB);
        root.receive(Result.from("b", 1).covered(covered("b", 0, 1_000)).solutions(solution(7, "b")).message());

        Message.Adopt adopt = new Message.Adopt(peer("b"), ROOT, 1,
                List.of(new Holding(subjob("c-1"), 1, range(1_000, 2_000))), List.of(), List.of(), List.of(), List.of(),
                peer("c"));
        assertEquals(List.of(), Bench.sent(Message.AdoptAck.class, root.receive(adopt)).getFirst().holdings());
    }

    @Test
    void aJobUpToTheLargestIntegerIsDividedAndCountedExactly() {
        JobSpec huge = Given.job(0, Long.MAX_VALUE);
        Bench root = Bench.root(huge);
        List<Effect> effects = root.peers(worker("b", 1), worker("c", 3));

        List<Message.SubjobRequest> requests = Bench.sent(Message.SubjobRequest.class, effects);
        RangeSet all = requests.get(0).ranges().plus(requests.get(1).ranges());
        assertEquals(range(0, Long.MAX_VALUE), all);
        root.receive(Result.from("b", 1).covered(covered("b", 0, Long.MAX_VALUE)).message());
        root.receive(Result.from("c", 0).covered(covered("c", 0, Long.MAX_VALUE)).message());
        Answer answer = close(root);
        assertEquals(BigInteger.TWO.pow(64).subtract(BigInteger.TWO), answer.hashes());
        assertEquals(BigInteger.TWO.pow(63).subtract(BigInteger.ONE), answer.overlapHashes());
    }

    @Test
    void roundTripsAreMeasuredSoThatFarPeersAreNotTakenForDead() {
        Bench root = Bench.root(JOB);
        root.tell(new Input.PeersChanged(List.of(worker("b"))));
        List<Effect> effects = root.pass(Duration.ofSeconds(1));
        for (int i = 0; i < 5; i++) {
            Message.Ping ping = Bench.sent(Message.Ping.class, effects).getFirst();
            root.pass(Duration.ofMillis(400));
            effects = root.receive(new Message.Pong(peer("b"), ping.nonce(), ping.job(), List.of()));
        }

        assertEquals(new Notice.RoundTripMeasured(Duration.ofMillis(400)), root.notices.getLast());
    }

    private static Message refused(long epoch, String subjob, Verdict.Reason reason) {
        return new Message.SubjobAck(peer("b"), ROOT, subjob(subjob), epoch,
                new Verdict.Refused(reason, Duration.ZERO));
    }

    @ParameterizedTest
    @EnumSource(value = Verdict.Reason.class, names = {"CANCELLED", "EXPIRED"})
    void whoBelievesThatTheJobIsOverIsAskedAgainWithAHigherEpoch(Verdict.Reason reason) {
        Bench root = Bench.root(JOB, worker("b"));

        List<Effect> effects = new ArrayList<>(root.receive(refused(1, "job-1-1", reason)));
        effects.addAll(root.pass(Duration.ofSeconds(2)));

        assertEquals(Set.of(2L), Bench.sent(Message.SubjobRequest.class, effects)
                .stream()
                .map(Message.SubjobRequest::rootEpoch)
                .collect(Collectors.toSet()));
        // What it reads in its own journal of that epoch is its own, and of the one before too.
        Holding given = new Holding(subjob("job-1-1"), 1, range(0, 10_000));
        assertEquals(List.of(), root.tell(new Input.Journaled(new RootEvent.Assigned(ROOT, 1, given, peer("b")))));
    }

    @Test
    void manyWhoSayTheSameRaiseTheEpochOnce() {
        Bench root = Bench.root(JOB, worker("b"), worker("c"));
        root.receive(refused(1, "job-1-1", Verdict.Reason.CANCELLED));
        List<Effect> effects = new ArrayList<>(root.receive(new Message.SubjobAck(peer("c"), ROOT, subjob("job-1-2"), 1,
                new Verdict.Refused(Verdict.Reason.CANCELLED, Duration.ZERO))));
        effects.addAll(root.pass(Duration.ofSeconds(3)));

        assertEquals(Set.of(2L), Bench.sent(Message.SubjobRequest.class, effects)
                .stream()
                .map(Message.SubjobRequest::rootEpoch)
                .collect(Collectors.toSet()));
    }

    @Test
    void whoEverObeyedAnEndThatIsNoneIsGivenItsPartAgainAtOnce() {
        Bench root = distributed(JOB);

        List<Effect> effects = new ArrayList<>(
                root.receive(Result.from("b", 0).covered(covered("b", 0, 700)).leaving().message()));
        effects.addAll(root.pass(Duration.ofSeconds(1)));

        assertEquals(700, root.root().progress().covered());
        assertEquals(range(700, 5_000), Bench.sent(Message.SubjobRequest.class, effects)
                .stream()
                .map(Message.SubjobRequest::ranges)
                .reduce(RangeSet.EMPTY, RangeSet::plus));
    }

    @ParameterizedTest
    @EnumSource(Verdict.Reason.class)
    void whyNobodyTakesWorkIsSaidForEveryRefusal(Verdict.Reason reason) {
        Bench root = Bench.root(JOB, worker("b"));
        root.receive(refused(1, "job-1-1", reason));
        root.pass(Duration.ofMillis(999));
        root.peers(worker("b"));
        root.tell(new Input.DestinationGone(peer("x")));
        root.pass(Duration.ofMillis(1));

        List<Notice> said = root.notices.stream().filter(Notice.NobodyTakes.class::isInstance).toList();
        boolean isAskedAgain = reason == Verdict.Reason.CANCELLED || reason == Verdict.Reason.EXPIRED;
        assertEquals(isAskedAgain
                ? List.of()
                : List.of(new Notice.NobodyTakes(ROOT, Map.of(Notice.Obstacle.of(reason), 1))), said);
        assertEquals(List.of(), root.notices.stream().filter(Notice.NoWorkers.class::isInstance).toList());
    }
}
