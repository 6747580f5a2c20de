package org.sluice.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

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
import static org.sluice.protocol.Given.worker;

/** When a worker reports to its parent p, and what. */
class ReportingTest {
    private final Bench worker = Bench.worker("a", worker("p"), worker("q"));

    private List<Effect> take(long start, long end) {
        return worker.receive(Request.from(peer("p"), "s1").ranges(start, end).message());
    }

    private static List<Message.SubjobResult> results(List<Effect> effects) {
        return Bench.sent(Message.SubjobResult.class, effects);
    }

    private List<Effect> acknowledge(long number) {
        return worker.receive(new Message.ResultAck(peer("p"), ROOT, number));
    }

    @Test
    void theFirstResultComesAfterASecond() {
        take(0, 100_000);
        worker.hashed(0);

        assertEquals(List.of(), results(worker.pass(Duration.ofMillis(999))));
        assertEquals(List.of(Result.ofWorker(1).edges(edge("s1", 1)).covered(covered("a", 0, 500)).message()),
                results(worker.pass(Duration.ofMillis(1))));
    }

    @Test
    void theTimeBetweenResultsDoublesUpToTheReportInterval() {
        take(0, 1_000_000);
        List<Long> seconds = new ArrayList<>();
        for (long second = 1; second <= 80; second++) {
            List<Message.SubjobResult> results = results(worker.pass(Duration.ofSeconds(1)));
            for (Message.SubjobResult result : results) {
                seconds.add(second);
                acknowledge(result.number());
            }
        }

        assertEquals(List.of(1L, 3L, 7L, 15L, 31L, 51L, 71L), seconds);
    }

    @Test
    void theNextResultIsCountedFromTheLastAndNotFromItsAcknowledgement() {
        take(0, 100_000);
        worker.pass(Duration.ofSeconds(1));
        worker.pass(Duration.ofMillis(900));
        acknowledge(1);

        assertEquals(List.of(), results(worker.pass(Duration.ofMillis(1_099))));
        assertEquals(1, results(worker.pass(Duration.ofMillis(1))).size());
    }

    @Test
    void whileSolutionsKeepComingTheyWaitForEachOther() {
        take(0, 1_000_000);
        List<Integer> halfSeconds = new ArrayList<>();
        for (int half = 1; half <= 240; half++) {
            for (Message.SubjobResult result : results(worker.pass(Duration.ofMillis(500)))) {
                if (result.number() > 0) {
                    halfSeconds.add(half);
                    acknowledge(result.number());
                }
            }
            worker.hashed(0, solution(worker.busy(0).first().start(), "a"));
        }

        // As often as without any solution: after 1, 3, 7, 15, 31 s, then every 20 s.
        assertEquals(List.of(2, 6, 14, 30, 62, 102, 142, 182, 222), halfSeconds);
    }

    @Test
    void aSolutionThatComesAloneIsToldAfterASecond() {
        take(0, 1_000_000);
        for (int second = 1; second <= 80; second++) {
            results(worker.pass(Duration.ofSeconds(1))).forEach(result -> acknowledge(result.number()));
        }
        worker.hashed(0, solution(worker.busy(0).first().start(), "a"));

        assertEquals(List.of(), results(worker.pass(Duration.ofMillis(999))));
        assertEquals(1, results(worker.pass(Duration.ofMillis(1))).getLast().solutions().size());
    }

    @Test
    void onlyWhatIsNewIsToldOnceTheLastWasAcknowledged() {
        take(0, 100_000);
        worker.hashed(0);
        worker.pass(Duration.ofSeconds(1));
        acknowledge(1);
        worker.hashed(0);

        assertEquals(List.of(Result.ofWorker(2).edges(edge("s1", 1)).covered(covered("a", 500, 1_000)).message()),
                results(worker.pass(Duration.ofSeconds(2))));
    }

    @Test
    void withoutAnAcknowledgementItIsSaidAgainWithWhatIsNew() {
        take(0, 100_000);
        worker.hashed(0);
        worker.pass(Duration.ofSeconds(1));
        worker.hashed(0);

        assertEquals(List.of(Result.ofWorker(2).edges(edge("s1", 1)).covered(covered("a", 0, 1_000)).message()),
                results(worker.pass(Duration.ofSeconds(1))));
    }

    @Test
    void anAcknowledgementTakesAwayOnlyWhatTheAcknowledgedResultHeld() {
        take(0, 100_000);
        worker.hashed(0);
        worker.pass(Duration.ofSeconds(1));
        worker.hashed(0);
        worker.pass(Duration.ofSeconds(1));
        worker.hashed(0);
        acknowledge(1);

        // The second step took a second instead of half a one, so the third is shorter.
        assertEquals(List.of(covered("a", 500, 1_250)),
                results(worker.pass(Duration.ofSeconds(2))).getFirst().coverage());
    }

    @Test
    void aParentThatAnswersThreeResultsWithSilenceIsAskedWhetherItIsAlive() {
        take(0, 100_000);

        List<Effect> effects = worker.pass(Duration.ofSeconds(8));

        assertEquals(4, results(effects).size());
        assertEquals(List.of(edge("s1", 1)), Bench.sent(Message.Ping.class, effects).getFirst().edges());
    }

