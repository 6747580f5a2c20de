package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.Tracker;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what the dead have left: their inboxes, the nodes of their names, and jobs past their expiry.
 *
 * <p>Every worker has one, and the one whose id comes first among the live is elected; the election needs no messages, and
 * two that sweep at once, because their lists differ, do no harm. It deletes only what is provably nobody's:
 * <ul>
 * <li>a job's record when the tracker's clock says that it has expired, and with it the job's topics;
 * <li>an inbox whose peer was not registered during a whole grace period, and is not at the end of it: the peer may be about
 *     to join, or have lost its session only;
 * <li>a journal or a root's inbox without a record of its job when it stood empty for as long. One that holds anything is
 *     kept, for the tracker may have lost the record: {@code sluice resume} makes it anew from the journal, and Kafka empties
 *     the topics when their time is over.
 * </ul>
 * A record that nobody can read says that its topic is somebody's. Topics of other networks are not looked at.
 */
public final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final Tracker tracker;
    private final Topics topics;
    private final PeerId self;
    private final Duration grace;
    private final Map<Topic, Long> ownerlessSinceNanos = new HashMap<>();
    private final Set<JobId> expired = new HashSet<>();
    private final Set<JobId> reported = new HashSet<>();
    private final ScheduledExecutorService executor = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("sluice-sweeper").daemon().factory());

    /**
     * One that has not begun.
     *
     * @param grace how long a topic must have been without an owner
     */
    public Sweeper(Tracker tracker, Topics topics, PeerId self, Duration grace) {
        this.tracker = tracker;
        this.topics = topics;
        this.self = self;
        this.grace = grace;
    }

    /** Begins to sweep as often as the interval says, whenever it is elected. */
    void begin(Duration interval) {
        var _ = executor.scheduleWithFixedDelay(this::sweepIfElected, interval.toMillis(), interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private void sweepIfElected() {
        try {
            if (isElected()) {
                sweep();
            } else {
                ownerlessSinceNanos.clear();
            }
        } catch (RuntimeException e) {
            // The servers are away: the next look will do.
            LOG.debug("could not sweep", e);
        }
    }

    private boolean isElected() {
        return tracker.connected() && tracker.directory()
                .live()
                .stream()
                .filter(info -> info.role() == PeerInfo.Role.WORKER)
                .map(PeerInfo::peer)
                .min(PeerId::compareTo)
                .map(self::equals)
                .orElse(false);
    }

    /** Looks once; not to be called by two threads at a time. */
    public void sweep() {
        // This writes, so from here on the session is alive and what is read is new.
        expired.addAll(tracker.jobs().deleteExpired());
        tracker.directory().sweep(grace);
        Set<JobId> recorded = tracker.jobs().names();
        Set<PeerId> live = new HashSet<>();
        tracker.directory().live().forEach(info -> live.add(info.peer()));
        Set<Topic> existing = topics.list();
        Set<JobId> withTopic = new HashSet<>();
        existing.forEach(topic -> topic.ofWhichJob().ifPresent(withTopic::add));
        ownerlessSinceNanos.keySet().retainAll(existing);
        expired.removeIf(job -> !withTopic.contains(job) || recorded.contains(job));
        reported.retainAll(withTopic);
        for (Topic topic : existing) {
            boolean owned = switch (topic) {
                case Topic.Inbox(PeerId peer) -> live.contains(peer);
                case Topic.Journal(JobId job) -> recorded.contains(job);
                case Topic.RootInbox(JobId job) -> recorded.contains(job);
            };
            if (owned) {
                ownerlessSinceNanos.remove(topic);
            } else if (topic.ofWhichJob().filter(expired::contains).isPresent()) {
                delete(topic, "of a job that has expired");
            } else {
                ownerless(topic);
            }
        }
    }

    private void ownerless(Topic topic) {
        long since = ownerlessSinceNanos.computeIfAbsent(topic, _ -> System.nanoTime());
        if (System.nanoTime() - since < grace.toNanos()) {
            return;
        }
        switch (topic) {
            case Topic.Inbox(PeerId peer) -> {
                if (!tracker.directory().registered(peer)) {
                    delete(topic, "of a peer that has long been gone");
                }
            }
            case Topic.Journal(JobId job) -> {
                if (topics.isEmpty(topic)) {
                    delete(topic, "of a job of which nothing is left");
                } else if (reported.add(job)) {
                    LOG.warn("The tracker knows nothing of the job {}, but its journal is there and is kept; "
                            + "'sluice resume {}' goes on with it", job, job);
                }
            }
            case Topic.RootInbox _ -> {
                if (topics.isEmpty(topic)) {
                    delete(topic, "of a job of which nothing is left");
                }
            }
        }
    }

    private void delete(Topic topic, String whose) {
        topics.delete(topic);
        ownerlessSinceNanos.remove(topic);
        LOG.info("deleted {}, {}", topic, whose);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
