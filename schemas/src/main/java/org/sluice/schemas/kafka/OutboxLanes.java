package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/** The lanes to all destinations, which take turns: a part of {@link Outbox}, guarded by its lock. */
final class OutboxLanes {
    static final int MAX = 20_000;
    static final Duration FORGET_IDLE = Duration.ofMinutes(5);
    private static final int KEPT_IDLE = 1_000;
    /** Leaves room in the producer's buffer, so that sending does not wait for memory. */
    private static final long MAX_BYTES_IN_FLIGHT = KafkaClients.PRODUCER_BUFFER_BYTES * 3 / 4;

    private final TopicNames topics;
    private final Map<Topic, Lane> all = new HashMap<>();
    /** Those that are not idle; the first is the one that has waited for its turn longest. */
    private final LinkedHashSet<Lane> busy = new LinkedHashSet<>();
    private long bytesInFlight;

    /** None yet, of the network with these topics. */
    OutboxLanes(TopicNames topics) {
        this.topics = topics;
    }

    /** What is to be sent, and from which lane. */
    record Turn(Lane lane, Lane.Entry entry) {}

    /**
     * The lane to a destination, into which something is about to be put; null if there are too many others.
     *
     * @param journaled whether it is for a journal, of which a process has only a few
     */
    @Nullable
    Lane to(Topic destination, boolean journaled, long now) {
        Lane lane = all.get(destination);
        if (lane == null) {
            if (all.size() >= MAX) {
                all.values().removeIf(Lane::isIdle);
            }
            if (all.size() >= MAX && !journaled) {
                return null;
            }
            lane = new Lane(destination, topics.of(destination), now);
            all.put(destination, lane);
        }
        busy.add(lane);
        return lane;
    }

    /** Takes the next entry that may be sent, null if there is none or too much is on its way. */
    @Nullable
    Turn next(Predicate<Lane.Entry> allowed, long now) {
        if (bytesInFlight >= MAX_BYTES_IN_FLIGHT) {
            return null;
        }
        for (Lane lane : busy) {
            Lane.Entry entry = lane.take(allowed, now);
            if (entry != null) {
                busy.remove(lane);
                busy.add(lane);
                return new Turn(lane, entry);
            }
        }
        return null;
    }

    /**
     * A taken entry is on its way with so many bytes; the same number is given back when it has arrived or failed.
     *
     * @return how many bytes are on their way in all
     */
    long sent(Lane lane, long bytes) {
        lane.sent(bytes);
        bytesInFlight += bytes;
        return bytesInFlight;
    }

    /** A taken entry is stored, or given up. */
    void arrived(Lane lane, long bytes, long now) {
        bytesInFlight -= bytes;
        lane.arrived(bytes, now);
    }

    /** A taken entry was not stored and waits again; returns the message that must give way, if too many wait. */
    Lane.@Nullable Entry failed(Lane lane, Lane.Entry entry, long bytes, long now) {
        bytesInFlight -= bytes;
        return lane.failed(entry, bytes, now);
    }

    /** Those whose topic's existence is to be checked now; their checks count as begun. */
    List<Lane> beginChecks(long now) {
        busy.removeIf(Lane::isIdle);
        return busy.stream().filter(lane -> lane.beginCheck(at -> now - at >= 0)).toList();
    }

    /** Whether all are idle. */
    boolean areIdle() {
        return busy.isEmpty();
    }

    Collection<Lane> busy() {
        return busy;
    }

    /** The one in which most messages wait. */
    Optional<Lane> longest() {
        return busy.stream().max(Comparator.comparingInt(Lane::waitingMessages));
    }

    /** Its destination is gone. */
    void remove(Lane lane) {
        all.remove(lane.destination, lane);
        busy.remove(lane);
    }

    void forgetIdle(long now) {
        if (all.size() > KEPT_IDLE) {
            all.values().removeIf(lane -> lane.isIdle() && now - lane.usedAt() > FORGET_IDLE.toNanos());
        }
    }
}
