package org.sluice.submitter.network;

import java.util.Map;

import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.History;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.console.StoredEvent;
import org.sluice.schemas.kafka.Servers;
import org.sluice.submitter.events.EventLog;
import org.sluice.submitter.events.KafkaEventLog;
import org.sluice.submitter.events.StoredRecord;
import org.sluice.submitter.request.UsageException;
import org.sluice.worker.search.Reference;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a job's topic from its beginning, and makes the job's {@link History} of it. */
final class Replay {
    private static final Logger LOG = LoggerFactory.getLogger(Replay.class);

    private final JobId job;
    private final History history;
    /** The root whose resumption is the last entry that counts. */
    private final long rootEpoch;
    private long next;
    private boolean complete;
    private long lastEpoch;
    private @Nullable PeerId submitter;

    private Replay(JobId job, long rootEpoch) {
        this.job = job;
        this.history = new History(job, Reference::verifies);
        this.rootEpoch = rootEpoch;
    }

    /** Reads up to the entry that says that the root with this epoch has resumed the job. */
    static Replay until(Servers servers, JobId job, long rootEpoch) throws InterruptedException {
        try (EventLog log = KafkaEventLog.connect(servers, Map.of())) {
            return until(log, job, rootEpoch);
        }
    }

    static Replay until(EventLog log, JobId job, long rootEpoch) throws InterruptedException {
        Replay replay = new Replay(job, rootEpoch);
        replay.read(log);
        if (!replay.complete) {
            throw new IllegalStateException("the topic of " + job + " has lost what was just written");
        }
        return replay;
    }

    /** Reads all there is. */
    static Replay all(Servers servers, JobId job) throws InterruptedException {
        try (EventLog log = KafkaEventLog.connect(servers, Map.of())) {
            return all(log, job);
        }
    }

    static Replay all(EventLog log, JobId job) throws InterruptedException {
        Replay replay = new Replay(job, Long.MAX_VALUE);
        replay.read(log);
        return replay;
    }

    private void read(EventLog log) throws InterruptedException {
        log.read(new EventLog.Topics.Of(job), EventLog.From.BEGINNING, EventLog.Until.CAUGHT_UP,
                record -> {
                    switch (record) {
                        case StoredRecord.Understood understood -> take(understood.stored());
                        case StoredRecord.Malformed malformed ->
                            LOG.warn("skipped the record at offset {} of {}: {}",
                                    malformed.offset(), malformed.topic(), malformed.why());
                    }
                });
    }

    private void take(StoredEvent stored) {
        if (complete) {
            return;
        }
        next = stored.offset() + 1;
        switch (stored.event()) {
            case Event.Addressed addressed -> history.received(addressed.message());
            case Event.Journaled(RootEvent entry) when entry.job().equals(job) -> {
                rootOf(entry);
                history.journaled(entry, stored.storedAt());
                complete = entry instanceof RootEvent.Resumed resumed && resumed.rootEpoch() == rootEpoch;
            }
            case Event.Journaled(RootEvent entry) ->
                LOG.warn("skipped the entry at offset {} of {}: it is of the job {}", stored.offset(), stored.topic(),
                        entry.job());
        }
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
                .orElseThrow(() -> new UsageException("the topic of " + job
                        + " does not tell any more how the job began, so it cannot be resumed"));
    }

    /** The offset behind the last entry that counts. */
    long next() {
        return next;
    }
}
