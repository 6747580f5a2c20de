package org.sluice.submitter.network;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Campaign;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningCampaign;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.SupersededException;
import org.sluice.submitter.report.JobText;
import org.sluice.submitter.request.UsageException;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.PeerNames;
import org.sluice.worker.search.Reference;

/**
 * Runs jobs on a network that this process has joined.
 *
 * <p>Whoever plays a job's root has claimed it at the tracker, and so has an epoch of its own. Who resumes a job writes that
 * into the job's journal before all else: what stands before it is history. Then it reads what the root's inbox holds by then,
 * which is history too; what comes after that is addressed to the new root.
 */
final class KafkaJobRunner implements JobRunner {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LEAST_KEPT = Duration.ofHours(1);

    private final Connections connections;
    private final String version;
    private final RandomGenerator random;

    KafkaJobRunner(Connections connections, String version, RandomGenerator random) {
        this.connections = connections;
        this.version = version;
        this.random = random;
    }

    @Override
    public RunningJob start(JobSpec spec, Duration timeToLive, Observer observer) {
        observer.began(spec);
        JobId job = spec.id();
        Instant now = connections.tracker().time();
        JobRecord record = new JobRecord(job, JobState.RUNNING, now, now.plus(timeToLive), JobText.description(spec),
                submitter(job.owner()), 0);
        try (ResourceStack opening = new ResourceStack()) {
            long epoch = enter(record, timeToLive, opening);
            Root root = new Root(record.submitter(), spec, timeToLive, Reference::verifies, Parameters.defaults(),
                    random);
            RunningJob running = new PlayedRoot(connections, version, record.withRootEpoch(epoch), timeToLive, root,
                    observer).begin(0, 0);
            var _ = opening.keep();
            return running;
        }
    }

    @Override
    public RunningCampaign open(JobId campaign, String description, Duration timeToLive,
            RunningCampaign.Observer observer) {
        Instant now = connections.tracker().time();
        JobRecord record = new JobRecord(campaign, JobState.RUNNING, now, now.plus(timeToLive), description,
                submitter(campaign.owner()), 0, true);
        try (ResourceStack opening = new ResourceStack()) {
            long epoch = enter(record, timeToLive, opening);
            Campaign roots = new Campaign(campaign, record.submitter(), Reference::verifies, Parameters.defaults(),
                    random);
            RunningCampaign running = new PlayedCampaign(connections, version, record.withRootEpoch(epoch),
                    timeToLive, roots, observer).begin();
            var _ = opening.keep();
            return running;
        }
    }

    /** Makes the record and the topics of a new job, and claims its root; what there is of them goes if the rest fails. */
    private long enter(JobRecord record, Duration timeToLive, ResourceStack opening) {
        JobId job = record.job();
        connections.tracker().jobs().create(record);
        opening.add(() -> connections.tracker().jobs().delete(job));
        opening.add(() -> connections.topics().delete(Topic.ofJob(job)));
        connections.topics().create(Topic.ofJob(job), timeToLive);
        long epoch = claim(job);
        opening.add(() -> connections.tracker().jobs().release(job));
        return epoch;
    }

    @Override
    public RunningJob resume(JobId job, Optional<Duration> longest, Observer observer) throws InterruptedException {
        restore(job);
        JobRecord found = find(job);
        if (found.campaign()) {
            throw new UsageException(
                    job + " cannot be resumed: only who has started it knows what to do with what is found;"
                            + " start it again with sluice submit bitcoin");
        }
        if (found.state().ended()) {
            Optional<Answer> answer = answer(found, observer);
            if (answer.isPresent()) {
                return new EndedJob(answer.get());
            }
        }
        long epoch = claim(job);
        try (ResourceStack opening = new ResourceStack()) {
            opening.add(() -> connections.tracker().jobs().release(job));
            RunningJob running = resume(found.withRootEpoch(epoch).withSubmitter(submitter(job.owner())),
                    longest, observer);
            var _ = opening.keep();
            return running;
        }
    }

