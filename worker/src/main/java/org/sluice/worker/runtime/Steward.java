package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.Candidacy;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.LastingRefusal;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after a network: registers the schemas of its version, and removes what the dead have left, their inboxes, their empty
 * nodes, and jobs past their expiry.
 *
 * <p>Several may stand for the role; the tracker elects one, and who has lost its connection to it stops at once. It deletes
 * only what is provably nobody's:
 * <ul>
 * <li>a job's record when the tracker's clock says that it has expired, and with it the job's topics;
 * <li>an inbox whose peer was not registered during a whole grace period, and is not at the end of it: the peer may be about
 *     to join, or have lost its session only;
 * <li>a job's topics without a record when they stood empty for as long. One that holds anything is kept, for the tracker may
 *     have lost the record: {@code sluice resume} makes it anew, and Kafka empties the topic when its time is over.
 * </ul>
 * The same rules hold for what an older version has left ({@link OlderTopics}).
 * A record that nobody can read says that its topics are somebody's. Topics of other networks are not looked at. Without a
 * steward nothing breaks: things stay longer.
 */
public final class Steward implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Steward.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);
    private static final Duration GRACE = Duration.ofMinutes(10);

    private final Tracker tracker;
    private final Topics topics;
    private final EventCodec codec;
    private final Duration grace;
    private final Candidacy candidacy;
    private final Servers servers;
    private final OlderTopics olderTopics;
    private final ResourceStack resources;
    private final Map<Topic, Long> ownerlessSinceNanos = new HashMap<>();
    private final Set<JobId> expired = new HashSet<>();
    private final Set<JobId> reported = new HashSet<>();
    private boolean elected;

    private Steward(NetworkAddress address, Duration patience, Duration grace) {
        this.grace = grace;
        try (ResourceStack opening = new ResourceStack()) {
            tracker = opening.add(Tracker.connect(address.tracker(), patience, address.properties().tracker()));
            servers = tracker.network();
            codec = opening.add(EventCodec.connect(servers.registryUrl(), address.properties().forRegistry()));
            topics = opening.add(Topics.connect(servers, address.properties().forKafka()));
            candidacy = opening.add(tracker.standForSteward());
            olderTopics = new OlderTopics(tracker, topics, grace, candidacy::isElected);
            resources = opening.keep();
        }
    }

    /**
     * Stands for the role from now on; nothing is done before it is told to {@link #look}.
     *
     * @throws TrackerException if the tracker does not answer in time, or describes no network
     */
    public static Steward join(NetworkAddress address, Duration patience) {
        return join(address, patience, GRACE);
    }

    /**
     * The same with another grace period.
     *
     * @param grace how long a topic must have been without an owner
     */
    public static Steward join(NetworkAddress address, Duration patience, Duration grace) {
        return new Steward(address, patience, grace);
    }

    /** The name of the network. */
    public String network() {
        return servers.topics().network();
    }

    /**
     * Looks again and again, until another network is at the tracker's address than was joined. Who waits for the role asks often,
     * so that it is not vacant for long.
     *
     * @param looked hears after each look whether this is the one that is elected
     * @throws AccessRefusedException if the servers lastingly refuse what a steward must do
     * @throws TrackerRefusedException if the tracker does
     */
    public void run(Consumer<Boolean> looked) throws InterruptedException {
        LastingRefusal<RuntimeException> refusals = new LastingRefusal<>();
        while (true) {
            Duration pause = BETWEEN_QUESTIONS;
            try {
                if (!tracker.network().isOfSameNetworkAs(servers)) {
                    return;
                }
                boolean acts = look();
                looked.accept(acts);
                if (acts) {
                    pause = INTERVAL;
                }
            } catch (AccessRefusedException | TrackerRefusedException e) {
                refusals.heard(e);
                if (refusals.lasting().isPresent()) {
                    throw e;
                }
            }
            Thread.sleep(pause);
        }
    }

    /**
     * Does what is to be done now, if this is the one that is elected; not to be called by two threads at a time.
     *
     * @return whether it is
     * @throws TrackerException if the tracker does not answer
     * @throws ServersUnavailableException if another server does not
     */
    public boolean look() {
        if (!candidacy.isElected()) {
            elected = false;
            ownerlessSinceNanos.clear();
            olderTopics.forget();
            return false;
        }
        if (elected) {
            codec.keepRegistered();
        } else {
            codec.registerAll();
            elected = true;
        }
        sweep();
        olderTopics.sweep();
        return true;
    }

    private void sweep() {
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
            if (!candidacy.isElected()) {
                return;
            }
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
        resources.close();
    }
}
