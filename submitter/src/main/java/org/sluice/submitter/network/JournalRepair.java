package org.sluice.submitter.network;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

import org.sluice.protocol.Input;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.Inboxes;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.SupersededException;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.TrackerException;
import org.sluice.worker.runtime.Connections;

import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a running job's topics anew when its journal or its root's inbox is lost, and its record at the tracker if that is gone
 * too; then the root writes into them what it knows. Whichever of the two is lost, it writes both: facts and assignments belong
 * together.
 *
 * <p>A job fails when that does not succeed within a minute and a half, or succeeds again and again to no effect, as when entries are
 * refused. A root whose job has meanwhile gone to another has nothing to repair, and leaves.
 */
final class JournalRepair {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRepair.class);
    /** Longer than the interval in which a steward looks whether the registry has lost its schemas. */
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int MOST_WITHIN_PATIENCE = 3;

    private final Connections connections;
    private final JobRecord record;
    private final Duration retention;
    private final Function<Topic, Inboxes.Handler> reader;
    private final Root root;
    private final AtomicBoolean repairing = new AtomicBoolean();
    private final Thread watching = Thread.ofVirtual().name("sluice-journal-watch").unstarted(this::watch);
    private volatile boolean over;
    // Of the repairing thread alone, of which there is one at a time.
    private final Set<Topic> unread = new HashSet<>();
    private int repairs;
    private long firstAt;

    /** Who plays the root. */
    interface Root {
        /** It is told a fact. */
        void told(Input input);

        /** The journal is given up: nothing is to be written into it any more. */
        void journalFailed();

        /** It can only leave. */
        void leave(RuntimeException why);
    }

    /**
     * Nothing to repair yet.
     *
     * @param record the job's, with the epoch of this root
     * @param retention how long a new topic keeps what it holds
     * @param reader what reads each of the topics
     */
    JournalRepair(Connections connections, JobRecord record, Duration retention,
            Function<Topic, Inboxes.Handler> reader, Root root) {
        this.connections = connections;
        this.record = record;
        this.retention = retention;
        this.reader = reader;
        this.root = root;
    }

    /** Looks from now on whether the topics are there: a root that has nothing to write would not notice. */
    void beginWatching() {
        watching.start();
    }

    private void watch() {
        while (!over) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            try {
                if (!over && !connections.topics().exist(Topic.ofJob(record.job()))) {
                    begin();
                }
            } catch (RuntimeException e) { // Of the clients, whatever it is: the next look may be luckier.
                connections.needed(e);
                LOG.debug("the topics of {} cannot be looked for", record.job(), e);
            }
        }
    }

    /** The journal or the root's inbox is lost; does not wait. */
    void begin() {
        if (!over && repairing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("sluice-journal-repair").start(this::repair);
        }
    }

    /** There is another network at the tracker's address now. */
    void moved(Servers now) {
        Servers joined = connections.servers();
        if (now.bootstrapServers().equals(joined.bootstrapServers())
                && now.registryUrl().equals(joined.registryUrl())) {
            begin();
            return;
        }
        boolean kept = now.clusterId().isPresent() && now.clusterId().equals(joined.clusterId());
        root.leave(new KafkaException("the network's servers are elsewhere now: Kafka at " + now.bootstrapServers()
                + "; " + advice(kept)));
    }

    private String advice(boolean kept) {
        if (record.campaign()) {
            return "nobody can go on with " + record.job() + ", so start it again";
        }
        return kept
                ? "sluice resume " + record.job() + " goes on with the job"
                : "they know nothing of the job " + record.job() + ", so submit it again";
    }

    /** Nothing is repaired any more. */
    void end() {
        over = true;
        watching.interrupt();
    }

    private void repair() {
        try {
            Optional<String> trouble = isFutile()
                    ? Optional.of("it is lost again and again; "
                            + connections.outbox().lost(record.job()).orElse("a topic of it does not exist"))
                    : tryUntilDone();
            repairing.set(false);
            if (!over) {
                if (trouble.isPresent()) {
                    root.journalFailed();
                }
                connections.outbox().beginJournal(record.job());
                root.told(trouble.<Input>map(Input.JournalFailed::new).orElseGet(Input.JournalReplaced::new));
            }
        } catch (RuntimeException e) {
            over = true;
            root.leave(e);
        }
    }

    private boolean isFutile() {
        long now = System.nanoTime();
        if (repairs == 0 || now - firstAt > PATIENCE.toNanos()) {
            firstAt = now;
            repairs = 0;
        }
        repairs++;
        return repairs > MOST_WITHIN_PATIENCE;
    }

    /** Returns why the topics are not there, if they are not. */
    private Optional<String> tryUntilDone() {
        long begun = System.nanoTime();
        while (true) {
            try {
                makeAnew();
                return Optional.empty();
            } catch (TrackerException | ServersUnavailableException e) {
                connections.needed(e);
                if (over || System.nanoTime() - begun > PATIENCE.toNanos()) {
                    return Optional.of(String.valueOf(e.getMessage()));
                }
                LOG.debug("the topics of {} cannot be made yet", record.job(), e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void makeAnew() {
        restoreRecord();
        connections.codec().renew();
        List<Topic> topics = Topic.ofJob(record.job());
        try {
            // One that was there is read on from where it is read: what it holds was told.
            unread.addAll(connections.topics().create(topics, retention));
        } catch (ServersUnavailableException e) {
            unread.addAll(topics); // Nobody knows what became of it.
            throw e;
        }
        for (Topic topic : List.copyOf(unread)) {
            connections.inboxes().close(topic);
            connections.inboxes().open(topic, Inboxes.From.BEGINNING, reader.apply(topic));
            unread.remove(topic);
        }
    }

    /** A tracker that lost all it had knows nothing of the job; its record then gets the epoch that it had. */
    private void restoreRecord() {
        Optional<JobRecord> kept = connections.tracker().jobs().find(record.job());
        if (kept.isEmpty()) {
            connections.tracker().jobs().create(record.withRootEpoch(record.rootEpoch() - 1));
            connections.tracker().jobs().claim(record.job());
        } else if (kept.get().rootEpoch() != record.rootEpoch()) {
            throw new SupersededException(record.job() + " was resumed by " + kept.get().submitter()
                    + ", which will print the answer; this submitter has stepped down");
        }
    }
}
