package org.sluice.protocol;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The timers of one state machine.
 *
 * <p>A queue orders them by time, then by the order in which they were set, so that the same inputs always give the same
 * effects. Timers that were moved or cancelled stay in the queue until they come to its head.
 */
final class Timers {
    private record Entry(Instant at, long order, Timer timer) {}

    private final PriorityQueue<Entry> queue = new PriorityQueue<>((a, b) -> {
        int byTime = a.at.compareTo(b.at);
        return byTime != 0 ? byTime : Long.compare(a.order, b.order);
    });
    private final Map<Timer, Entry> running = new HashMap<>();
    private long order;

    /** Starts the timer, or moves it if it runs. */
    void set(Timer timer, Instant at) {
        Entry entry = new Entry(at, order++, timer);
        running.put(timer, entry);
        queue.add(entry);
    }

    /** Starts the timer, or moves it to an earlier time if it runs; never to a later one. */
    void setNoLater(Timer timer, Instant at) {
        Entry entry = running.get(timer);
        if (entry == null || entry.at.isAfter(at)) {
            set(timer, at);
        }
    }

    /** Stops the timer if it runs. */
    void cancel(Timer timer) {
        running.remove(timer);
    }

    /** Stops all timers. */
    void clear() {
        running.clear();
        queue.clear();
    }

    /** Whether the timer runs. */
    boolean isRunning(Timer timer) {
        return running.containsKey(timer);
    }

    /** Takes the next timer whose time has come. */
    Optional<Timer> poll(Instant now) {
        Optional<Instant> next = next();
        if (next.isEmpty() || next.get().isAfter(now)) {
            return Optional.empty();
        }
        Timer timer = queue.remove().timer;
        running.remove(timer);
        return Optional.of(timer);
    }

    /** When the next timer is due. */
    Optional<Instant> next() {
        while (!queue.isEmpty()) {
            Entry head = queue.element();
            if (head.equals(running.get(head.timer))) {
                return Optional.of(head.at);
            }
            queue.remove();
        }
        return Optional.empty();
    }
}
