package org.sluice.submitter.network;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.kafka.Inboxes;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.SupersededException;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.Registration;
import org.sluice.tracker.node.TrackerRefusedException;
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
 * <p>The job's journal and the root's inbox are topics that outlive this process; so does the job's record at the tracker.
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
        repair = new JournalRepair(connections, record, timeToLive, this::reader, new Repaired());
        this.observer = observer;
        registration = new Registration(record.submitter(), PeerInfo.Role.SUBMITTER, 0, 0, version, Set.of(),
                Optional.of(PeerNames.host()));
        driver = new Driver("sluice-" + job, root, new RootEffects(), PROGRESS_PULSE);
    }

    /**
     * Lets the root begin.
     *
     * @param firstEntry the offset of the first entry in the job's journal that is news to it
     * @param firstMessage the offset of the first message in the root's inbox that it has yet to take
     */
    PlayedRoot begin(long firstEntry, long firstMessage) {
        try (ResourceStack opening = new ResourceStack()) {
            // The journal first: a root that is succeeded had better hear of it before it hears what its successor has caused.
            read(new Topic.Journal(job), firstEntry, opening);
            read(new Topic.RootInbox(job), firstMessage, opening);
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
            opening.add(connections.cannotDoWithout(job)::run);
            opening.add(connections.onRefused(this::refused)::run);
            opening.add(repair::end);
            repair.beginWatching();
            resources = opening.keep();
        }
        connections.moved().ifPresent(repair::moved);
        return this;
    }

    private void read(Topic topic, long offset, ResourceStack opening) {
        opening.add(() -> connections.inboxes().close(topic));
        connections.inboxes().open(topic, offset, reader(topic));
    }

    /** What takes that which arrives on one of the job's topics, and skips what does not belong there. */
    private Inboxes.Handler reader(Topic topic) {
        return switch (topic) {
            case Topic.Journal _ -> new Reader("the journal of " + job,
                    event -> event instanceof Event.Journaled(RootEvent entry)
                            ? Optional.of(new Input.Journaled(entry))
                            : Optional.empty());
            case Topic.RootInbox _ -> new Reader("the inbox of the root of " + job,
                    event -> event instanceof Event.Addressed(Message message)
                            ? Optional.of(new Input.MessageReceived(message))
                            : Optional.empty());
            case Topic.Inbox _ -> throw new IllegalArgumentException(topic + " is no job's");
        };
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
        try {
            var _ = connections.topics().exists(new Topic.RootInbox(job));
        } catch (AccessRefusedException e) {
            connections.needed(e);
        }
        return true;
    }

    /** The servers do not let this process go on any more. The job goes on, and can be resumed by a process that is let in. */
    private void refused(RuntimeException refusal) {
        String line = refusal.getMessage()
                + "; the job's workers go on, and a process with the rights can take over: sluice resume " + job;
        leave(refusal instanceof TrackerRefusedException
                ? new TrackerRefusedException(line, refusal)
                : new AccessRefusedException(line, refusal));
    }

    private void leave(RuntimeException why) {
        failure = why;
        driver.close();
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
        } catch (TrackerRefusedException e) {
            LOG.debug("it is known that the tracker does not let this process go on with {}", job, e);
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

    /** Reads one of the job's topics. */
    private final class Reader implements Inboxes.Handler {
        private final Function<Event, Optional<Input>> meaning;
        private final SkippedRecords skipped;

        Reader(String what, Function<Event, Optional<Input>> meaning) {
            this.meaning = meaning;
            skipped = new SkippedRecords(what);
        }

        @Override
        public void received(Event event, Instant storedAt, long offset) {
            meaning.apply(event)
                    .ifPresentOrElse(driver::offer, () -> skipped.add(offset, "it does not belong into this topic"));
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
            PlayedRoot.this.leave(why);
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
