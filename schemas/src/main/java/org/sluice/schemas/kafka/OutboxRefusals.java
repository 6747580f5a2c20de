package org.sluice.schemas.kafka;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.AccessRefusedException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What brokers do not let this process write: a part of {@link Outbox}, guarded by its lock; only listeners are called without it.
 */
final class OutboxRefusals {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxRefusals.class);
    /** Topics that are remembered so as to be logged once. */
    private static final int MAX_TOLD = 1_000;

    private final Servers servers;
    private final Set<String> told = new HashSet<>();
    /** Those of journals whose entries wait. */
    private final Map<JobId, AccessRefusedException> journals = new HashMap<>();
    private final List<BiConsumer<Topic, AccessRefusedException>> listeners = new CopyOnWriteArrayList<>();

    OutboxRefusals(Servers servers) {
        this.servers = servers;
    }

    /**
     * Remembers a refusal, if the failure is one.
     *
     * @param waits whether an entry of the journal waits, if it is a journal's lane
     * @return what is then to be told without the lock
     */
    @Nullable
    AccessRefusedException note(Lane lane, boolean waits, @Nullable Throwable failure) {
        if (failure == null || !KafkaClients.isAccessRefused(failure)) {
            return null;
        }
        AccessRefusedException refusal = KafkaClients.accessRefused(servers, "write to the topic " + lane.topic,
                failure);
        if (!(lane.destination instanceof Topic.Journal) && told.size() < MAX_TOLD && told.add(lane.topic)) {
            LOG.warn("{}", refusal.getMessage());
        }
        if (waits && lane.destination instanceof Topic.Journal(JobId job)) {
            journals.put(job, refusal);
        }
        return refusal;
    }

    /** The job's journal can be written again, or is not written any more. */
    void forget(JobId job) {
        journals.remove(job);
    }

    /** The refusal to let the job's journal be written; null if there is none. */
    @Nullable
    AccessRefusedException of(JobId job) {
        return journals.get(job);
    }

    /** Whether the entries of some journal wait. */
    boolean areThere() {
        return !journals.isEmpty();
    }

    Runnable listen(BiConsumer<Topic, AccessRefusedException> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(Topic destination, @Nullable AccessRefusedException refusal) {
        if (refusal != null) {
            listeners.forEach(listener -> listener.accept(destination, refusal));
        }
    }
}
