package org.sluice.protocol.root;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Fingerprint;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Solution;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.worker;

/** What a {@link Campaign} does for its templates' roots: who hears what, and when the last is gone. */
class TemplatesTest {
    private static final JobId FIRST = ROOT.template(1);
    private static final JobId SECOND = ROOT.template(2);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Campaign campaign = new Campaign(ROOT, peer("submitter"), Bench.EVEN, Parameters.defaults(),
            new SplittableRandom(1));
    private Instant now = Instant.EPOCH;

    private List<Effect> tell(Input input) {
        List<Effect> effects = new ArrayList<>();
        campaign.step(now, input, effects::add);
        return effects;
    }

    private List<Effect> receive(Message message) {
        return tell(new Input.MessageReceived(message));
    }

    private List<Effect> submit(JobId template) {
        return tell(new Input.TemplateSubmitted(spec(template), HOUR));
    }

    private static JobSpec spec(JobId template) {
        return Given.called(template, Given.job(0, 10_000));
    }

    private List<Effect> begin() {
        tell(new Input.PeersChanged(List.of(worker("b"))));
        return submit(FIRST);
    }

    /** The worker has heard of the end. */
    private static Message.SubjobResult leaving(JobId template) {
        return new Message.SubjobResult(peer("b"), template, 0, List.of(), List.of(), List.of(), List.of(), List.of(),
                true);
    }

    private static Message.SubjobResult result(JobId template) {
        return new Message.SubjobResult(peer("b"), template, 1, List.of(), List.of(), List.of(), List.of(), List.of(),
                false);
    }

    @Test
    void aTemplateGoesToThePeersThatAreKnownAlready() {
        List<Effect> effects = begin();

        assertEquals(FIRST, Bench.sent(Message.SubjobRequest.class, effects).getFirst().job());
        assertTrue(effects.stream().noneMatch(Effect.Journal.class::isInstance), "nobody resumes it");
    }

    @Test
    void theNextOneGoesOutWhileTheFirstIsThere() {
        begin();

        assertEquals(SECOND, Bench.sent(Message.SubjobRequest.class, submit(SECOND)).getFirst().job());
        assertEquals(2, campaign.count());
        List<Effect> effects = tell(new Input.TemplateWithdrawn(FIRST));
        assertEquals(new Message.Cancel(FIRST, FIRST, new CancelScope.WholeJob(1), CancelReason.CANCELLED),
                Bench.sent(Message.Cancel.class, effects).getFirst());
        receive(leaving(FIRST));

        Campaign.Ended ended = campaign.takeEnded().getFirst();
        assertEquals(FIRST, ended.job());
        assertEquals(Outcome.CANCELLED, ended.answer().orElseThrow().outcome());
        assertEquals(List.of(), campaign.takeEnded());
        assertEquals(1, campaign.count());
    }

    @Test
    void eachHearsWhatIsAboutItsOwnJob() {
        begin();
        submit(SECOND);

        assertEquals(FIRST, Bench.sent(Message.ResultAck.class, receive(result(FIRST))).getFirst().sender());
        assertEquals(SECOND, Bench.sent(Message.ResultAck.class, receive(result(SECOND))).getFirst().sender());
    }

    @Test
    void rootsAskWithNoncesOfTheirOwn() {
        begin();
        submit(SECOND);
        now = now.plusSeconds(30);

        Map<JobId, Long> nonces = new LinkedHashMap<>();
        Bench.sent(Message.Ping.class, tell(new Input.TimePassed()))
                .forEach(ping -> nonces.put((JobId) ping.sender(), ping.nonce()));

        assertEquals(2, nonces.size());
        assertEquals(2, nonces.values().stream().distinct().count());
    }

    @Test
    void itAsksToBeWokenForWhoeverIsNext() {
        List<Effect> effects = begin();
        Instant first = ((Effect.WakeAt) effects.getLast()).time();
        now = first;

        effects = tell(new Input.TimePassed());

        assertTrue(((Effect.WakeAt) effects.getLast()).time().isAfter(first));
    }

    @Test
    void whoWorksForATemplateThatHasEndedIsToldSoForEver() {
        begin();
        tell(new Input.TemplateWithdrawn(FIRST));
        receive(leaving(FIRST));
        assertEquals(0, campaign.count());

        Message.Cancel told = new Message.Cancel(FIRST, FIRST, new CancelScope.WholeJob(4_096), CancelReason.CANCELLED);
        assertEquals(List.of(new Effect.Send(peer("b"), told)), receive(result(FIRST)));
        assertEquals(List.of(new Effect.Send(peer("b"), told)),
                receive(new Message.Ping(peer("b"), 7, Optional.of(FIRST), List.of())));
        assertEquals(List.of(), receive(leaving(FIRST)), "it has heard it");
    }

