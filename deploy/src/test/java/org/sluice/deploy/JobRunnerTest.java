package org.sluice.deploy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.protocol.Notice;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.SupersededException;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.submitter.request.UsageException;
import org.sluice.tracker.JobRegistry;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.TrackerException;
import org.sluice.worker.runtime.Connections;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Who plays a job's root, and what the tracker and the job's topic say of it then: on real servers, without a worker. */
@Tag("slow")
@Timeout(240)
class JobRunnerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration HOUR = Duration.ofHours(1);

    private static EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
    private static JoinedNetwork first = join();
    private static JoinedNetwork second = join();

    private final Observed observed = new Observed();
    private JobId job = new JobId("anna.none");

    private static JoinedNetwork join() {
        return JoinedNetwork.join(network.trackerAddress(), PATIENCE, "test");
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
        network.close();
    }

    /** Each test has a job of its own. */
    @BeforeEach
    void name(TestInfo test) {
        job = new JobId("anna.test-" + Integer.toHexString(test.getTestMethod().orElseThrow().getName().hashCode()));
    }

    /** What a submitter is told. */
    static final class Observed implements JobRunner.Observer {
        final List<JobSpec> began = new CopyOnWriteArrayList<>();
        final List<Notice> notices = new CopyOnWriteArrayList<>();
        final CountDownLatch stepped = new CountDownLatch(1);

        @Override
        public void began(JobSpec spec) {
            began.add(spec);
        }

        @Override
        public void progressed(Progress progress) {
            stepped.countDown();
        }

        @Override
        public void noticed(Notice notice) {
            notices.add(notice);
        }
    }

    private JobSpec spec() {
        return new JobSpec(job, new Range(0, 1_000), new Work.Integers("SHA-256", Bytes.EMPTY),
                new Goal.TrailingZeroBits(200), Mode.ALL, 16);
    }

    private static RunningJob start(JoinedNetwork submitter, JobSpec spec, Duration timeToLive) {
        return submitter.runner().start(spec, timeToLive, new Observed());
    }

    /** A job whose beginning is stored. */
    private RunningJob begun(JoinedNetwork submitter) throws Exception {
        Observed told = new Observed();
        RunningJob running = submitter.runner().start(spec(), HOUR, told);
        assertTrue(told.stepped.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertTrue(submitter.connections().outbox().flush(PATIENCE));
        return running;
    }

    private RunningJob resume(JoinedNetwork submitter, Optional<Duration> longest) throws InterruptedException {
        return submitter.runner().resume(job, longest, observed);
    }

    private static JobRegistry jobs() {
        return second.connections().tracker().jobs();
    }

    private JobRecord recorded() {
        return jobs().find(job).orElseThrow();
    }

    private void assertEnded(JobState state, RunningJob running) throws Exception {
        assertEquals(state.name(), running.await().outcome().name());
        assertEquals(state, recorded().state());
        assertFalse(jobs().owned(job), "its root is nobody's any more");
    }

    @Test
    void aRunningJobStandsInTheTracker() throws Exception {
        RunningJob running = begun(first);

        assertEquals(JobState.RUNNING, recorded().state());
        assertEquals(1, recorded().rootEpoch());
        assertEquals(HOUR, Duration.between(recorded().created(), recorded().expires()));
        assertTrue(jobs().owned(job));

        running.cancel();
        assertEnded(JobState.CANCELLED, running);
    }

    @Test
    void anothersWishInTheJournalCancels() throws Exception {
        RunningJob running = begun(first);
        Connections others = second.connections();

        others.outbox().journal(job, new RootEvent.CancelRequested(job, 1));
        assertTrue(others.outbox().flush(PATIENCE));

        assertEnded(JobState.CANCELLED, running);
    }

    @Test
    void aJobWhoseTimeIsOverHasExpired() throws Exception {
        assertEnded(JobState.EXPIRED, start(first, spec(), Duration.ofMillis(1)));
    }

    @Test
    void noJobHasTheNameOfAnother() throws Exception {
        RunningJob running = begun(first);

        assertThrows(TrackerException.class, () -> start(second, spec(), HOUR));

        assertEquals(JobState.RUNNING, recorded().state());
        assertTrue(second.connections().topics().exist(Topic.ofJob(job)));
        running.cancel();
        assertEnded(JobState.CANCELLED, running);
    }

    @Test
    void whatIsNoJobIsNotResumed() {
        assertEquals("there is no job " + job + "; sluice jobs lists them",
                assertThrows(UsageException.class, () -> resume(second, Optional.empty())).getMessage());
    }

    @Test
    void aJobWhoseSubmitterLivesIsNotResumed() throws Exception {
        RunningJob running = begun(first);

        String told = String
                .valueOf(assertThrows(SupersededException.class, () -> resume(second, Optional.empty())).getMessage());

        assertTrue(told.contains(recorded().submitter() + ", is alive and will print the answer"), told);
        assertEquals(1, recorded().rootEpoch());
        running.cancel();
        assertEnded(JobState.CANCELLED, running);
    }

    /** It needs no root: its topic proves how it ended. */
    @Test
    void ofAJobThatHasEndedThereIsTheAnswer() throws Exception {
        RunningJob running = begun(first);
        running.cancel();
        Answer answer = running.await();

        Answer again = resume(second, Optional.empty()).await();

        assertEquals(answer.outcome(), again.outcome());
        assertEquals(answer.gaps(), again.gaps());
        assertEquals(List.of(spec()), observed.began);
        assertEquals(1, recorded().rootEpoch(), "nobody has claimed it again");
    }

    /** Anybody can write into the tracker that a job has ended. */
    @Test
    void aJobThatIsOnlyRecordedToHaveEndedGoesOn() throws Exception {
        try (JoinedNetwork dying = join()) {
            RunningJob _ = begun(dying);
        }
        assertTrue(jobs().update(recorded().withState(JobState.EXHAUSTED)));

        RunningJob resumed = resume(second, Optional.empty());

        assertEquals(JobState.RUNNING, recorded().state());
        resumed.cancel();
        assertEnded(JobState.CANCELLED, resumed);
        assertTrue(observed.notices.contains(new Notice.EndDoubted(job, Outcome.EXHAUSTED, 0, 1_000)),
                observed.notices::toString);
    }

    @Test
    void aJobWhoseSubmitterDiedIsResumed() throws Exception {
        try (JoinedNetwork dying = join()) {
            RunningJob _ = begun(dying);
        }
        JobRecord before = recorded();

        RunningJob resumed = resume(second, Optional.empty());

        assertEquals(List.of(spec()), observed.began);
        assertEquals(2, recorded().rootEpoch());
        assertNotEquals(before.submitter(), recorded().submitter());
        assertEquals(before.expires(), recorded().expires());
        resumed.cancel();
        assertEnded(JobState.CANCELLED, resumed);
        assertTrue(observed.notices.contains(new Notice.JobResumed(job, 0, 0)), observed.notices::toString);
    }

    @Test
    void whoResumesCanGiveItLessTime() throws Exception {
        try (JoinedNetwork dying = join()) {
            RunningJob _ = begun(dying);
        }

        assertEnded(JobState.EXPIRED, resume(second, Optional.of(Duration.ofMillis(1))));
    }

    /** It was cut off for so long that its claim was gone. */
    @Test
    void aRootThatWasSucceededStepsDownAndRecordsNothing() throws Exception {
        RunningJob former = begun(first);
        first.connections().tracker().jobs().release(job);

        RunningJob resumed = resume(second, Optional.empty());

        String told = String.valueOf(assertThrows(SupersededException.class, former::await).getMessage());
        assertEquals(job + " was resumed by " + recorded().submitter()
                + ", which will print the answer; this submitter has stepped down", told);
        assertEquals(JobState.RUNNING, recorded().state());
        assertTrue(jobs().owned(job), "the former root has not given back what is another's");
        resumed.cancel();
        assertEnded(JobState.CANCELLED, resumed);
    }

    /** The other has claimed the job and not said so in the topic yet. */
    @Test
    void anEndIsNotRecordedByWhoHasTheClaimNoMore() throws Exception {
        RunningJob former = begun(first);
        first.connections().tracker().jobs().release(job);
        assertEquals(OptionalLong.of(2), jobs().claim(job));

        former.cancel();

        assertEquals(Outcome.CANCELLED, former.await().outcome());
        assertEquals(JobState.RUNNING, recorded().state());
        assertTrue(jobs().owned(job));
    }

    @Test
    void aJobThatTheTrackerHasForgottenIsEnteredAgain() throws Exception {
        try (JoinedNetwork dying = join()) {
            RunningJob _ = begun(dying);
        }
        jobs().delete(job);

        RunningJob resumed = resume(second, Optional.empty());

        assertEquals(2, recorded().rootEpoch(), "no root has an epoch that was used");
        resumed.cancel();
        assertEnded(JobState.CANCELLED, resumed);
    }
}