    @Test
    void aCompletedSubjobIsReportedAtOnceAndThenNotMentionedAgain() {
        take(0, 500);

        List<Effect> effects = worker.hashed(0);

        assertEquals(List.of(Result.ofWorker(1).covered(covered("a", 0, 500)).message()), results(effects));
        acknowledge(1);
        assertEquals(List.of(), results(worker.pass(Duration.ofMinutes(10))));
    }

    @Test
    void oneResultSpeaksOfAllSubjobsOfTheSameParent() {
        take(0, 100_000);
        worker.receive(Request.from(peer("p"), "s2").ranges(200_000, 300_000).message());

        List<Message.SubjobResult> results = results(worker.pass(Duration.ofSeconds(1)));

        assertEquals(List.of(List.of(edge("s1", 1), edge("s2", 1))),
                results.stream().map(Message.SubjobResult::edges).toList());
    }

    @Test
    void eachParentIsToldOnlyOfWhatItGave() {
        take(0, 500);
        worker.receive(Request.from(peer("q"), "s2").ranges(500, 100_000).message());
        worker.hashedAll(2);

        List<Effect> effects = worker.pass(Duration.ofSeconds(1));

        assertEquals(List.of(covered("a", 500, 1_000)),
                results(effects).stream().filter(result -> !result.edges().isEmpty()).toList().getFirst().coverage());
    }

    @Test
    void inModeFirstASolutionGoesUpAndStraightToTheRootAtOnce() {
        JobSpec first = Given.in(Mode.FIRST, Request.JOB);
        worker.receive(Request.from(peer("p"), "s1").of(first).ranges(0, 100_000).message());

        List<Effect> effects = worker.hashed(0, range(0, 123), solution(122, "a"));

        assertEquals(List.of(
                new Effect.Send(ROOT, Result.ofWorker(0).of(first).solutions(solution(122, "a")).message()),
                new Effect.Send(peer("p"), Result.ofWorker(1)
                        .of(first)
                        .edges(edge("s1", 1))
                        .covered(covered("a", 0, 123))
                        .solutions(solution(122, "a"))
                        .message())),
                effects.stream().filter(Effect.Send.class::isInstance).toList());
    }

    @Test
    void inModeFirstASolutionDoesNotWaitForTheAnswerToTheResultBefore() {
        worker.receive(Request.from(peer("p"), "s1")
                .of(Given.in(Mode.FIRST, Given.job(0, 1_000_000)))
                .ranges(0, 100_000)
                .message());
        worker.hashed(0);
        worker.pass(Duration.ofSeconds(1));

        assertEquals(List.of(solution(600, "a")),
                results(worker.hashed(0, range(500, 601), solution(600, "a"))).getLast().solutions());
    }

    @Test
    void inModeFirstOneSolutionIsEnoughToStopHashingAndToTell() {
        Bench two = Bench.worker(Parameters.defaults(), 2, "a", worker("p"), worker("q"));
        two.receive(Request.from(peer("p"), "s1")
                .of(Given.in(Mode.FIRST, Given.job(0, 1_000_000)))
                .ranges(0, 100_000)
                .message());

        List<Effect> effects = two.hashed(0, range(0, 123), solution(122, "a"));

        assertTrue(effects.contains(new Effect.StopHashing(1)));
        assertEquals(range(0, 0), two.busy(0));
        assertEquals(List.of(), Bench.sent(Message.SubjobResult.class,
                two.hashed(1, range(500, 601), solution(600, "a"))));
        assertEquals(List.of(), two.receive(new Message.ResultAck(peer("p"), ROOT, 1)));
        assertEquals(1, results(two.pass(Duration.ofSeconds(2))).size(), "the rest is told when it is time to");
        assertEquals(List.of(), Bench.sent(Message.SubjobRequest.class,
                two.receive(new Message.WorkWanted(peer("q"), peer("q"), 1, 1_000, 0))));
    }

    @Test
    void inModeAllSolutionsOfOneSecondGoTogether() {
        take(0, 100_000);
        worker.pass(Duration.ofSeconds(1));
        acknowledge(1);

        assertEquals(List.of(), results(worker.hashed(0, solution(7, "a"))));
        worker.pass(Duration.ofMillis(500));
        worker.hashed(0, solution(700, "a"));
        List<Effect> effects = worker.pass(Duration.ofMillis(500));

        assertEquals(List.of(Result.ofWorker(0).solutions(solution(7, "a"), solution(700, "a")).message()),
                Bench.sentTo(ROOT, effects));
        assertEquals(List.of(solution(7, "a"), solution(700, "a")), results(effects).getLast().solutions());
    }

    @Test
    void inModeAllASolutionIsNotForgottenWhenTheResultBeforeItIsAcknowledgedLater() {
        take(0, 100_000);
        worker.pass(Duration.ofSeconds(1));
        worker.hashed(0, solution(7, "a"));
        acknowledge(1);

        assertEquals(List.of(solution(7, "a")),
                results(worker.pass(Duration.ofSeconds(1))).getLast().solutions());
    }

