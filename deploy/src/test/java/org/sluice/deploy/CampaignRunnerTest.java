package org.sluice.deploy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.RunningCampaign;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.submitter.request.UsageException;
import org.sluice.tracker.JobRegistry;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.NetworkAddress;
import org.sluice.worker.runtime.Steward;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What a campaign leaves on real servers, without a worker: one record and two topics, however many templates it has. */
@Tag("slow")
@Timeout(240)
class CampaignRunnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final String DESCRIPTION = "blocks";

    private static EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
    private static JoinedNetwork first = join();
    private static JoinedNetwork second = join();

    private final Observed observed = new Observed();
    private JobId id = new JobId("anna.none");
    private Optional<RunningCampaign> opened = Optional.empty();

    private static JoinedNetwork join() {
        return JoinedNetwork.join(network.trackerAddress(), PATIENCE, "test");
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
        network.close();
    }

    @BeforeEach
    void name(TestInfo test) {
        id = new JobId("anna.test-" + Integer.toHexString(test.getTestMethod().orElseThrow().getName().hashCode()));
    }

    @AfterEach
    void leaveNothing() {
        opened.ifPresent(campaign -> campaign.close(Outcome.CANCELLED));
        connections().tracker().jobs().delete(id);
        connections().topics().delete(Topic.ofJob(id));
    }

    private static Connections connections() {
        return second.connections();
    }

    private static JobRegistry jobs() {
        return connections().tracker().jobs();
    }

    /** What a submitter is told. */
    private static final class Observed implements RunningCampaign.Observer {
        final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        final CountDownLatch cancelled = new CountDownLatch(1);
        final List<RuntimeException> failures = new CopyOnWriteArrayList<>();

        @Override
        public void progressed(JobId template, Progress progress) {}

        @Override
        public void ended(JobId template, Optional<Answer> answer) {
            answers.add(answer.orElseThrow());
        }

        @Override
        public void noticed(Notice notice) {}

        @Override
        public void connected(boolean connected) {}

        @Override
        public void cancelled() {
            cancelled.countDown();
        }

        @Override
        public void failed(RuntimeException why) {
            failures.add(why);
        }

        Answer answer() throws InterruptedException {
            Answer answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(answer, "no template has ended");
            return answer;
        }
    }

    private RunningCampaign open(JoinedNetwork submitter, Duration timeToLive) {
        RunningCampaign campaign = submitter.runner().open(id, DESCRIPTION, timeToLive, observed);
        opened = Optional.of(campaign);
        return campaign;
    }

    private JobSpec template(int number) {
        return new JobSpec(id.template(number), new Range(0, 1_000), new Work.Integers("SHA-256", Bytes.EMPTY),
                new Goal.TrailingZeroBits(200), Mode.FIRST, 16);
    }

    private JobRecord recorded() {
        return jobs().find(id).orElseThrow();
    }

    @Test
    void twoHundredTemplatesAreOneRecordAndTwoTopics() throws Exception {
        RunningCampaign campaign = open(first, MINUTES);
        Set<Topic> topics = connections().topics().list();
        Set<JobId> records = jobs().names();
        assertTrue(topics.containsAll(Topic.ofJob(id)), topics::toString);

        for (int number = 1; number <= 200; number++) {
            campaign.start(template(number), MINUTES);
            if (number > 1) {
                campaign.withdraw(id.template(number - 1));
                assertEquals(id.template(number - 1), observed.answer().job().id());
            }
        }

        assertEquals(topics, connections().topics().list());
        assertEquals(records, jobs().names());
        assertEquals(JobState.RUNNING, recorded().state());
        assertEquals(1, recorded().rootEpoch());
        assertTrue(recorded().campaign());
        assertTrue(connections().topics().isEmpty(new Topic.Journal(id)), "nobody needs a journal of it");
        campaign.close(Outcome.FOUND);
        assertEquals(JobState.FOUND, recorded().state());
        assertFalse(jobs().owned(id));
        assertEquals(List.of(), observed.failures);
    }

    @Test
    void whatIsSentToATemplatesRootArrivesInTheCampaignsInbox() throws Exception {
        RunningCampaign campaign = open(first, MINUTES);
        campaign.start(template(1), MINUTES);
        campaign.withdraw(id.template(1));
        assertEquals(Outcome.CANCELLED, observed.answer().outcome());
        PeerId worker = new PeerId("worker.00000001");
        connections().topics().create(new Topic.Inbox(worker), MINUTES);

        // It has not heard of the end.
        connections().outbox()
                .send(id.template(1), new Message.SubjobResult(worker, id.template(1), 1, List.of(), List.of(),
                        List.of(), List.of(), List.of(), false));

        Await.that("it is told that the template has ended",
                () -> !connections().topics().isEmpty(new Topic.Inbox(worker)));
        connections().topics().delete(new Topic.Inbox(worker));
    }

    @Test
    void anothersWishInTheJournalCancelsAllOfIt() throws Exception {
        RunningCampaign campaign = open(first, MINUTES);
        campaign.start(template(1), MINUTES);

        connections().outbox().journal(id, new RootEvent.CancelRequested(id, 1));

        assertTrue(observed.cancelled.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(Outcome.CANCELLED, observed.answer().outcome());
        campaign.close(Outcome.CANCELLED);
        assertEquals(JobState.CANCELLED, recorded().state());
    }

    @Test
    void itIsNotResumed() {
        try (JoinedNetwork dying = join()) {
            open(dying, MINUTES).start(template(1), MINUTES);
        }
        opened = Optional.empty();

        String told = String.valueOf(assertThrows(UsageException.class, () -> second.runner()
                .resume(id, Optional.empty(), new JobRunnerTest.Observed())).getMessage());

        assertTrue(told.endsWith("start it again with sluice submit bitcoin"), told);
        assertEquals(1, told.lines().count());
        assertEquals(1, recorded().rootEpoch(), "nobody has claimed it");
    }

    @Test
    void itsExpiryIsPutOffAsLongAsItsSubmitterLivesAndThenTheStewardSweepsIt() throws Exception {
        try (Steward steward = Steward.join(NetworkAddress.open(network.trackerAddress()), PATIENCE)) {
            Await.that("it is elected", steward::look);
            try (JoinedNetwork dying = join()) {
                open(dying, Duration.ofSeconds(2));
                Instant begun = recorded().expires();
                Await.that("its expiry is put off", () -> recorded().expires().isAfter(begun.plusSeconds(2)));
                steward.look();
                assertEquals(JobState.RUNNING, recorded().state());
            }
            opened = Optional.empty();

            Await.that("its record and its topics are gone", () -> {
                steward.look();
                return jobs().find(id).isEmpty()
                        && Topic.ofJob(id).stream().noneMatch(connections().topics()::exists);
            });
        }
    }

    @Test
    void anInboxThatIsLostIsMadeAnew() throws Exception {
        RunningCampaign campaign = open(first, MINUTES);
        connections().topics().delete(new Topic.RootInbox(id));
        Await.that("it is gone", () -> !connections().topics().exists(new Topic.RootInbox(id)));

        Await.that("it is there again", () -> connections().topics().exists(new Topic.RootInbox(id)));

        campaign.start(template(1), MINUTES);
        campaign.withdraw(id.template(1));
        assertEquals(Outcome.CANCELLED, observed.answer().outcome());
        assertEquals(List.of(), observed.failures);
    }
}
