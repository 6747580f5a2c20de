package org.sluice.protocol;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

import org.jspecify.annotations.Nullable;

/**
 * What of a node's held subjobs is neither covered, nor executing, nor out with a child: what this peer may hash next, or give
 * away.
 *
 * <p>It is not kept but derived, see {@link JobNode}. Whoever changes what it is derived from invalidates it.
 */
final class Pool {
    private final JobNode node;
    private final Distribution distribution;
    private final Host host;
    /** What is to be hashed first, the last that came back before all others. */
    private final Deque<RangeSet> redo = new ArrayDeque<>();
    /** What was derived last, null when it has to be derived again. */
    private @Nullable RangeSet ranges;

    Pool(JobNode node, Distribution distribution, Host host) {
        this.node = node;
        this.distribution = distribution;
        this.host = host;
    }

    /** All of it. */
    RangeSet ranges() {
        if (ranges == null) {
            RangeSet free = RangeSet.EMPTY;
            for (Held subjob : node.held()) {
                free = free.plus(of(subjob));
            }
            ranges = free;
        }
        return ranges;
    }

    /** What of it belongs to one held subjob. */
    RangeSet of(Held subjob) {
        if (subjob.isComplete() || node.isDecided()) {
            return RangeSet.EMPTY;
        }
        return subjob.left.minus(host.executing(node.id())).minus(distribution.outstanding(subjob));
    }

    boolean isEmpty() {
        return ranges().isEmpty();
    }

    /** How many integers it holds. */
    long size() {
        return ranges().size();
    }

    /** Held subjobs, slots or delegations have changed: it is derived again when next asked for. */
    void invalidate() {
        ranges = null;
    }

    /** These integers are covered now. */
    void covered(RangeSet covered) {
        if (ranges != null) {
            ranges = ranges.minus(covered);
        }
    }

    /**
     * These integers have come back from a child that has gone: they are hashed before all others, also before those that
     * came back from another child and may be more than this peer can hash for long.
     */
    void redo(RangeSet back) {
        redo.addFirst(back);
    }

    /**
     * Takes integers out of it to hash them, at most so many, in one range: what a dead child left first, then what came last,
     * so that accepted work begins at once.
     */
    Optional<Range> take(long most) {
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
        if (node.held().size() == 1) {
            return current;
        }
        for (Held subjob : node.held().reversed()) {
            RangeSet own = of(subjob).intersection(current);
            if (!own.isEmpty()) {
                return own;
            }
        }
        return current;
    }
}