    @Test
    void aSolutionInASubjobOfOneParentReachesTheRootThoughTheRootIsTheOtherParent() {
        worker.receive(Request.from(ROOT, "s0").ranges(500_000, 600_000).message());
        take(0, 100_000);
        worker.hashed(0);
        worker.hashed(0, solution(7, "a"));

        List<Solution> toRoot = new ArrayList<>();
        Bench.sentTo(ROOT, worker.pass(Duration.ofSeconds(2)))
                .forEach(message -> toRoot.addAll(((Message.SubjobResult) message).solutions()));
        assertTrue(toRoot.contains(solution(7, "a")));
    }

    @Test
    void moreThanAThousandSolutionsFillSeveralResultsEachPieceWithItsSolutions() {
        Parameters parameters = Parameters.defaults();
        Bench fast = Bench.worker(parameters, 1, "a", worker("p"));
        fast.tell(new Input.RateMeasured(1, 1_000_000));
        fast.receive(Request.from(peer("p"), "s1").ranges(0, 1_000_000).message());
        List<Solution> found = new ArrayList<>();
        for (long integer = 0; integer < 250_000; integer += 100) {
            found.add(solution(integer, "a"));
        }

        fast.hashed(0, range(0, 500_000), found.toArray(new Solution[0]));
        Message.SubjobResult first = toParent(fast.pass(Duration.ofSeconds(1)));
        Message.SubjobResult second = toParent(fast.receive(new Message.ResultAck(peer("p"), ROOT, 1)));
        Message.SubjobResult third = toParent(fast.receive(new Message.ResultAck(peer("p"), ROOT, 2)));

        assertEquals(List.of(covered("a", 0, 100_000)), first.coverage());
        assertEquals(found.subList(0, 1_000), first.solutions());
        assertEquals(List.of(covered("a", 100_000, 200_000)), second.coverage());
        assertEquals(found.subList(1_000, 2_000), second.solutions());
        assertEquals(List.of(covered("a", 200_000, 500_000)), third.coverage());
        assertEquals(found.subList(2_000, 2_500), third.solutions());
    }

    private static Message.SubjobResult toParent(List<Effect> effects) {
        return (Message.SubjobResult) Bench.sentTo(peer("p"), effects).getFirst();
    }

    @Test
    void rangesThatDoNotFitInOneResultFillSeveral() {
        Bench parent = Bench.worker(Parameters.defaults().withMessageBytes(30_000), 1, "a", worker("b"), worker("p"));
        parent.receive(Request.from(peer("p"), "s1").ranges(0, 1_000_000).message());
        List<Range> crumbs = new ArrayList<>();
        for (long integer = 1_000; integer < 21_000; integer += 2) {
            crumbs.add(new Range(integer, integer + 1));
        }
        parent.receive(Result.from("b", 1).covered(new Coverage(peer("b"), RangeSet.of(crumbs))).message());

        Message.SubjobResult first = toParent(parent.pass(Duration.ofSeconds(1)));
        Message.SubjobResult second = toParent(parent.receive(new Message.ResultAck(peer("p"), ROOT, 1)));

        int fitted = first.coverage().getFirst().ranges().rangeCount();
        assertTrue(EncodedSize.of(first) <= 30_000 && EncodedSize.of(first) > 29_900, () -> fitted + " ranges");
        assertEquals(List.of(new Coverage(peer("b"), RangeSet.of(crumbs.subList(0, fitted)))), first.coverage());
        assertEquals(List.of(new Coverage(peer("b"), RangeSet.of(crumbs.subList(fitted, 10_000)))), second.coverage());
    }

    @Test
    void whatASlotHadDoneOfARevokedSubjobIsToldAllTheSame() {
        take(0, 100_000);
        worker.pass(Duration.ofSeconds(1));
        acknowledge(1);
        worker.receive(new Message.Cancel(peer("p"), ROOT,
                new CancelScope.WholeSubjob(edge("s1", 1)),
                CancelReason.SUPERSEDED));

        assertEquals(List.of(Result.ofWorker(2).covered(covered("a", 0, 250)).message()),
                results(worker.hashed(0, range(0, 250))));
    }

    @Test
    void factsFromBelowGoUpWithWhoeverHashedThem() {
        take(0, 100_000);
        worker.hashed(0);
        worker.receive(
                Result.from("b", 0).covered(covered("b", 50_000, 60_000), covered("c", 60_000, 70_000)).message());

        assertEquals(List.of(covered("a", 0, 500), covered("b", 50_000, 60_000), covered("c", 60_000, 70_000)),
                results(worker.pass(Duration.ofSeconds(1))).getFirst().coverage());
    }

    @Test
    void aRepeatedResultFromBelowIsAnsweredAgainAndChangesNothing() {
        take(0, 100_000);
        Message.SubjobResult result = Result.from("b", 1).covered(covered("b", 50_000, 60_000)).message();
        List<Effect> first = worker.receive(result);

        assertEquals(List.of(new Effect.Send(peer("b"), new Message.ResultAck(peer("a"), ROOT, 1))), first);
        assertEquals(first, worker.receive(result));
        assertFalse(worker.busy(0).isEmpty());
    }
}
