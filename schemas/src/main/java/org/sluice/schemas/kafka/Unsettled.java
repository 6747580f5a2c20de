package org.sluice.schemas.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.Event;

/**
 * What was handed in and is neither stored nor given up, in its order: a part of {@link Outbox}, guarded by its lock.
 */
final class Unsettled {
    /** The numbers of all entries. */
    private final TreeSet<Long> all = new TreeSet<>();
    /** Those of the entries of each job's journal. */
    private final Map<JobId, TreeSet<Long>> journals = new HashMap<>();
    private int inJournals;
    private long nextNumber;

    /** Takes an event in, as the next in order. */
    Lane.Entry add(Event event) {
        Lane.Entry entry = new Lane.Entry(nextNumber++, event, Envelope.of(event).job().map(JobId::campaign));
        all.add(entry.number());
        if (event instanceof Event.Journaled(RootEvent journaled)) {
            journals.computeIfAbsent(journaled.job().campaign(), _ -> new TreeSet<>()).add(entry.number());
            inJournals++;
        }
        return entry;
    }

    /** The entry is stored, or given up. */
    void settle(Lane.Entry entry) {
        all.remove(entry.number());
        if (entry.event() instanceof Event.Journaled(RootEvent journaled)) {
            TreeSet<Long> ofJob = journals.get(journaled.job().campaign());
            if (ofJob != null && ofJob.remove(entry.number())) {
                inJournals--;
                if (ofJob.isEmpty()) {
                    journals.remove(journaled.job().campaign());
                }
            }
        }
    }

    /** Whether all entries of its job's journal that were handed in before it are settled. */
    boolean mayBeSent(Lane.Entry entry) {
        TreeSet<Long> ofJob = entry.job().map(journals::get).orElse(null);
        return ofJob == null || ofJob.first() >= entry.number();
    }

    /** How many messages there are, entries of journals left out. */
    int messages() {
        return all.size() - inJournals;
    }

    /** How many entries of the job's journal there are. */
    int journaled(JobId job) {
        TreeSet<Long> ofJob = journals.get(job);
        return ofJob == null ? 0 : ofJob.size();
    }

    /** The number that the next entry gets. */
    long next() {
        return nextNumber;
    }

    /** Whether all entries with lower numbers are settled. */
    boolean isSettledBefore(long number) {
        return all.isEmpty() || all.first() >= number;
    }
}
