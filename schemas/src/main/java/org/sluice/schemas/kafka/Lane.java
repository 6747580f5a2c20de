package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;

import org.jspecify.annotations.Nullable;

/**
 * What waits for one destination, and what is known of that destination: a part of {@link Outbox}, guarded by its lock.
 */
final class Lane {
    /** Most messages that wait; entries of a journal have a bound of their own. */
    static final int MAX_WAITING = 1_000;
    private static final int MAX_IN_FLIGHT = 64;
    private static final long MAX_BYTES_IN_FLIGHT = EventCodec.MAX_BYTES;
    private static final Duration STALLED_AFTER = Duration.ofSeconds(1);
    private static final Duration SECOND_LOOK = Duration.ofMillis(250);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(2);

    /**
     * An event that was handed in.
     *
     * @param number its place in the order in which the outbox got all events
     * @param event the event
     * @param job the job it is about, or the campaign
     */
    record Entry(long number, Event event, Optional<JobId> job) {
        boolean journaled() {
            return event instanceof Event.Journaled;
        }
    }

    final Topic destination;
    final String topic;
    /** By number, so that what comes back unsent takes its old place. */
    private final TreeMap<Long, Entry> waiting = new TreeMap<>();
    private int waitingMessages;
    /** How many of them are about no job, and need not wait for a journal. */
    private int waitingFree;
    private int inFlight;
    private long bytesInFlight;
    /** Whether the topic exists, as far as is known: nothing is sent before, because the producer would block on it. */
    private boolean present;
    private boolean checking;
    private boolean missedOnce;
    private boolean gone;
    /** When the topic's existence is to be checked if the lane is then waiting for it or for acknowledgements. */
    private long checkAt;
    private Duration backoff = FIRST_BACKOFF;
    private long usedAt;

    Lane(Topic destination, String topic, long now) {
        this.destination = destination;
        this.topic = topic;
        this.checkAt = now;
        this.usedAt = now;
    }

    /** Adds an entry; returns the message that must give way to it, if the lane is full. */
    @Nullable
    Entry add(Entry entry) {
        waiting.put(entry.number(), entry);
        if (!entry.journaled()) {
            waitingMessages++;
            waitingFree += entry.job().isEmpty() ? 1 : 0;
        }
        return waitingMessages > MAX_WAITING ? dropOldest() : null;
    }

    /** Removes and returns the oldest message that waits, if any does. */
    @Nullable
    Entry dropOldest() {
        return removeFirst(waits -> !waits.journaled());
    }

    /** How many messages wait. */
    int waitingMessages() {
        return waitingMessages;
    }

    /** Takes the first entry that may be sent now, if the topic exists and not too much is on its way already. */
    @Nullable
    Entry take(Predicate<Entry> allowed, long now) {
        if (!present || inFlight >= MAX_IN_FLIGHT || (inFlight > 0 && bytesInFlight >= MAX_BYTES_IN_FLIGHT)) {
            return null;
        }
        // What is about a job, and comes behind an entry of its journal, waits for that.
        if (waitingFree == 0 && !waiting.isEmpty() && waiting.firstEntry().getValue().journaled()
                && !allowed.test(waiting.firstEntry().getValue())) {
            return null;
        }
        Entry taken = removeFirst(allowed);
        if (taken != null) {
            if (inFlight == 0) {
                checkAt = now + STALLED_AFTER.toNanos();
            }
            inFlight++;
            usedAt = now;
        }
        return taken;
    }

    /** Removes and returns the first entry that waits and is wanted. */
    @Nullable
    Entry removeFirst(Predicate<Entry> wanted) {
        for (Entry entry : waiting.values()) {
            if (wanted.test(entry)) {
                waiting.remove(entry.number());
                if (!entry.journaled()) {
                    waitingMessages--;
                    waitingFree -= entry.job().isEmpty() ? 1 : 0;
                }
                return entry;
            }
        }
        return null;
    }

    /** The taken entry is on its way with so many bytes; the same number is given back when it has arrived or failed. */
    void sent(long bytes) {
        bytesInFlight += bytes;
    }

    /** A taken entry is stored, or given up. */
    void arrived(long bytes, long now) {
        landed(bytes);
        checkAt = now + STALLED_AFTER.toNanos();
        backoff = FIRST_BACKOFF;
    }

    /**
     * A taken entry was not stored; it waits again, and the topic's existence is checked first. Returns the message that must
     * give way, if too many wait.
     */
    @Nullable
    Entry failed(Entry entry, long bytes, long now) {
        landed(bytes);
        present = false;
        backOff(now);
        return add(entry);
    }

    private void landed(long bytes) {
        inFlight--;
        bytesInFlight -= bytes;
    }

    /** Whether to check now that the topic exists; if so, the check counts as begun. */
    boolean beginCheck(LongPredicate due) {
        boolean needed = inFlight > 0 || (!present && !waiting.isEmpty());
        boolean wanted = needed && !checking && due.test(checkAt);
        checking |= wanted;
        return wanted;
    }

    /** The topic exists. */
    void found(long now) {
        checking = false;
        missedOnce = false;
        present = true;
        checkAt = now + 2 * STALLED_AFTER.toNanos();
    }

    /**
     * The topic does not exist, as a broker says; true if that is certain.
     *
     * <p>Brokers learn of a new topic one after the other, so the first time is not certain.
     */
    boolean missed(long now) {
        checking = false;
        present = false;
        gone = missedOnce;
        missedOnce = true;
        checkAt = now + SECOND_LOOK.toNanos();
        return gone;
    }

    /** Nobody can say whether the topic exists. */
    void unanswered(long now) {
        checking = false;
        backOff(now);
    }

    private void backOff(long now) {
        checkAt = now + backoff.toNanos();
        Duration doubled = backoff.multipliedBy(2);
        backoff = doubled.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : doubled;
    }

    boolean isGone() {
        return gone;
    }

    /** Whether nothing waits and nothing is on its way. */
    boolean isIdle() {
        return waiting.isEmpty() && inFlight == 0;
    }

    /** When something was last sent. */
    long usedAt() {
        return usedAt;
    }
}
