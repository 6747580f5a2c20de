package org.sluice.protocol;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.sluice.protocol.TinyNetwork.Faults;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Campaign;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;

/**
 * Templates that replace each other, among workers that die and on a network that loses, repeats and delays. {@link TinyNetwork} fails when
 * a worker holds two of them at a time. {@code -Dseed=S} replays one seed alone.
 */
class CampaignTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration REFRESH = Duration.ofSeconds(25);
    private static final Faults BAD = new Faults(0.1, 0.1, Duration.ofMillis(300));

    private final List<Campaign.Ended> ended = new ArrayList<>();

    static List<Long> seeds() {
        return Given.seeds(60);
    }

    private static JobSpec template(int number, long end) {
        return Given.called(ROOT.template(number), Given.job(0, end));
    }

    private static TinyNetwork network(long seed, Faults faults) {
        TinyNetwork network = new TinyNetwork(seed, faults);
        for (int i = 0; i < 8; i++) {
            network.worker("w" + i, 300 + 200 * i);
        }
        return network;
    }

    /** The next template goes out, and the one before it is withdrawn then. */
    private void renew(TinyNetwork network, Campaign campaign, int number, long end) {
        network.tell(ROOT, new Input.TemplateSubmitted(template(number, end), HOUR));
        if (number > 1) {
            network.tell(ROOT, new Input.TemplateWithdrawn(ROOT.template(number - 1)));
        }
        network.run(REFRESH);
        ended.addAll(campaign.takeEnded());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverHappensEachTemplateIsOnlySaidToBeHashedAsFarAsItIs(long seed) {
        TinyNetwork network = network(seed, BAD);
        Campaign campaign = network.campaign(ROOT);
        network.announce();
        network.kill("w3", Duration.ofSeconds(40), Duration.ofSeconds(5));
        network.stop("w5", Duration.ofSeconds(90));

        for (int number = 1; number <= 7; number++) {
            renew(network, campaign, number, 10_000_000);
            assertTrue(campaign.count() <= 2, () -> campaign.count() + " roots are kept");
        }
        renew(network, campaign, 8, 20_000);
        network.run(Duration.ofMinutes(3));
        ended.addAll(campaign.takeEnded());

        assertEquals(0, campaign.count());
        assertEquals(8, ended.size());
        for (Campaign.Ended one : ended) {
            Answer answer = one.answer().orElseThrow();
            assertEquals(one.job().number() == 8 ? Outcome.FOUND : Outcome.CANCELLED, answer.outcome());
            if (one.job().number() == 8) {
                assertTrue(answer.gaps().isEmpty(), () -> "not hashed: " + answer.gaps());
            }
            isTrue(answer, network.hashed.getOrDefault(one.job(), RangeSet.EMPTY));
        }
        assertEquals(List.of(), network.busy(), "nobody has anything left of it");
    }

    private static void isTrue(Answer answer, RangeSet hashed) {
        RangeSet covered = RangeSet.of(answer.job().range()).minus(answer.gaps());
        assertTrue(hashed.containsAll(covered), () -> covered.minus(hashed) + " was never hashed");
        Set<Long> expected = new HashSet<>();
        for (Range part : covered.ranges()) {
            for (long integer = (part.start() + 996) / 997 * 997; integer < part.end(); integer += 997) {
                expected.add(integer);
            }
        }
        assertEquals(expected, new HashSet<>(answer.solutions().stream().map(Solution::integer).toList()));
    }

    /** Workers leave it, and its root only finds that nobody takes what is left of it for a while: nothing is lost of it. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aTemplateThatIsReplacedAndNotWithdrawnIsDoneInTheEnd(long seed) {
        TinyNetwork network = network(seed, BAD);
        Campaign campaign = network.campaign(ROOT);
        network.announce();
        network.tell(ROOT, new Input.TemplateSubmitted(template(1, 200_000), HOUR));
        network.run(Duration.ofSeconds(10));
        network.tell(ROOT, new Input.TemplateSubmitted(template(2, 100_000), HOUR));

        network.run(Duration.ofMinutes(10));

        ended.addAll(campaign.takeEnded());
        assertEquals(2, ended.size());
        for (Campaign.Ended one : ended) {
            Answer answer = one.answer().orElseThrow();
            assertTrue(answer.gaps().isEmpty(), () -> "not hashed: " + answer.gaps());
            isTrue(answer, network.hashed.getOrDefault(one.job(), RangeSet.EMPTY));
        }
        assertEquals(List.of(), network.busy());
    }

    /** It is refuted by the roots of the real ones, and by the campaign when somebody asks whether there is such a template. */
    @ParameterizedTest
    @MethodSource("seeds")
    void aStrangersLaterTemplateKeepsNobodyFromTheRealOnes(long seed) {
        TinyNetwork network = network(seed, Faults.NONE);
        Campaign campaign = network.campaign(ROOT);
        network.announce();
        network.tell(ROOT, new Input.TemplateSubmitted(template(1, 100_000_000), HOUR));
        network.run(Duration.ofSeconds(5));
        for (int i = 0; i < 8; i++) {
            network.inject(Given.peer("w" + i), Request.from(Given.peer("stranger"), "s" + i)
                    .of(template(1_000, 100_000_000))
                    .lineage(Given.peer("stranger"), ROOT.template(1_000))
                    .ranges(0, 100_000_000)
                    .message());
        }
        network.run(Duration.ofSeconds(1));
        assertTrue(network.busyWith(ROOT.template(1_000)) > 0, "it is believed at first");

        renew(network, campaign, 2, 100_000_000);
        assertEquals(8, network.busyWith(ROOT.template(2)));
        renew(network, campaign, 3, 20_000);
        network.run(Duration.ofMinutes(1));

        ended.addAll(campaign.takeEnded());
        Answer last = ended.getLast().answer().orElseThrow();
        assertEquals(ROOT.template(3), last.job().id());
        assertTrue(last.gaps().isEmpty(), () -> "not hashed: " + last.gaps());
    }

    /** When both are as good, no worker waits for the next template. */
    @ParameterizedTest
    @MethodSource("seeds")
    void atARenewalNobodyIsIdle(long seed) {
        TinyNetwork network = network(seed, Faults.NONE);
        Campaign campaign = network.campaign(ROOT);
        network.announce();
        network.run(Duration.ofSeconds(5));
        renew(network, campaign, 1, 100_000_000);
        long before = network.hashes;

        for (int number = 2; number <= 9; number++) {
            renew(network, campaign, number, 100_000_000);
        }

        long possible = 8 * REFRESH.toSeconds() * (300 * 8 + 200 * 28);
        assertTrue(network.hashes - before > possible * 97 / 100,
                () -> network.hashes - before + " of " + possible + " were hashed");
    }

    /** Each of the templates ends with its first solution, long before the next comes. */
    @Test
    void twoHundredTemplatesLeaveNothing() {
        TinyNetwork network = network(1, Faults.NONE);
        Campaign campaign = network.campaign(ROOT);
        network.announce();

        int kept = 0;
        for (int number = 1; number <= 200; number++) {
            JobSpec first = Given.in(Mode.FIRST, template(number, 1_000_000));
            network.tell(ROOT, new Input.TemplateSubmitted(first, HOUR));
            network.run(REFRESH);
            assertEquals(0, campaign.count());
            List<Campaign.Ended> all = campaign.takeEnded();
            assertEquals(1, all.size());
            assertEquals(Outcome.FOUND, all.getFirst().answer().orElseThrow().outcome());
            kept = number == 20 ? network.rangeCount() : kept;
        }

        assertEquals(List.of(), network.busy());
        assertTrue(network.rangeCount() <= kept, () -> network.rangeCount() + " ranges are kept by workers");
    }

    /** Its root has left, and the worker could not be told. */
    @Test
    void whoStillWorksForATemplateThatHasEndedIsToldSo() {
        TinyNetwork network = network(1, Faults.NONE);
        Campaign campaign = network.campaign(ROOT);
        JobId first = ROOT.template(1);
        network.tell(ROOT, new Input.TemplateSubmitted(template(1, 100_000_000), HOUR));
        network.announce();
        network.run(Duration.ofSeconds(5));
        network.cutOff("w0", Duration.ofMinutes(1));
        network.tell(ROOT, new Input.TemplateWithdrawn(first));
        network.run(Duration.ofSeconds(50));
        assertEquals(0, campaign.count());
        assertEquals(List.of(Given.peer("w0")), network.busy());

        network.run(Duration.ofMinutes(1));

        assertEquals(List.of(), network.busy());
    }
}
