package org.sluice.submitter.network;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.kafka.Inboxes;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.SupersededException;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.Registration;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.Driver;
import org.sluice.worker.runtime.PeerNames;
import org.sluice.worker.runtime.SkippedRecords;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The root of a job as this process plays it.
 *
 * <p>The job's topic is the root's inbox and its journal at once, and outlives this process; so does the job's record at
 * the tracker.
 */
final class PlayedRoot implements RunningJob {
    private static final Logger LOG = LoggerFactory.getLogger(PlayedRoot.class);
    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(100);
    private static final Duration FLUSH = Duration.ofSeconds(2);
    /** Nothing may happen for long, but who watches wants to see the time pass. */
    private static final Duration PROGRESS_PULSE = Duration.ofMillis(500);

    private final Connections connections;
    private final JobId job;
    private final long claim;
    private final Root root;
    private final JobTopic topic = new JobTopic();
    private final JournalRepair repair;
    private final Driver driver;
    private final JobRunner.Observer observer;
    private final Registration registration;
    private ResourceStack resources = new ResourceStack();
    private volatile boolean journalFailed;
    private volatile @Nullable RuntimeException failure;
    private long progressToldNanos = System.nanoTime() - PROGRESS_INTERVAL.toNanos();

    /**
     * A root that has not begun.
     *
     * @param version the version of Sluice that this process runs
     * @param record the job's, with the epoch with which this process has claimed it
     * @param timeToLive how much time the job has
     */
    PlayedRoot(Connections connections, String version, JobRecord record, Duration timeToLive, Root root,
            JobRunner.Observer observer) {
        this.connections = connections;
        this.job = record.job();
        this.claim = record.rootEpoch();
        this.root = root;
        repair = new JournalRepair(connections, record, timeToLive, topic, new Repaired());
        this.observer = observer;
        registration = new Registration(record.submitter(), PeerInfo.Role.SUBMITTER, 0, 0, version, Set.of(),
                Optional.of(PeerNames.host()));
        driver = new Driver("sluice-" + job, root, new RootEffects(), PROGRESS_PULSE);
    }

    /**
     * Lets the root begin.
     *
     * @param offset of the first event in the job's topic that is addressed to it
     */
    PlayedRoot begin(long offset) {
        try (ResourceStack opening = new ResourceStack()) {
            opening.add(() -> connections.inboxes().close(job));
            connections.inboxes().open(job, offset, topic);
            opening.add(connections.outbox().onGone(this::gone)::run);
            opening.add(connections.outbox().onJournalLost(lost -> {
                if (lost.equals(job)) {
                    repair.begin();
                }
            })::run);
            opening.add(connections.tracker().directory().register(registration));
            opening.add(driver);
            driver.start();
            // Its first step, whoever there is: the job's time begins to run.
            driver.offer(new Input.TimePassed());
            opening.add(connections.tracker()
                    .directory()
                    .watch(live -> driver.offer(new Input.PeersChanged(live))));
            opening.add(NetworkPulse.start(this::kafkaAnswers, observer::connected));
            opening.add(connections.onMoved(repair::moved)::run);
            opening.add(repair::end);
            repair.beginWatching();
            resources = opening.keep();
        }
        connections.moved().ifPresent(repair::moved);
        return this;
    }

    private void gone(Address address) {
        if (address.equals(job)) {
            repair.begin();
        } else {
            driver.offer(new Input.DestinationGone(address));
        }
    }

    /** Without it nothing is heard of the job; without the tracker it goes on. */
    private boolean kafkaAnswers() {
        var _ = connections.topics().exists(job);
        return true;
    }

    @Override
    public Answer await() throws InterruptedException {
        try {
            driver.awaitLeft();
        } finally {
            leave();
        }
        return root.answer().orElseThrow(this::withoutAnswer);
    }

    @Override
    public void cancel() {
        driver.offer(new Input.StopRequested());
    }

    private RuntimeException withoutAnswer() {
        RuntimeException why = failure;
        if (why != null) {
            return why;
        }
        return root.successor()
                .<RuntimeException>map(successor -> new SupersededException(job + " was resumed by " + successor
                        + ", which will print the answer; this submitter has stepped down"))
                .orElseGet(() -> new IllegalStateException("the job ended without an answer"));
    }

    private void leave() {
        driver.close();
        repair.end();
        connections.outbox().flush(FLUSH);
        // A journal that is lost is nobody's now, and must not make what others send seem lost.
        connections.outbox().beginJournal(job);
        try {
            root.answer().ifPresent(this::record);
            connections.tracker().jobs().release(job);
        } catch (RuntimeException e) {
            LOG.warn("the tracker was not told of the end of {}: {}", job, e.getMessage());
        }
        resources.close();
    }

    /** Unless another root has claimed the job in the meantime: then the end is its to tell. */
    private void record(Answer answer) {
        connections.tracker()
                .jobs()
                .find(job)
                .filter(record -> record.rootEpoch() == claim)
                .ifPresent(record -> connections.tracker().jobs().update(record.withState(state(answer.outcome()))));
    }

    static JobState state(Outcome outcome) {
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
        private final SkippedRecords skipped = new SkippedRecords("the topic of " + job);

        @Override
        public void received(Event event, Instant storedAt, long offset) {
            switch (event) {
                case Event.Addressed addressed -> driver.offer(new Input.MessageReceived(addressed.message()));
                case Event.Journaled journaled -> driver.offer(new Input.Journaled(journaled.event()));
            }
        }

        @Override
        public void skipped(long offset, String why) {
            skipped.add(offset, why);
        }
    }

    /** Hears what becomes of a journal that was lost. */
    private final class Repaired implements JournalRepair.Root {
        @Override
        public void told(Input input) {
            driver.offer(input);
        }

        @Override
        public void journalFailed() {
            journalFailed = true;
        }

        @Override
        public void leave(RuntimeException why) {
            failure = why;
            driver.close();
        }
    }

    /** Carries out the root's effects. */
    private final class RootEffects implements Driver.EffectHandler {
        @Override
        public void carryOut(Effect effect) {
            switch (effect) {
                case Effect.Send send -> connections.outbox().send(send.to(), send.message());
                case Effect.Journal journal -> {
                    if (!journalFailed) {
                        connections.outbox().journal(job, journal.event());
                    }
                }
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
