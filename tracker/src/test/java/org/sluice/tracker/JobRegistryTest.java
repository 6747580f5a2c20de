package org.sluice.tracker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.Subscription;
import org.sluice.tracker.node.TrackerException;

import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class JobRegistryTest {
    private static final JobId JOB = new JobId("anna.job-1");

    @RegisterExtension
    private final LocalTracker local = new LocalTracker();

    @Test
    void aJobIsFoundByOthersWithAllThatWasEntered() {
        JobRegistry ours = local.connect().jobs();
        JobRegistry theirs = local.connect().jobs();
        assertEquals(List.of(), theirs.list());
        JobRecord job = Samples.job("job-1");

        ours.create(job);

        assertEquals(Optional.of(Samples.entered(job, ours)), theirs.find(JOB));
        assertEquals(Optional.empty(), theirs.find(new JobId("anna.other")));
        assertThrows(TrackerException.class, () -> theirs.create(job.withSubmitter(new PeerId("another.00000000"))));
        ours.create(job); // its own entry, as after an answer that was lost
    }

    @Test
    void jobsAreListedOldestFirst() {
        Tracker tracker = local.connect();
        JobRegistry jobs = tracker.jobs();
        JobRecord first = Samples.job("z");
        JobRecord second = Samples.job("a");
        jobs.create(first);
        Instant created = jobs.find(first.job()).orElseThrow().created();
        Await.that("the tracker's clock goes on", () -> tracker.time().isAfter(created));
        jobs.create(second);
        assertEquals(List.of(Samples.entered(first, jobs), Samples.entered(second, jobs)), jobs.list());
    }

    @Test
    void anEndIsFinal() {
        JobRegistry ours = local.connect().jobs();
        JobRegistry theirs = local.connect().jobs();
        JobRecord job = Samples.job("job-1");
        ours.create(job);

        assertTrue(theirs.update(job.withState(JobState.CANCELLED)));
        assertFalse(ours.update(job.withState(JobState.FOUND)));
        assertTrue(ours.update(job.withState(JobState.CANCELLED)));
        assertEquals(JobState.CANCELLED, ours.find(JOB).orElseThrow().state());
        assertFalse(ours.update(Samples.job("unknown")));
    }

    @Test
    void whoWasReplacedCannotWriteAnyMore() {
        JobRegistry ours = local.connect().jobs();
        JobRegistry theirs = local.connect().jobs();
        JobRecord job = Samples.job("job-1");
        ours.create(job);
        assertEquals(OptionalLong.of(1), ours.claim(JOB));
        assertFalse(ours.update(job.withState(JobState.FOUND)), "the record is from before the claim");
        ours.release(JOB);
        assertEquals(OptionalLong.of(2), theirs.claim(JOB));

        assertFalse(ours.update(job.withRootEpoch(1).withState(JobState.FOUND)));
        assertTrue(theirs.update(job.withRootEpoch(2).withState(JobState.EXHAUSTED)));
    }

    @Test
    void aRootIsClaimedByOneAtATime() {
        JobRegistry ours = local.connect().jobs();
        JobRegistry theirs = local.connect().jobs();
        ours.create(Samples.job("job-1"));
        assertFalse(theirs.owned(JOB));

        assertEquals(OptionalLong.of(1), ours.claim(JOB));
        assertEquals(OptionalLong.of(1), ours.claim(JOB));
        assertEquals(OptionalLong.empty(), theirs.claim(JOB));
        assertTrue(theirs.owned(JOB));
        theirs.release(JOB);
        assertTrue(ours.owned(JOB), "released by another");
        ours.release(JOB);
        assertEquals(OptionalLong.of(2), theirs.claim(JOB));
        assertEquals(2, ours.find(JOB).orElseThrow().rootEpoch());
        assertEquals(OptionalLong.empty(), ours.claim(new JobId("anna.unknown")));
    }

    @Test
    void aRootWhoseProcessIsGoneCanBeClaimed() {
        Tracker gone = local.connect();
        JobRegistry theirs = local.connect().jobs();
        gone.jobs().create(Samples.job("job-1"));
        assertEquals(OptionalLong.of(1), gone.jobs().claim(JOB));
        gone.close();
        Await.that("it can be claimed", () -> theirs.claim(JOB).equals(OptionalLong.of(2)));
    }

    @RepeatedTest(3)
    void ofTwoThatClaimAtOnceOneSucceeds() throws Exception {
        List<JobRegistry> claimants = List.of(local.connect().jobs(), local.connect().jobs());
        CyclicBarrier together = new CyclicBarrier(claimants.size());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                JobId job = new JobId("anna.job-" + round);
                claimants.getFirst().create(Samples.job(job.name()));
                List<Future<OptionalLong>> claims = new ArrayList<>();
                for (JobRegistry claimant : claimants) {
                    claims.add(threads.submit(() -> {
                        var _ = together.await();
                        return claimant.claim(job);
                    }));
                }
                List<OptionalLong> granted = new ArrayList<>();
                for (Future<OptionalLong> claim : claims) {
                    granted.add(claim.get());
                }
                assertEquals(1, granted.stream().filter(OptionalLong::isPresent).count(), "claims: " + granted);
                assertTrue(granted.contains(OptionalLong.of(1)), "claims: " + granted);
                assertEquals(1, claimants.getFirst().find(job).orElseThrow().rootEpoch());
            }
        }
    }

    @Test
    void aClaimOutlivesItsSession() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        ours.jobs().create(Samples.job("job-1"));
        assertEquals(OptionalLong.of(1), ours.jobs().claim(JOB));
        Stat before = theirs.client().checkExists().forPath(Paths.owner(JOB));

        Samples.endSession(ours);

        Await.that("the owner's node is there again", () -> {
            Stat now = theirs.client().checkExists().forPath(Paths.owner(JOB));
            return now != null && now.getEphemeralOwner() != before.getEphemeralOwner();
        });
        assertEquals(OptionalLong.of(1), ours.jobs().claim(JOB));
        assertEquals(OptionalLong.empty(), theirs.jobs().claim(JOB));
    }

    @Test
    void watchersSeeARecordAndItsChanges() {
        JobRegistry ours = local.connect().jobs();
        JobRegistry theirs = local.connect().jobs();
        List<JobRecord> seen = new CopyOnWriteArrayList<>();
        JobRecord job = Samples.job("job-1");
        Subscription subscription = theirs.watch(JOB, seen::add);
        ours.create(job);
        Await.that("it is seen", () -> seen.equals(List.of(Samples.entered(job, ours))));
        var _ = ours.claim(JOB);
        Await.that("the claim is seen", () -> seen.getLast().rootEpoch() == 1);
        assertTrue(theirs.update(job.withRootEpoch(1).withState(JobState.CANCELLED)));
        Await.that("the end is seen", () -> seen.getLast().state() == JobState.CANCELLED);
        subscription.close();

        List<JobRecord> late = new CopyOnWriteArrayList<>();
        var _ = theirs.watch(JOB, late::add);
        Await.that("a late watcher sees it", () -> !late.isEmpty() && late.getLast().equals(seen.getLast()));
    }

    /** The tracker keeps time with this machine's clock, so a day's difference stands for a machine whose clock is wrong. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1})
    void noClockButTheTrackersMakesAJobExpire(long daysAhead) {
        Tracker tracker = local.connect();
        JobRegistry jobs = tracker.jobs();
        Instant wrong = tracker.time().plus(Duration.ofDays(daysAhead));
        jobs.create(lasting("running", wrong, Duration.ofHours(1)));
        jobs.create(lasting("expired", wrong, Duration.ofMillis(1)));
        JobRecord expired = jobs.find(new JobId("anna.expired")).orElseThrow();
        assertEquals(Duration.ofMillis(1), Duration.between(expired.created(), expired.expires()));
        Await.that("its time is over", () -> tracker.time().isAfter(expired.expires()));

        assertEquals(Set.of(new JobId("anna.expired")), jobs.deleteExpired());
        assertEquals(Set.of(new JobId("anna.running")), jobs.names());
        assertTrue(jobs.find(new JobId("anna.running")).orElseThrow().expires().isAfter(tracker.time()));
    }

    @Test
    void expiredRecordsGoUnlessTheyAreOwned() {
        Tracker tracker = local.connect();
        JobRegistry jobs = tracker.jobs();
        for (String name : List.of("owned", "old")) {
            jobs.create(lasting(name, tracker.time(), Duration.ofMillis(1)));
        }
        jobs.create(Samples.job("young"));
        var _ = jobs.claim(new JobId("anna.owned"));
        Instant late = jobs.find(new JobId("anna.old")).orElseThrow().expires();
        Await.that("their time is over", () -> tracker.time().isAfter(late));

        assertEquals(Set.of(new JobId("anna.old")), jobs.deleteExpired());
        assertEquals(2, jobs.list().size());
        jobs.release(new JobId("anna.owned"));
        assertEquals(Set.of(new JobId("anna.owned")), jobs.deleteExpired());
        assertEquals(Set.of(new JobId("anna.young")), jobs.names());
    }

    private static JobRecord lasting(String name, Instant created, Duration timeToLive) {
        return new JobRecord(new JobId("anna." + name), JobState.RUNNING, created, created.plus(timeToLive), "",
                new PeerId("submitter.00000001"), 0);
    }

    @Test
    void anUnreadableRecordIsThereAndDoesNotExpire() throws Exception {
        Tracker tracker = local.connect();
        JobRegistry jobs = tracker.jobs();
        var _ = tracker.client()
                .create()
                .creatingParentsIfNeeded()
                .forPath(Paths.job(JOB), "{\"of\":\"a newer version\"}".getBytes(StandardCharsets.UTF_8));
        assertEquals(Set.of(), jobs.deleteExpired());
        assertEquals(Set.of(JOB), jobs.names());
        assertEquals(List.of(), jobs.list());
    }

    @Test
    void malformedRecordsAreSkipped() throws Exception {
        Tracker tracker = local.connect();
        JobRegistry jobs = tracker.jobs();
        jobs.create(Samples.job("good"));
        for (String bad : List.of("", "no JSON", "{}", "{\"state\":\"ODD\"}", "[1]")) {
            String path = Paths.jobsOf("anna") + "/bad-" + Integer.toHexString(bad.hashCode());
            var _ = tracker.client().create().forPath(path, bad.getBytes(StandardCharsets.UTF_8));
        }
        var _ = tracker.client().create().forPath(Paths.jobsOf("anna") + "/not a job", new byte[0]);

        assertEquals(List.of(Samples.entered(Samples.job("good"), jobs)), jobs.list());
        assertEquals(Optional.empty(), jobs.find(new JobId("anna.bad-0")));
        assertEquals(OptionalLong.empty(), jobs.claim(new JobId("anna.bad-0")));
        List<JobRecord> seen = new CopyOnWriteArrayList<>();
        var _ = jobs.watch(new JobId("anna.bad-0"), seen::add);
        tracker.client().setData().forPath(Paths.jobsOf("anna") + "/bad-0", NodeData.encode(Samples.job("bad-0")));
        Await.that("it is seen once it is good",
                () -> seen.equals(List.of(Samples.entered(Samples.job("bad-0"), jobs))));
    }

    /** Its node has the data where an owner's node has none, and its root's node the place of a job's. */
    @Test
    void jobsOfAVersionThatKnewNoOwnersAreNotSeen() throws Exception {
        Tracker tracker = local.connect();
        JobRegistry jobs = tracker.jobs();
        jobs.create(Samples.job("new"));
        String old = Paths.JOBS + "/header-20260131-235959-1f3a5c7e";
        var _ = tracker.client().create().forPath(old, NodeData.encode(Samples.job("old")));
        var _ = tracker.client().create().forPath(old + "/owner", NodeData.encode(Samples.job("old")));

        assertEquals(Set.of(new JobId("anna.new")), jobs.names());
        assertEquals(List.of(Samples.entered(Samples.job("new"), jobs)), jobs.list());
        assertEquals(Set.of(), jobs.deleteExpired());
    }

    @Test
    void aTemplatesRecordIsItsCampaigns() throws Exception {
        Tracker tracker = local.connect();
        JobRegistry jobs = tracker.jobs();
        JobRecord campaign = Samples.job("blocks");
        jobs.create(campaign);

        assertEquals(Paths.job(campaign.job()), Paths.job(campaign.job().template(7)));
        // A stranger's node, by a name that no job has.
        var _ = tracker.client().create().forPath(Paths.jobsOf("anna") + "/blocks.7", new byte[0]);
        assertEquals(Set.of(campaign.job()), jobs.names());
    }

    @Test
    void anExpiryCanBePutOff() {
        Tracker tracker = local.connect();
        JobRegistry jobs = tracker.jobs();
        jobs.create(lasting("blocks", tracker.time(), Duration.ofMillis(1)));
        JobRecord record = jobs.find(new JobId("anna.blocks")).orElseThrow();

        assertTrue(jobs.update(record.withExpires(tracker.time().plus(Duration.ofHours(1)))));

        assertEquals(Set.of(), jobs.deleteExpired());
        assertEquals(Set.of(record.job()), jobs.names());
    }

    @Test
    void ownersHaveJobsOfTheSameName() {
        JobRegistry jobs = local.connect().jobs();
        JobRecord annas = Samples.job("mine");
        JobRecord bertas = new JobRecord(new JobId("berta.mine"), JobState.FOUND, annas.created(), annas.expires(), "",
                annas.submitter(), 0);
        jobs.create(annas);
        jobs.create(bertas);

        assertEquals(Set.of(annas.job(), bertas.job()), jobs.names());
        jobs.delete(bertas.job());
        assertEquals(Set.of(annas.job()), jobs.names());
        assertEquals(Optional.of(JobState.RUNNING), jobs.find(annas.job()).map(JobRecord::state));
    }

    @Test
    void recordsKeepToTheirBounds() {
        assertThrows(IllegalArgumentException.class,
                () -> Samples.job("x".repeat(JobRecord.MAX_DESCRIPTION)).withRootEpoch(-1));
        JobRecord job = Samples.job("job-1");
        assertThrows(IllegalArgumentException.class, () -> new JobRecord(JOB, JobState.RUNNING, job.created(),
                job.expires(), "x".repeat(JobRecord.MAX_DESCRIPTION + 1), job.submitter(), 0));
        assertThrows(IllegalArgumentException.class, () -> new JobRecord(JOB, JobState.RUNNING, job.created(),
                job.expires(), "two\nlines", job.submitter(), 0));
    }
}
