package org.sluice.protocol.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.Request;
import org.sluice.protocol.Result;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.OTHER_ROOT;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.subjob;

/** How a worker takes a subjob, or does not. */
class AcceptingTest {
    private static final JobSpec JOB = Given.job(0, 1_000_000);
    private final Bench worker = Bench.worker("a");

    private static Effect verdict(Message.SubjobRequest request, Verdict verdict) {
        return new Effect.Send(request.sender(),
                new Message.SubjobAck(peer("a"), request.job(), request.subjob(), request.epoch(), verdict));
    }

    private static Effect refusal(Message.SubjobRequest request, Verdict.Reason reason) {
        return verdict(request, new Verdict.Refused(reason, Duration.ZERO));
    }

    @Test
    void acceptedWorkIsAnsweredAndHashingStartsAtOnceWithOneCapacity() {
        Message.SubjobRequest request = Request.from(ROOT, "s1").ranges(100, 10_000).message();

        List<Effect> effects = worker.receive(request);

        assertEquals(List.of(verdict(request, new Verdict.Accepted()),
                new Effect.StartHashing(0, JOB, new Range(100, 600))), effects);
    }

    @Test
    void oneChunkFollowsTheOtherAndNothingIsSentForIt() {
        worker.receive(Request.from(ROOT, "s1").ranges(0, 10_000).message());

        assertEquals(List.of(new Effect.StartHashing(0, JOB, new Range(500, 1_000))), worker.hashed(0));
        assertEquals(List.of(new Effect.StartHashing(0, JOB, new Range(1_000, 1_500))), worker.hashed(0));
    }

    @Test
    void whatASlotDidNotHashIsHashedNext() {
        worker.receive(Request.from(ROOT, "s1").ranges(0, 10_000).message());

        assertEquals(List.of(new Effect.StartHashing(0, JOB, new Range(200, 700))),
                worker.hashed(0, range(0, 200)));
    }

    @Test
    void allSlotsWorkOnOneSubjobAndEndItTogether() {
        Bench twoSlots = Bench.worker(Parameters.defaults(), 2, "a");

        List<Effect> effects = twoSlots.receive(Request.from(ROOT, "s1").ranges(0, 800).message());

        assertEquals(List.of(new Effect.StartHashing(0, JOB, new Range(0, 400)),
                new Effect.StartHashing(1, JOB, new Range(400, 600))), effects.subList(1, effects.size()));
    }

    @Test
    void aRepeatedRequestIsAnsweredAgainAndNothingElse() {
        Message.SubjobRequest request = Request.from(ROOT, "s1").message();
        worker.receive(request);

        assertEquals(List.of(verdict(request, new Verdict.Accepted())), worker.receive(request));
        assertEquals(range(0, 500), worker.busy(0));
    }

    @Test
    void aRequestForWhatIsAlreadyKnownToBeHashedIsAnsweredWithTheFacts() {
        worker.receive(Request.from(ROOT, "s1").ranges(0, 500).message());
        worker.hashedAll(1);

        List<Effect> effects = worker.receive(Request.from(peer("p"), "s2").ranges(100, 200).message());

        List<Message.SubjobResult> results = Bench.sent(Message.SubjobResult.class, effects);
        assertEquals(List.of(Result.ofWorker(1).covered(Given.covered("a", 100, 200)).message()), results);
    }

    @Test
    void anUnknownAlgorithmIsRefusedForGood() {
        JobSpec strange = new JobSpec(ROOT, JOB.range(), Given.work("MD5"), JOB.goal(), JOB.mode(), 2);
        Message.SubjobRequest request = Request.from(ROOT, "s1").of(strange).message();

        assertEquals(List.of(refusal(request, Verdict.Reason.UNKNOWN_ALGORITHM)), worker.receive(request));
    }

    @Test
    void aJobWithoutTimeLeftIsRefused() {
        Message.SubjobRequest request = Request.from(ROOT, "s1").remaining(Duration.ZERO).message();

        assertEquals(List.of(refusal(request, Verdict.Reason.EXPIRED)), worker.receive(request));
    }

    @Test
    void aJobThatHasEndedIsRefusedEvenIfItWasNeverWorkedFor() {
        worker.receive(new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.FOUND));
        Message.SubjobRequest late = Request.from(ROOT, "s1").message();

