package org.sluice.protocol.node;

import java.util.List;

import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/** A subjob that this peer holds from a parent, or, at the root, the whole job. */
public final class HeldSubjob {
    final SubjobId subjob;
    /** Counts what this peer was given and has given, in the order of time. */
    final long order;
    Address parent;
    long epoch;
    /** Ancestors, nearest first, root last; empty at the root. */
    List<Address> lineage;
    /** What it consists of: what was given and has not been revoked. */
    RangeSet ranges;
    /** Whether an ancestor has been asked to be its parent and has not answered. */
    boolean adopting;
    /** What of it is not covered; when nothing is, the subjob is complete. */
    RangeSet left;

    HeldSubjob(SubjobId subjob, long order, Address parent, long epoch, List<Address> lineage, RangeSet ranges,
            RangeSet covered) {
        this.subjob = subjob;
        this.order = order;
        this.parent = parent;
        this.epoch = epoch;
        this.lineage = lineage;
        this.ranges = ranges;
        this.left = ranges.minus(covered);
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
