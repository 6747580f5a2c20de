package org.sluice.submitter.network;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Answer;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.Root;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.Event;
import org.sluice.schemas.Inboxes;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.report.JobText;
import org.sluice.tracker.JobRecord;
import org.sluice.tracker.JobState;
import org.sluice.tracker.Presence;
import org.sluice.tracker.Registration;
import org.sluice.tracker.Subscription;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.Driver;
import org.sluice.worker.runtime.PeerNames;
import org.sluice.worker.runtime.SkippedRecords;
import org.sluice.worker.search.Reference;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job whose root this process plays.
 *
 * <p>The job's topic is the root's inbox and its journal at once, and outlives this process; so does the job's record at
 * the tracker.
 */
final class SubmittedJob implements RunningJob {
    private static final Logger LOG = LoggerFactory.getLogger(SubmittedJob.class);
    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(100);
    private static final Duration FLUSH = Duration.ofSeconds(2);
    private static final Duration PROGRESS_PULSE = Duration.ofMillis(500);

    private final Connections connections;
    private final JobSpec spec;
    private final Root root;
    private final Driver driver;
    private final JobRunner.Observer observer;
    private final Presence presence;
    private final Subscription peers;
    private final Runnable goneSubscription;
    private long progressToldNanos = System.nanoTime() - PROGRESS_INTERVAL.toNanos();

    private SubmittedJob(Connections connections, JobSpec spec, Duration timeToLive, String version,
            JobRunner.Observer observer, RandomGenerator random) {
        this.connections = connections;
        this.spec = spec;
        this.observer = observer;
        PeerId submitter = PeerNames.incarnation("submitter-" + PeerNames.host(), random);
        root = new Root(submitter, spec, timeToLive,
                solution -> Reference.verifies(spec.work(), spec.goal(), solution), Parameters.defaults(), random);
        driver = new Driver("sluice-" + spec.id(), root, new RootHands());
        connections.topics().create(spec.id(), timeToLive);
        Instant now = Instant.now();
        connections.tracker()
                .jobs()
                .create(new JobRecord(spec.id(), JobState.RUNNING, now, now.plus(timeToLive),
                        JobText.description(spec), submitter, 0));
        connections.tracker().jobs().claim(spec.id());
        connections.inboxes().open(spec.id(), Inboxes.From.BEGINNING, new JobTopic());
        goneSubscription = connections.onGone(address -> driver.offer(new Input.DestinationGone(address)));
        presence = connections.tracker()
                .directory()
                .register(new Registration(submitter,
                        PeerInfo.Role.SUBMITTER, 0, 0, version, Set.of(), Optional.of(PeerNames.host())));
        driver.start();
        peers = connections.tracker().directory().watch(live -> driver.offer(new Input.PeersChanged(live)));
    }

    static SubmittedJob start(Connections connections, JobSpec spec, Duration timeToLive, String version,
            JobRunner.Observer observer, RandomGenerator random) {
        return new SubmittedJob(connections, spec, timeToLive, version, observer, random);
    }

    @Override
    public Answer await() throws InterruptedException {
        try {
            while (!driver.awaitLeft(PROGRESS_PULSE)) {
                // Nothing may happen for long, but who watches wants to see the time pass.
                driver.offer(new Input.TimePassed());
            }
        } finally {
            leave();
        }
        return root.answer().orElseThrow(() -> new IllegalStateException("the job ended without an answer"));
    }

    @Override
    public void cancel() {
        driver.offer(new Input.StopRequested());
    }

    private void leave() {
        driver.close();
        connections.outbox().flush(FLUSH);
        goneSubscription.run();
        peers.close();
        connections.inboxes().close(spec.id());
        try {
            root.answer().ifPresent(this::record);
            connections.tracker().jobs().release(spec.id());
            presence.close();
        } catch (RuntimeException e) {
            LOG.warn("the tracker was not told of the end of {}: {}", spec.id(), e.getMessage());
        }
    }

    private void record(Answer answer) {
        connections.tracker()
                .jobs()
                .find(spec.id())
                .ifPresent(record -> connections.tracker().jobs().update(record.withState(state(answer.outcome()))));
    }

    private static JobState state(Outcome outcome) {
        return switch (outcome) {
            case FOUND -> JobState.FOUND;
            case EXHAUSTED -> JobState.EXHAUSTED;
            case CANCELLED -> JobState.CANCELLED;
            case EXPIRED -> JobState.EXPIRED;
            case FAILED -> JobState.FAILED;
        };
    }

    /** Reads the job's topic: messages to the root, and others' wish to cancel the job. */
    private final class JobTopic implements Inboxes.Handler {
        private final SkippedRecords skipped = new SkippedRecords("the topic of " + spec.id());

        @Override
        public void received(Event event, Instant storedAt, long offset) {
            switch (event) {
                case Event.Addressed addressed -> driver.offer(new Input.MessageReceived(addressed.message()));
                case Event.Journaled journaled -> {
                    switch (journaled.event()) {
                        case RootEvent.CancelRequested _ -> cancel();
                        case RootEvent.Started _,RootEvent.Assigned _,RootEvent.Distrusted _,RootEvent.Resumed _,RootEvent.Ended _ -> {
                            // What this root has written itself.
                        }
                    }
                }
            }
        }

        @Override
        public void skipped(long offset, String why) {
            skipped.add(offset, why);
        }
    }

    /** Carries out the root's effects. */
    private final class RootHands implements Driver.Hands {
        @Override
        public void carryOut(Effect effect) {
            switch (effect) {
                case Effect.Send send -> connections.outbox().send(send.to(), send.message());
                case Effect.Journal journal -> connections.outbox().journal(spec.id(), journal.event());
                case Effect.Tell tell -> observer.noticed(tell.notice());
                case Effect.Leave _ -> observer.progressed(root.progress());
                case Effect.WakeAt _,Effect.StartHashing _,Effect.StopHashing _ ->
                    throw new IllegalStateException("a root's driver does not pass on " + effect);
            }
        }

        @Override
        public void stepped() {
            long now = System.nanoTime();
            if (now - progressToldNanos >= PROGRESS_INTERVAL.toNanos()) {
                progressToldNanos = now;
                observer.progressed(root.progress());
            }
        }
    }
}
