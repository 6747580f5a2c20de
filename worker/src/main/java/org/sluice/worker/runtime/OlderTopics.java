package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

import org.sluice.schemas.kafka.OlderTopic;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.Tracker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sweeps topics of the layout before owners, for a {@link Steward}. The rules are those for today's topics: a job's topic goes when
 * the job's record has expired, or when it is empty and has had no record for a whole grace period; an inbox goes when its peer was
 * not registered for as long. Peers of that version may still run.
 */
final class OlderTopics {
    private static final Logger LOG = LoggerFactory.getLogger(OlderTopics.class);

    private final Tracker tracker;
    private final Topics topics;
    private final Duration grace;
    private final BooleanSupplier elected;
    private final Map<OlderTopic, Long> ownerlessSinceNanos = new HashMap<>();
    private final Set<String> expired = new HashSet<>();

    /**
     * Knows of no topic yet.
     *
     * @param elected whether this process is the elected steward; asked before each deletion
     */
    OlderTopics(Tracker tracker, Topics topics, Duration grace, BooleanSupplier elected) {
        this.tracker = tracker;
        this.topics = topics;
        this.grace = grace;
        this.elected = elected;
    }

    /** Another steward was elected in between: starts the grace periods anew. */
    void forget() {
        ownerlessSinceNanos.clear();
    }

    void sweep() {
        expired.addAll(tracker.older().deleteExpiredJobs());
        Set<OlderTopic> existing = topics.listOlder();
        Set<String> recorded = existing.isEmpty() ? Set.of() : tracker.older().jobs();
        ownerlessSinceNanos.keySet().retainAll(existing);
        for (OlderTopic topic : existing) {
            if (!elected.getAsBoolean()) {
                return;
            }
            if (isOwned(topic, recorded)) {
                ownerlessSinceNanos.remove(topic);
            } else if (expired.contains(topic.id()) || isAbandoned(topic)) {
                topics.delete(topic);
                ownerlessSinceNanos.remove(topic);
                LOG.info("deleted {}, which an older version has left", topic.name());
            }
        }
    }

    private boolean isOwned(OlderTopic topic, Set<String> recorded) {
        return switch (topic.kind()) {
            case INBOX -> tracker.older().isRegistered(topic.id());
            case JOB -> recorded.contains(topic.id());
        };
    }

    private boolean isAbandoned(OlderTopic topic) {
        long since = ownerlessSinceNanos.computeIfAbsent(topic, _ -> System.nanoTime());
        return System.nanoTime() - since >= grace.toNanos() && switch (topic.kind()) {
            case INBOX -> true;
            case JOB -> topics.isEmpty(topic);
        };
    }
}