    @Override
    public void restore(JobId job) throws InterruptedException {
        if (connections.tracker().jobs().find(job).isEmpty() && connections.topics().exists(new Topic.Journal(job))) {
            var _ = new LostJobs(connections.tracker(), connections.servers(), connections.properties())
                    .adopt(job);
        }
    }

    private RunningJob resume(JobRecord record, Optional<Duration> longest, Observer observer)
            throws InterruptedException {
        JobId job = record.job();
        connections.outbox()
                .store(job, new RootEvent.Resumed(job, Root.firstEpoch(record.rootEpoch()), record.submitter()),
                        PATIENCE);
        Duration left = Duration.between(connections.tracker().time(), record.expires());
        // It may have been lost alone; then what was reported is lost, and nothing else.
        connections.topics().create(new Topic.RootInbox(job), left.compareTo(LEAST_KEPT) < 0 ? LEAST_KEPT : left);
        Replay replay = Replay.until(connections.servers(), connections.properties(), job,
                Root.firstEpoch(record.rootEpoch()));
        JobSpec spec = replay.spec();
        JobRecord stored = find(job);
        if (stored.state().ended()) {
            replay.history().recorded(outcome(stored));
        }
        connections.tracker()
                .jobs()
                .update(stored.withSubmitter(record.submitter()).withState(JobState.RUNNING));
        observer.began(spec);
        Duration timeLeft = replay.history().remaining();
        Duration remaining = longest.filter(wanted -> wanted.compareTo(timeLeft) < 0).orElse(timeLeft);
        Root root = Root.resume(replay.history(), Root.firstEpoch(record.rootEpoch()), remaining, Parameters.defaults(),
                random);
        return new PlayedRoot(connections, version, record.withState(JobState.RUNNING), remaining, root, observer)
                .begin(replay.nextEntry(), replay.nextMessage());
    }

    /** The answer of a job that has ended, as its topics prove; empty if only its record says that it has. */
    private Optional<Answer> answer(JobRecord ended, Observer observer) throws InterruptedException {
        Replay replay = Replay.all(connections.servers(), connections.properties(), ended.job());
        JobSpec spec = replay.spec();
        Optional<Outcome> outcome = replay.history().outcome();
        if (outcome.isEmpty()) {
            return Optional.empty();
        }
        observer.began(spec);
        Set<PeerId> alive = connections.tracker()
                .directory()
                .describe()
                .stream()
                .map(record -> record.registration().peer())
                .collect(Collectors.toSet());
        return Optional.of(replay.history().answer(outcome.get(), alive::contains));
    }

    private static Outcome outcome(JobRecord ended) {
        return switch (ended.state()) {
            case FOUND -> Outcome.FOUND;
            case EXHAUSTED -> Outcome.EXHAUSTED;
            case CANCELLED -> Outcome.CANCELLED;
            case EXPIRED -> Outcome.EXPIRED;
            case FAILED -> Outcome.FAILED;
            case RUNNING -> throw new IllegalStateException(ended.job() + " has not ended");
        };
    }

    /**
     * A new submitter with the name of the job's owner, whatever the login name of the user: rights in the servers are given by the
     * owner's name, so the servers decide who may resume or cancel a job.
     */
    private PeerId submitter(String owner) {
        return PeerNames.incarnation(owner, random);
    }

    private JobRecord find(JobId job) {
        return connections.tracker()
                .jobs()
                .find(job)
                .orElseThrow(() -> new UsageException("there is no job " + job + "; sluice jobs lists them"));
    }

    private long claim(JobId job) {
        OptionalLong claimed = connections.tracker().jobs().claim(job);
        return claimed
                .orElseThrow(() -> new SupersededException("the submitter of " + job + ", " + find(job).submitter()
                        + ", is alive and will print the answer; if it has just died, try again in "
                        + Tracker.DEFAULT_SESSION_TIMEOUT.toSeconds() + " s"));
    }

    /** A job of which only the answer is left to give. */
    private record EndedJob(Answer answer) implements RunningJob {
        @Override
        public Answer await() {
            return answer;
        }

        @Override
        public void cancel() {
            // It has ended.
        }
    }
}