        assertEquals(List.of(refusal(late, Verdict.Reason.CANCELLED)), worker.receive(late));
    }

    @Test
    void aLaterRootMayGoOnWithAJobThatAnEarlierOneEnded() {
        worker.receive(new Message.Cancel(ROOT, ROOT, new CancelScope.WholeJob(1), CancelReason.CANCELLED));
        Message.SubjobRequest resumed = Request.from(ROOT, "s1").rootEpoch(2).message();

        assertEquals(verdict(resumed, new Verdict.Accepted()), worker.receive(resumed).getFirst());
    }

    @Test
    void aWorkerThatLeavesTakesNothing() {
        worker.tell(new Input.StopRequested());
        Message.SubjobRequest request = Request.from(ROOT, "s1").message();

        assertEquals(List.of(refusal(request, Verdict.Reason.LEAVING)), worker.receive(request));
    }

    @Test
    void theNinthJobIsRefusedForAWhileButNotFurtherSubjobsOfTheOthers() {
        for (int i = 0; i < 8; i++) {
            JobId id = new JobId("anna.job-" + i);
            worker.receive(Request.from(id, "s" + i).of(Given.called(id, JOB)).lineage(id).message());
        }
        JobId ninth = new JobId("anna.job-8");
        Message.SubjobRequest tooMuch = Request.from(ninth, "s").of(Given.called(ninth, JOB)).lineage(ninth).message();
        JobId first = new JobId("anna.job-0");
        Message.SubjobRequest more = Request.from(first, "s9").of(Given.called(first, JOB)).lineage(first).message();

        assertEquals(List.of(verdict(tooMuch,
                new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, Duration.ofMillis(3_500)))),
                worker.receive(tooMuch));
        assertEquals(List.of(verdict(more, new Verdict.Accepted())), worker.receive(more));
    }

    @Test
    void stepsFollowThePaceThatTheMachineReallyHas() {
        Bench worker = Bench.worker("a");
        worker.receive(Request.from(ROOT, "s1").ranges(0, 100_000).message());
        assertEquals(range(0, 500), worker.busy(0));

        worker.pass(Duration.ofMillis(250));
        worker.hashed(0);

        // Twice as fast as the benchmark said: half a second holds a thousand.
        assertEquals(range(500, 1_500), worker.busy(0));
    }

    @Test
    void afterAStandstillStepsGrowAgain() {
        Bench worker = Bench.worker("a");
        JobSpec large = Given.job(0, 100_000_000);
        worker.receive(Request.from(ROOT, "s1").of(large).ranges(0, 100_000_000).message());
        worker.pass(Duration.ofMinutes(10));
        worker.hashed(0);
        assertEquals(range(500, 501), worker.busy(0));

        for (int step = 0; step < 12; step++) {
            worker.hashed(0);
        }

        assertTrue(Objects.requireNonNull(worker.busy(0)).size() > 100, () -> "" + worker.busy(0));
    }

    @Test
    void chunksOfTwoJobsAlternate() {
        JobSpec other = Given.called(OTHER_ROOT, JOB);
        worker.receive(Request.from(ROOT, "s1").ranges(0, 100_000).message());
        worker.receive(Request.from(OTHER_ROOT, "s2").of(other).lineage(OTHER_ROOT).ranges(0, 100_000).message());

        List<Effect> effects = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            effects.addAll(worker.hashed(0));
        }

        assertEquals(List.of(new Effect.StartHashing(0, JOB, new Range(500, 1_000)),
                new Effect.StartHashing(0, other, new Range(0, 500)),
                new Effect.StartHashing(0, JOB, new Range(1_000, 1_500)),
                new Effect.StartHashing(0, other, new Range(500, 1_000))), effects);
    }

    @Test
    void theDeadlineCountsDownOnTheWorkersOwnClockAndThenTheJobIsDropped() {
        worker.pass(Duration.ofDays(3));
        worker.receive(Request.from(ROOT, "s1").remaining(Duration.ofMinutes(2)).message());

        assertEquals(List.of(),
                worker.pass(Duration.ofSeconds(119)).stream().filter(Effect.StopHashing.class::isInstance).toList());
        List<Effect> effects = worker.pass(Duration.ofSeconds(1));
        assertEquals(List.of(new Effect.StopHashing(0)),
                effects.stream().filter(Effect.StopHashing.class::isInstance).toList());
        assertEquals(new Notice.JobEnded(ROOT, CancelReason.EXPIRED), worker.notices.getLast());
    }

    @Test
    void remainingTimeTravelsOnAsWhatIsLeftOfIt() {
        Bench giver = Bench.worker("a", Given.worker("b"));
        giver.receive(Request.from(ROOT, "s1").ranges(0, 100_000).remaining(Duration.ofMinutes(5)).message());
        giver.pass(Duration.ofMinutes(2));

        List<Effect> effects = giver.receive(new Message.WorkWanted(peer("b"), peer("b"), 1, 1_000, 6));

        assertEquals(Duration.ofMinutes(3), Bench.sent(Message.SubjobRequest.class, effects).getFirst().remaining());
    }

    @Test
    void rangesNearTheLargestIntegerAreHashedLikeAllOthers() {
        long end = Long.MAX_VALUE;
        JobSpec huge = Given.job(0, end);
        Bench giver = Bench.worker("a", Given.worker("b"));

        List<Effect> effects = giver.receive(Request.from(ROOT, "s1")
                .of(huge)
                .ranges(end - 100_000, end)
                .roster(Given.entry("b", 1_000))
                .message());

        assertEquals(List.of(range(end - 50_000, end)),
                Bench.sent(Message.SubjobRequest.class, effects).stream().map(Message.SubjobRequest::ranges).toList());
        assertEquals(range(end - 100_000, end - 99_500), giver.busy(0));
        List<Effect> whole = Bench.worker("a", Given.worker("b"))
                .receive(Request.from(ROOT, "s1")
                        .of(huge)
                        .ranges(0, end)
                        .roster(Given.entry("b", 1_000))
                        .message());
        RangeSet given = Bench.sent(Message.SubjobRequest.class, whole).getFirst().ranges();
        assertEquals(range(given.first().start(), end), given);
        assertEquals(subjob("a-1"), Bench.sent(Message.SubjobRequest.class, whole).getFirst().subjob());
    }

    @Test
    void whoeverEndedAJobARootThatKnowsBetterCountsMore() {
        Bench idle = Bench.worker("a", Given.worker("p"));
        Message.SubjobRequest request = Request.from(ROOT, "s1").rootEpoch(1).message();
        idle.receive(request);
        idle.receive(new Message.Cancel(peer("stranger"), ROOT, new CancelScope.WholeJob(Limits.MAX_ROOT_EPOCH),
                CancelReason.CANCELLED));

        assertEquals(new Verdict.Refused(Verdict.Reason.CANCELLED, Duration.ZERO),
                Bench.sent(Message.SubjobAck.class, idle.receive(request)).getFirst().verdict());
        assertEquals(new Verdict.Accepted(), Bench
                .sent(Message.SubjobAck.class, idle.receive(Request.from(ROOT, "s2").rootEpoch(2).message()))
                .getFirst()
                .verdict());
    }

    @Test
    void whoHadNothingOfTheJobThatSomebodyEndedTakesItFromARootThatAsksASecondTime() {
        Bench idle = Bench.worker("a", Given.worker("p"));
        idle.receive(new Message.Cancel(peer("stranger"), ROOT, new CancelScope.WholeJob(Limits.MAX_ROOT_EPOCH),
                CancelReason.EXPIRED));

        assertEquals(new Verdict.Refused(Verdict.Reason.EXPIRED, Duration.ZERO), Bench
                .sent(Message.SubjobAck.class, idle.receive(Request.from(ROOT, "s1").rootEpoch(7).message()))
                .getFirst()
                .verdict());
        assertEquals(new Verdict.Accepted(), Bench
                .sent(Message.SubjobAck.class, idle.receive(Request.from(ROOT, "s2").rootEpoch(8).message()))
                .getFirst()
                .verdict());
    }

    @Test
    void whoTookAJobAgainThatAStrangerHadEndedDoesNotPassTheFalseEndOn() {
        Bench idle = Bench.worker("a", Given.worker("p"));
        idle.receive(new Message.Cancel(peer("stranger"), ROOT, new CancelScope.WholeJob(Limits.MAX_ROOT_EPOCH),
                CancelReason.CANCELLED));
        idle.receive(Request.from(ROOT, "s1").rootEpoch(7).message());
        idle.receive(Request.from(ROOT, "s2").rootEpoch(8).message());

        assertEquals(List.of(), Bench.sent(Message.Cancel.class,
                idle.receive(new Message.Ping(peer("p"), 5, Optional.of(ROOT), List.of()))));
    }
}
