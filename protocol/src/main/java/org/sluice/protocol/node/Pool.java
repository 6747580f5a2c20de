package org.sluice.protocol.node;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import org.sluice.protocol.account.Slots;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

import org.jspecify.annotations.Nullable;

/**
 * What of a node's held subjobs is neither covered, nor executing, nor out with a child: what this peer may hash next, or give
 * away.
 *
 * <p>It is not kept but derived, see {@link JobNode}, again when any of these has changed.
 */
public final class Pool {
    private final JobNode node;
    private final HeldSubjobs held;
    private final Distribution distribution;
    private final Slots slots;
    /** What is to be hashed first, the last that came back before all others. */
    private final Deque<RangeSet> redo = new ArrayDeque<>();
    private RangeSet ranges = RangeSet.EMPTY;
    /** What the ranges were derived from, null before they ever were. */
    private @Nullable State derivedFrom;

    /** How often each of the things has changed from which a pool is derived. */
    private record State(long held, long distribution, long slots, boolean isDecided) {}

    Pool(JobNode node, HeldSubjobs held, Distribution distribution, Slots slots) {
        this.node = node;
        this.held = held;
        this.distribution = distribution;
        this.slots = slots;
    }

    private State state() {
        return new State(held.changes(), distribution.changes(), slots.changes(), node.isDecided());
    }

    /** Whether nothing has changed since it was derived last. */
    private boolean isCurrent() {
        return state().equals(derivedFrom);
    }

    /** All of it. */
    RangeSet ranges() {
        if (!isCurrent()) {
            RangeSet free = RangeSet.EMPTY;
            RangeSet executing = slots.executing(node.id());
            for (HeldSubjob subjob : held.all()) {
                free = free.plus(of(subjob, executing));
            }
            ranges = free;
            derivedFrom = state();
        }
        return ranges;
    }

    /** What of it belongs to one held subjob. */
    RangeSet of(HeldSubjob subjob) {
        return of(subjob, slots.executing(node.id()));
    }

    private RangeSet of(HeldSubjob subjob, RangeSet executing) {
        if (subjob.isComplete() || node.isDecided()) {
            return RangeSet.EMPTY;
        }
        return subjob.left.minus(executing).minus(distribution.outstanding(subjob));
    }

    public boolean isEmpty() {
        return ranges().isEmpty();
    }

    /** How many integers it holds. */
    public long size() {
        return ranges().size();
    }

    /**
     * A change by which integers are covered and nothing else: it need not be derived again after that.
     *
     * @param change carries the change out
     */
    void cover(RangeSet covered, Runnable change) {
        boolean wasCurrent = isCurrent() && !node.isDecided();
        change.run();
        if (wasCurrent && !node.isDecided()) {
            ranges = ranges.minus(covered);
            derivedFrom = state();
        }
    }

    /**
     * These integers have come back from a child that has gone: they are hashed before all others, also before those that
     * came back from another child and may be more than this peer can hash for long.
     */
    void redo(RangeSet back) {
        if (!back.isEmpty() && slots.count() > 0) {
            redo.addFirst(back);
        }
    }

    /**
     * Takes integers out of it to hash them, at most so many, in one range: what a dead child left first, then what came last,
     * so that accepted work begins at once. A slot begins with it in the same moment.
     */
    public Optional<Range> take(long most) {
        RangeSet current = ranges();
        if (current.isEmpty()) {
            return Optional.empty();
        }
        Range first = preferred(current).first();
        Range taken = first.size() <= most ? first : new Range(first.start(), first.start() + most);
        ranges = current.minus(RangeSet.of(taken));
        return Optional.of(taken);
    }

    private RangeSet preferred(RangeSet current) {
        while (!redo.isEmpty()) {
            RangeSet last = redo.removeFirst().intersection(current);
            if (!last.isEmpty()) {
                redo.addFirst(last);
                return last;
            }
        }
        if (held.count() == 1) {
            return current;
        }
        for (HeldSubjob subjob : held.all().reversed()) {
            RangeSet own = of(subjob).intersection(current);
            if (!own.isEmpty()) {
                return own;
            }
        }
        return current;
    }
}
