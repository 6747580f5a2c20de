package org.sluice.protocol.step;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

import org.sluice.protocol.value.JobId;

/**
 * The timers of one state machine.
 *
 * <p>A queue orders them by time, then by the order in which they were set, so that the same inputs always give the same
 * effects. Timers that were moved or cancelled stay in the queue until they come to its head, or are most of it: a deadline
 * may be a week away, and its job over in a second.
 */
public final class Timers {
    /** So many entries may be in vain in any case. */
    private static final int FEW = 64;

    /** One setting of a timer; it is the current one if it is the very one that is kept as running. */
    private static final class Entry {
        final Instant at;
        final long order;
        final Timer timer;

        Entry(Instant at, long order, Timer timer) {
            this.at = at;
            this.order = order;
            this.timer = timer;
        }
    }

    private final PriorityQueue<Entry> queue = new PriorityQueue<>((a, b) -> {
        int byTime = a.at.compareTo(b.at);
        return byTime != 0 ? byTime : Long.compare(a.order, b.order);
    });
    private final Map<Timer, Entry> running = new HashMap<>();
    private long order;

    /** Starts the timer, or moves it if it runs. */
    public void set(Timer timer, Instant at) {
        Entry entry = new Entry(at, order++, timer);
        running.put(timer, entry);
        queue.add(entry);
        if (queue.size() > FEW + 2 * running.size()) {
            queue.removeIf(waiting -> !isCurrent(waiting));
        }
    }

    /** Starts the timer, or moves it to an earlier time if it runs; never to a later one. */
    public void setNoLater(Timer timer, Instant at) {
        Entry entry = running.get(timer);
        if (entry == null || entry.at.isAfter(at)) {
            set(timer, at);
        }
    }

    /** Stops the timer if it runs. */
    public void cancel(Timer timer) {
        running.remove(timer);
    }

    /** Stops all timers of a job. */
    public void cancelAll(JobId job) {
        running.keySet().removeIf(timer -> timer instanceof Timer.OfJob ofJob && ofJob.job().equals(job));
    }

    /** Stops all timers. */
    public void clear() {
        running.clear();
        queue.clear();
    }

    /** Whether the timer runs. */
    public boolean isRunning(Timer timer) {
        return running.containsKey(timer);
    }

    /**
     * Whether only those run that run in every worker's life, jobs or not; the deadlines of jobs; and results to a root that
     * has gone without having acknowledged them: another may come, and so may somebody who knows that the job is over.
     */
    public boolean areAtRest() {
        return running.keySet().stream().allMatch(timer -> switch (timer) {
            case Timer.AskForWork _,Timer.MeasureRoundTrip _,Timer.DeadlinePassed _ -> true;
            case Timer.Report report -> report.parent().equals(report.job());
            case Timer.PongMissing missing -> missing.suspect() instanceof JobId;
            case Timer.RequestUnanswered _,Timer.AdoptionWindowOver _,Timer.AdoptUnanswered _,Timer.ChildSilent _,Timer.OfferPool _,Timer.ClosingOver _,Timer.LeavingOver _ ->
                false;
        });
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

    private boolean isCurrent(Entry entry) {
        return running.get(entry.timer) == entry;
    }

    /** When the next timer is due. */
    Optional<Instant> next() {
        while (!queue.isEmpty()) {
            Entry head = queue.element();
            if (isCurrent(head)) {
                return Optional.of(head.at);
            }
            queue.remove();
        }
        return Optional.empty();
    }
}
