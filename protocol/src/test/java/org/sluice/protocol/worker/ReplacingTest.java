package org.sluice.protocol.worker;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Request;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Solution;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** What a worker does when one template of a campaign follows another. */
class ReplacingTest {
    private static final JobId FIRST = ROOT.template(1);
    private static final JobId SECOND = ROOT.template(2);
    private static final JobId THIRD = ROOT.template(3);
    private static final Verdict NOT_NOW = new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY,
            Duration.ofMillis(3_500));

    private final Bench bench = Bench.worker("a", worker("p"));

    private static JobSpec spec(JobId template) {
        return Given.called(template, Given.job(0, 100_000));
    }

    /** From the template's root. */
    private static Request request(JobId template) {
        return Request.from(template, "s" + template.number()).of(spec(template)).lineage(template).ranges(0, 100_000);
    }

    private static Request requestBy(String parent, JobId template) {
        return Request.from(peer(parent), "p" + template.number())
                .of(spec(template))
                .lineage(peer(parent), template)
                .ranges(0, 100_000);
    }

    private static Verdict verdict(List<Effect> effects) {
        return Bench.sent(Message.SubjobAck.class, effects).getFirst().verdict();
    }

    @Test
    void whoTakesALaterTemplateLeavesTheEarlierAndTellsItsRootWhatWasHashed() {
        bench.receive(request(FIRST).message());
        bench.hashed(0);

        List<Effect> effects = bench.receive(request(SECOND).message());

        assertEquals(new Verdict.Accepted(), verdict(effects));
        assertTrue(effects.contains(new Effect.StopHashing(0)), effects::toString);
        assertTrue(bench.notices.contains(new Notice.JobEnded(FIRST, CancelReason.SUPERSEDED)));
        Solution last = new Solution(510, Given.solution(510, "a").digest(), peer("a"));
        effects = bench.hashed(0, range(500, 600), last);
        Message.SubjobResult left = Bench.sent(Message.SubjobResult.class, effects).getFirst();
        assertEquals(FIRST, left.job());
        assertTrue(left.leaving());
        assertEquals(List.of(new Coverage(peer("a"), range(0, 600))), left.coverage());
        assertEquals(List.of(last), left.solutions());
        assertEquals(SECOND, ((Effect.StartHashing) effects.getLast()).job().id());
        assertEquals(List.of(), Bench.sentTo(FIRST, bench.pass(Duration.ofMinutes(10))), "nothing of it is left");
    }

    @Test
    void anEarlierTemplateIsRefusedWhileALaterOneIsThere() {
        bench.receive(request(SECOND).message());

        assertEquals(NOT_NOW, verdict(bench.receive(request(FIRST).message())));
        assertEquals(NOT_NOW, verdict(bench.receive(requestBy("p", FIRST).message())));
    }

    @Test
    void otherJobsAndCampaignsAreNoneOfItsBusiness() {
        bench.receive(request(SECOND).message());
        JobId other = Given.OTHER_ROOT.template(1);

        assertEquals(new Verdict.Accepted(), verdict(bench.receive(request(other).message())));
        assertEquals(new Verdict.Accepted(), verdict(bench.receive(request(ROOT).message())));
        assertFalse(bench.notices.stream().anyMatch(Notice.JobEnded.class::isInstance), bench.notices::toString);
    }

    /** Its children hear of the new template, or of the old one's end, from others; until then what they report is only not wanted here. */
    @Test
    void whoWorksForItBelowIsFreeAndIsNotToldThatTheJobIsOver() {
        bench.receive(request(FIRST).roster(entry("p", 1_000)).message());

        List<Effect> effects = bench.receive(request(SECOND).message());
        assertEquals(List.of(), Bench.sent(Message.Cancel.class, effects));

        effects = bench.receive(new Message.SubjobResult(peer("p"), FIRST, 1, List.of(edge("a-1", 1)),
                List.of(covered("p", 50_000, 50_100)), List.of(), List.of(), List.of(), false));
        Message.Cancel cancel = Bench.sent(Message.Cancel.class, effects).getFirst();
        assertEquals(CancelReason.SUPERSEDED, cancel.reason());
    }

    @Test
    void theEighthJobMakesRoomForItsOwnNextTemplate() {
        for (int i = 0; i < 7; i++) {
            JobId id = new JobId("anna.job-" + i);
            bench.receive(Request.from(id, "s").of(Given.called(id, Given.job(0, 100_000))).lineage(id).message());
        }
        bench.receive(request(FIRST).message());

        assertEquals(new Verdict.Accepted(), verdict(bench.receive(request(SECOND).message())));
        assertEquals(NOT_NOW, verdict(bench.receive(request(Given.OTHER_ROOT.template(1)).message())));
    }

    /** Anybody can say that there is a later template. */
    @Test
    void aRootIsHeardThoughAStrangerHasNamedALaterTemplate() {
        bench.receive(request(FIRST).message());
        bench.receive(requestBy("p", THIRD).message());

        assertEquals(new Verdict.Accepted(), verdict(bench.receive(request(SECOND).message())));
        bench.hashed(0);
        assertEquals(NOT_NOW, verdict(bench.receive(requestBy("p", FIRST).message())));
    }

    /** Otherwise it would be worked for until its campaign's next one comes. */
    @Test
    void theRootIsAskedWhenAStrangerReplacesWhatItHasAskedFor() {
        bench.receive(request(FIRST).message());

        List<Effect> effects = bench.receive(requestBy("p", THIRD).message());

        assertEquals(1, Bench.sentTo(THIRD, effects).size());
        bench.hashed(0);
        bench.receive(new Message.AdoptAck(THIRD, THIRD, 0, List.of(), List.of(THIRD), 1, true,
                Optional.of(new Fingerprint(0))));
        assertEquals(new Verdict.Accepted(), verdict(bench.receive(requestBy("p", FIRST).message())));
    }

    @Test
    void theRootIsNotAskedWhetherItMeansWhatItHasAskedFor() {
        bench.receive(request(FIRST).message());

        assertTrue(Bench.sentTo(SECOND, bench.receive(request(SECOND).message()))
                .stream()
                .allMatch(Message.SubjobAck.class::isInstance));
    }

    @Test
    void whoIsRefusedForATemplateThatItsRootHasNotSpokenOfHasTheRootAsked() {
        bench.receive(requestBy("p", THIRD).message());

        List<Effect> effects = bench.receive(requestBy("p", SECOND).message());

        assertEquals(NOT_NOW, verdict(effects));
        assertEquals(1, Bench.sentTo(THIRD, effects).size());
        bench.receive(new Message.AdoptAck(THIRD, THIRD, 0, List.of(), List.of(THIRD), 1, true,
                Optional.of(new Fingerprint(0))));
        assertEquals(new Verdict.Accepted(), verdict(bench.receive(requestBy("p", SECOND).message())));
    }

    @Test
    void aRequestThatIsRepeatedIsAnsweredAgain() {
        bench.receive(request(FIRST).message());
        bench.receive(request(SECOND).message());

        List<Effect> effects = bench.receive(request(SECOND).message());

        assertEquals(List.of(new Message.SubjobAck(peer("a"), SECOND, subjob("s2"), 1, new Verdict.Accepted())),
                Bench.sentTo(SECOND, effects));
    }
}
