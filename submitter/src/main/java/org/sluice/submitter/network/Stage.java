package org.sluice.submitter.network;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.StateMachine;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.kafka.Inboxes;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Topic;
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
 * Where this process plays a job's root, or those of a campaign: reads their two topics, drives them, sends what they say, and keeps their
 * place at the tracker.
 *
 * <p>The journal and the root's inbox are topics that outlive this process; so does the record at the tracker.
 */
final class Stage {
    private static final Logger LOG = LoggerFactory.getLogger(Stage.class);
    private static final Duration FLUSH = Duration.ofSeconds(2);
    /** Nothing may happen for long, but who watches wants to see the time pass. */
    private static final Duration PULSE = Duration.ofMillis(500);

    private final Connections connections;
    private final JobId job;
    private final boolean isCampaign;
    private final long claim;
    private final Player player;
    private final JournalRepair repair;
    private final Driver driver;
    private final Registration registration;
    private ResourceStack resources = new ResourceStack();
    private volatile boolean journalFailed;
    private volatile @Nullable RuntimeException failure;

    /** Who plays: hears on the driver's thread what the machine tells people, and when it may be looked at. */
    interface Player extends Driver.EffectHandler {
        /** The network answers no more, or again; told on any thread. */
        void connected(boolean connected);
    }

    /**
     * A stage on which nothing has begun.
     *
     * @param version the version of Sluice that this process runs
     * @param record the job's or campaign's, with the epoch with which this process has claimed it
     * @param retention how long topics keep what they hold if they must be made anew
     * @param machine what is played
     */
    Stage(Connections connections, String version, JobRecord record, Duration retention, StateMachine machine,
            Player player) {
        this.connections = connections;
        this.job = record.job();
        this.isCampaign = record.campaign();
        this.claim = record.rootEpoch();
        this.player = player;
        repair = new JournalRepair(connections, record, retention, this::reader, new Repaired());
        registration = new Registration(record.submitter(), PeerInfo.Role.SUBMITTER, 0, 0, version, Set.of(),
                Optional.of(PeerNames.host()));
        driver = new Driver("sluice-" + job, machine, new Effects(), PULSE);
    }

    /**
     * Lets it begin.
     *
     * @param firstEntry the offset of the first entry in the journal that is news
     * @param firstMessage the offset of the first message in the root's inbox that is yet to be taken
     */
    void begin(long firstEntry, long firstMessage) {
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
            opening.add(NetworkPulse.start(this::kafkaAnswers, player::connected));
            opening.add(connections.onMoved(repair::moved)::run);
            opening.add(connections.cannotDoWithout(job)::run);
            opening.add(connections.onRefused(this::refused)::run);
            opening.add(repair::end);
            repair.beginWatching();
            resources = opening.keep();
        }
        connections.moved().ifPresent(repair::moved);
    }

    private void read(Topic topic, long offset, ResourceStack opening) {
        opening.add(() -> connections.inboxes().close(topic));
        connections.inboxes().open(topic, offset, reader(topic));
    }

    /** What takes that which arrives on one of the topics, and skips what does not belong there. */
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

    /** The servers do not let this process go on any more. A job goes on, and can be resumed by a process that is let in. */
    private void refused(RuntimeException refusal) {
        String line = refusal.getMessage() + (isCampaign
                ? "; its workers stop when the time of what they search is over"
                : "; the job's workers go on, and a process with the rights can take over: sluice resume " + job);
        leave(refusal instanceof TrackerRefusedException
                ? new TrackerRefusedException(line, refusal)
                : new AccessRefusedException(line, refusal));
    }

    private void leave(RuntimeException why) {
        failure = why;
        driver.close();
    }

    /** The machine is told a fact. */
    void tell(Input input) {
        driver.offer(input);
    }

    /** Waits until the machine has left, or was made to. */
    void awaitLeft() throws InterruptedException {
        driver.awaitLeft();
    }

    /** The same, not longer than that. */
    void awaitLeft(Duration longest) throws InterruptedException {
        var _ = driver.awaitLeft(longest);
    }

    /** Why the machine was made to leave, if it was. */
    Optional<RuntimeException> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * Closes everything, and tells the tracker of the end.
     *
     * @param outcome what has come of it, if that is known
     */
    void close(Optional<Outcome> outcome) {
        driver.close();
        repair.end();
        connections.outbox().flush(FLUSH);
        // A journal that is lost is nobody's now, and must not make what others send seem lost.
        connections.outbox().beginJournal(job);
        try {
            outcome.ifPresent(this::record);
            connections.tracker().jobs().release(job);
        } catch (TrackerRefusedException e) {
            LOG.debug("it is known that the tracker does not let this process go on with {}", job, e);
        } catch (RuntimeException e) {
            LOG.warn("the tracker was not told of the end of {}: {}", job, e.getMessage());
        }
        resources.close();
    }

    /** Unless another root has claimed the job in the meantime: then the end is its to tell. */
    private void record(Outcome outcome) {
        connections.tracker()
                .jobs()
                .find(job)
                .filter(record -> record.rootEpoch() == claim)
                .ifPresent(record -> connections.tracker().jobs().update(record.withState(state(outcome))));
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

    /** Reads one of the topics. */
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
            Stage.this.leave(why);
        }
    }

    /** Sends and writes; the rest is the player's. */
    private final class Effects implements Driver.EffectHandler {
        @Override
        public void carryOut(Effect effect) {
            switch (effect) {
                case Effect.Send send -> connections.outbox().send(send.to(), send.message());
                case Effect.Journal journal -> {
                    if (!journalFailed) {
                        connections.outbox().journal(job, journal.event());
                    }
                }
                case Effect.Tell _,Effect.Leave _ -> player.carryOut(effect);
                case Effect.WakeAt _,Effect.StartHashing _,Effect.StopHashing _ ->
                    throw new IllegalStateException("a root's driver does not pass on " + effect);
            }
        }

        @Override
        public void stepped() {
            player.stepped();
        }
    }
}
