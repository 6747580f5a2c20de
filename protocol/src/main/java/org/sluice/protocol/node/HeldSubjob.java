package org.sluice.protocol.node;

import java.util.List;

import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/**
 * A subjob that this peer holds from a parent, or, at the root, the whole job.
 *
 * <p>Whether the parent knows of it, and what becomes of that:
 *
 * <pre>
 *            | orphan   | adopt | succeed
 *  Bound     | Orphaned | -     | -
 *  Orphaned  | -        | Bound | Bound
 * </pre>
 *
 * <p>It is <em>orphaned</em> when its parent dies, <em>adopted</em> when the ancestor answers that was asked, and
 * <em>succeeded</em> to when another root says what is held from it.
 */
public final class HeldSubjob {
    /** Whether the parent knows of it. */
    sealed interface State {}

    /** The parent has given it, or has adopted it. */
    record Bound(Address parent) implements State {}

    /** The parent is dead; an ancestor has been asked to take its place, and has not answered. */
    record Orphaned(Address ancestor) implements State {}

    final SubjobId subjob;
    /** Counts what this peer was given and has given, in the order of time. */
    final long order;
    private State state;
    private long epoch;
    private List<Address> lineage;
    /** What it consists of: what was given and has not been revoked; changed by {@link HeldSubjobs} alone. */
    RangeSet ranges;
    /** What of it is not covered; when nothing is, the subjob is complete. */
    RangeSet left;

    HeldSubjob(SubjobId subjob, long order, Address parent, long epoch, List<Address> lineage, RangeSet ranges,
            RangeSet covered) {
        this.subjob = subjob;
        this.order = order;
        this.state = new Bound(parent);
        this.epoch = epoch;
        this.lineage = lineage;
        this.ranges = ranges;
        this.left = ranges.minus(covered);
    }

    State state() {
        return state;
    }

    /** From whom it is held, though that ancestor may not know of it yet. */
    Address parent() {
        return switch (state) {
            case Bound bound -> bound.parent;
            case Orphaned orphaned -> orphaned.ancestor;
        };
    }

    /** Whether an ancestor has been asked to be its parent and has not answered. */
    boolean isOrphaned() {
        return state instanceof Orphaned;
    }

    /** The epoch of the bond with the parent. */
    long epoch() {
        return epoch;
    }

    /** Ancestors, nearest first, root last; empty at the root. */
    List<Address> lineage() {
        return lineage;
    }

    /** The parent is dead, or an ancestor that was asked in its place: this one is asked. */
    void orphan(Address ancestor) {
        state = new Orphaned(ancestor);
    }

    /** The ancestor that was asked is the parent now. */
    void adopt(List<Address> itsLineage) {
        if (state instanceof Orphaned orphaned) {
            state = new Bound(orphaned.ancestor);
            lineage = itsLineage;
        }
    }

    /** The adopter names the epoch with which it commands from now on. */
    void obey(long adoptersEpoch) {
        epoch = adoptersEpoch;
    }

    /** Another root says that this is held from it. */
    void succeed(long rootsEpoch, List<Address> itsLineage) {
        state = new Bound(parent());
        epoch = rootsEpoch;
        lineage = itsLineage;
    }

    /** The ancestors mean another job by this one's name: only the root is one for certain. */
    void forgetAncestorsBut(JobId root) {
        lineage = List.of(root);
    }

    boolean isComplete() {
        return left.isEmpty();
    }

    Edge edge() {
        return new Edge(subjob, epoch);
    }

    Holding holding() {
        return new Holding(subjob, epoch, ranges);
    }
}
