package org.sluice.submitter.network;

import java.util.List;
import java.util.function.Consumer;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.History;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.console.StoredEvent;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.events.EventLog;
import org.sluice.submitter.events.KafkaEventLog;
import org.sluice.submitter.events.StoredRecord;
import org.sluice.submitter.request.UsageException;
import org.sluice.worker.runtime.ClientProperties;
import org.sluice.worker.search.Reference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a job's topics from their beginnings, and makes the job's {@link History} of them.
 *
 * <p>First the journal, then the root's inbox, for what a peer says of its part means something only when that part is known.
 * Nothing else is needed of the order between the two. What stands behind the last entry and the last message that were read is
 * there for the root that goes on: so nothing is lost between history and inbox, and nothing is told twice.
 */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    private final JobId job;
    private final History history;
    /** The root whose resumption is the last entry that counts. */
    private final long rootEpoch;
    private long nextEntry;
    private long nextMessage;
    private boolean complete;
    private long lastEpoch;
    private @Nullable PeerId submitter;

    private Replay(JobId job, long rootEpoch) {
        this.job = job;
        this.history = new History(job, Reference::verifies);
        this.rootEpoch = rootEpoch;
    }

    /** Reads the journal up to the entry that says that the root with this epoch has resumed the job, and then the inbox. */
    static Replay until(Servers servers, ClientProperties properties, JobId job, long rootEpoch)
            throws InterruptedException {
        try (EventLog log = KafkaEventLog.connect(servers, properties)) {
            return until(log, job, rootEpoch);
        }
    }

    static Replay until(EventLog log, JobId job, long rootEpoch) throws InterruptedException {
        Replay replay = new Replay(job, rootEpoch);
        replay.read(log);
        if (!replay.complete) {
            throw new IllegalStateException("the journal of " + job + " has lost what was just written");
        }
        return replay;
    }

    /** Reads all there is. */
    static Replay all(Servers servers, ClientProperties properties, JobId job) throws InterruptedException {
        try (EventLog log = KafkaEventLog.connect(servers, properties)) {
            return all(log, job);
        }
    }

    static Replay all(EventLog log, JobId job) throws InterruptedException {
        Replay replay = new Replay(job, Long.MAX_VALUE);
        replay.read(log);
        return replay;
    }

    private void read(EventLog log) throws InterruptedException {
        read(log, new Topic.Journal(job), this::entry);
        try {
            read(log, new Topic.RootInbox(job), this::message);
        } catch (UsageException noSuchTopic) {
            LOG.warn("the inbox of the root of {} is gone, and what had been reported with it", job);
        }
    }

    private static void read(EventLog log, Topic topic, Consumer<StoredRecord> taker) throws InterruptedException {
        log.read(new EventLog.Topics.Some(List.of(topic)), EventLog.From.BEGINNING, EventLog.Until.CAUGHT_UP, taker);
    }

    private void entry(StoredRecord record) {
        if (complete) {
            return;
        }
        nextEntry = record.offset() + 1;
        if (record instanceof StoredRecord.Understood(StoredEvent stored)
                && stored.event() instanceof Event.Journaled(RootEvent entry) && entry.job().equals(job)) {
            rootOf(entry);
            history.journaled(entry, stored.storedAt());
            complete = entry instanceof RootEvent.Resumed resumed && resumed.rootEpoch() == rootEpoch;
        } else {
            skipped(record, "no entry of this job's journal");
        }
    }

    private void message(StoredRecord record) {
        nextMessage = record.offset() + 1;
        if (record instanceof StoredRecord.Understood(StoredEvent stored)
                && stored.event() instanceof Event.Addressed(Message message)) {
            history.received(message);
        } else {
            skipped(record, "no message");
        }
    }

    private static void skipped(StoredRecord record, String why) {
        LOG.warn("skipped the record at offset {} of {}: {}", record.offset(), record.topic(),
                record instanceof StoredRecord.Malformed malformed ? malformed.why() : why);
    }

    private void rootOf(RootEvent event) {
        switch (event) {
            case RootEvent.Started started -> rootIs(started.submitter(), started.rootEpoch());
            case RootEvent.Resumed resumed -> rootIs(resumed.submitter(), resumed.rootEpoch());
            case RootEvent.Assigned _,RootEvent.Distrusted _,RootEvent.CancelRequested _,RootEvent.Ended _ -> {
                // Written by the same root.
            }
        }
    }

    private void rootIs(PeerId player, long epoch) {
        submitter = player;
        lastEpoch = Math.max(lastEpoch, epoch);
    }

    /** Who has played the job's root last. */
    PeerId submitter() {
        if (submitter == null) {
            throw new IllegalStateException("the beginning of " + job + " is not known");
        }
        return submitter;
    }

    /** The highest epoch with which a root has begun. */
    long lastEpoch() {
        return lastEpoch;
    }

    History history() {
        return history;
    }

    JobSpec spec() {
        return history.spec()
                .orElseThrow(() -> new UsageException("the journal of " + job
                        + " does not tell any more how the job began, so it cannot be resumed"));
    }

    /** The offset in the journal behind the last entry that counts. */
    long nextEntry() {
        return nextEntry;
    }

    /** The offset in the root's inbox behind the last message that was read. */
    long nextMessage() {
        return nextMessage;
    }
}
