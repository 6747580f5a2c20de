package org.sluice.worker.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what the dead have left: their inboxes, their empty nodes, and jobs past their expiry.
 *
 * <p>Every worker has one, and the one whose id comes first among the live is elected; the election needs no messages, and
 * two that sweep at once, because their lists differ, do no harm. Only what was seen without an owner during a whole grace
 * period is removed, so neither is the inbox of a peer that is about to join or has only lost its session.
 */
final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);

    private final Connections connections;
    private final PeerId self;
    private final Duration grace;
    private final Map<Address, Long> ownerlessSinceNanos = new HashMap<>();
    private final ScheduledExecutorService executor = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().name("sluice-sweeper").daemon().factory());

    /**
     * Begins to sweep.
     *
     * @param interval between two looks
     * @param grace how long a topic must have been without an owner
     */
    Sweeper(Connections connections, PeerId self, Duration interval, Duration grace) {
        this.connections = connections;
        this.self = self;
        this.grace = grace;
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
        return connections.tracker().connected() && connections.tracker()
                .directory()
                .live()
                .stream()
                .filter(info -> info.role() == PeerInfo.Role.WORKER)
                .map(PeerInfo::peer)
                .min(PeerId::compareTo)
                .map(self::equals)
                .orElse(false);
    }

    private void sweep() {
        connections.tracker().directory().sweep(grace);
        connections.tracker().jobs().deleteExpired(Instant.now());
        Set<Address> owned = new HashSet<>();
        connections.tracker().directory().live().forEach(info -> owned.add(info.peer()));
        connections.tracker().jobs().list().forEach(job -> owned.add(job.job()));
        Set<Address> topics = connections.topics().list();
        ownerlessSinceNanos.keySet().retainAll(topics);
        for (Address address : topics) {
            if (owned.contains(address)) {
                ownerlessSinceNanos.remove(address);
                continue;
            }
            long since = ownerlessSinceNanos.computeIfAbsent(address, _ -> System.nanoTime());
            if (System.nanoTime() - since > grace.toNanos()) {
                connections.topics().delete(address);
                ownerlessSinceNanos.remove(address);
                LOG.info("deleted the topic of {}, {}", address, switch (address) {
                    case PeerId _ -> "a peer that has long been gone";
                    case JobId _ -> "a job that has expired";
                });
            }
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