    /** As when nobody could say so while the template was there. */
    @Test
    void whatWasFoundOfATemplateThatHasEndedIsToldOnce() {
        begin();
        tell(new Input.TemplateWithdrawn(FIRST));
        receive(leaving(FIRST));
        Solution solution = Given.solution(510, "b");
        Solution outside = Given.solution(10_000, "b");

        assertEquals(List.of(new Notice.SolutionFound(FIRST, solution)), told(found(FIRST, solution, outside)));
        assertEquals(List.of(), told(found(FIRST, solution)));
        assertEquals(List.of(), told(found(SECOND, solution)), "there is no such template");
    }

    @Test
    void whatIsNoSolutionOfATemplateThatHasEndedIsNotTold() {
        begin();
        tell(new Input.TemplateWithdrawn(FIRST));
        receive(leaving(FIRST));

        assertEquals(List.of(), told(found(FIRST, Given.solution(511, "b"))));
    }

    @Test
    void onlyTheLatestTemplatesThatHaveEndedAreRemembered() {
        for (int number = 1; number <= Campaign.REMEMBERED + 1; number++) {
            submit(ROOT.template(number));
            tell(new Input.TemplateWithdrawn(ROOT.template(number)));
        }
        assertEquals(0, campaign.count());

        assertEquals(List.of(), told(found(FIRST, Given.solution(510, "b"))));
        assertEquals(1, told(found(SECOND, Given.solution(510, "b"))).size());
    }

    private List<Notice> told(Message message) {
        return receive(message).stream()
                .filter(Effect.Tell.class::isInstance)
                .map(effect -> ((Effect.Tell) effect).notice())
                .toList();
    }

    private static Message found(JobId template, Solution... solutions) {
        return new Message.SubjobResult(peer("b"), template, 1, List.of(), List.of(), List.of(solutions), List.of(),
                List.of(), true);
    }

    /** A cancel would make its worker deaf to the real one that will come. */
    @Test
    void whoWorksForATemplateThatNeverWasHearsThatItIsNotThat() {
        begin();

        assertEquals(List.of(new Effect.Send(peer("b"), new Message.AdoptAck(SECOND, SECOND, 0, List.of(),
                List.of(SECOND), 1, true, Optional.of(new Fingerprint(0))))), receive(result(SECOND)));
    }

    @Test
    void whatIsAboutNoTemplateOfItsOwnIsIgnored() {
        begin();

        assertEquals(List.of(), receive(result(Given.OTHER_ROOT.template(1))));
        assertEquals(List.of(), receive(result(ROOT)));
    }

    @Test
    void anothersWishCancelsAllThatThereIsAndWillBe() {
        begin();

        List<Effect> effects = tell(new Input.Journaled(new RootEvent.CancelRequested(ROOT, 1)));

        assertEquals(FIRST, Bench.sent(Message.Cancel.class, effects).getFirst().job());
        assertTrue(campaign.isCancelled());
        receive(leaving(FIRST));
        submit(SECOND);
        assertEquals(List.of(Outcome.CANCELLED, Outcome.CANCELLED),
                campaign.takeEnded().stream().map(ended -> ended.answer().orElseThrow().outcome()).toList());
    }

    @Test
    void itLeavesWhenItIsToldToStopAndTheLastHasEnded() {
        begin();

        assertTrue(tell(new Input.StopRequested()).stream().noneMatch(Effect.Leave.class::isInstance));
        assertEquals(new Effect.Leave(), receive(leaving(FIRST)).getLast());
    }

    @Test
    void withoutTemplatesItLeavesAtOnce() {
        assertEquals(List.of(new Effect.Leave()), tell(new Input.StopRequested()));
    }

    @Test
    void withoutAnInboxItEndsAndSaysWhy() {
        begin();

        tell(new Input.JournalFailed("no topic"));
        receive(leaving(FIRST));

        assertEquals(Outcome.FAILED, campaign.takeEnded().getFirst().answer().orElseThrow().outcome());
        assertEquals(Optional.of("no topic"), campaign.failure());
    }

    @Test
    void noTemplateComesTwice() {
        submit(SECOND);

        assertThrows(IllegalStateException.class, () -> submit(SECOND));
        assertThrows(IllegalStateException.class, () -> submit(FIRST));
        assertThrows(IllegalStateException.class, () -> submit(Given.OTHER_ROOT.template(3)));
        assertThrows(IllegalStateException.class, () -> submit(ROOT));
    }
}
