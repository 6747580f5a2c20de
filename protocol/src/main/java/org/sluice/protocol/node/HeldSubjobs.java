package org.sluice.protocol.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedCollection;
import java.util.SequencedMap;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/**
 * The subjobs of one job that a peer holds and that are not complete, the first that came first.
 *
 * <p>Only here do their ranges change, and each change is counted: what is derived from them knows by that whether it is still
 * true.
 */
final class HeldSubjobs {
    private final SequencedMap<SubjobId, HeldSubjob> subjobs = new LinkedHashMap<>();
    private long changes;

    /** How often anything about them has changed. */
    long changes() {
        return changes;
    }

    SequencedCollection<HeldSubjob> all() {
        return subjobs.sequencedValues();
    }

    Optional<HeldSubjob> find(SubjobId subjob) {
        return Optional.ofNullable(subjobs.get(subjob));
    }

    int count() {
        return subjobs.size();
    }

    void add(HeldSubjob subjob) {
        changes++;
        subjobs.put(subjob.subjob, subjob);
    }

    void remove(HeldSubjob subjob) {
        changes++;
        subjobs.remove(subjob.subjob);
    }

    /** A subjob consists of these ranges too. */
    void extend(HeldSubjob subjob, RangeSet by, RangeSet covered) {
        changes++;
        subjob.ranges = subjob.ranges.plus(by);
        subjob.left = subjob.left.plus(by.minus(covered));
    }

    /**
     * Ranges of a subjob are given up; one that is complete then is held no more.
     *
     * @return whether it is complete
     */
    boolean revoke(HeldSubjob subjob, RangeSet ranges) {
        changes++;
        subjob.ranges = subjob.ranges.minus(ranges);
        subjob.left = subjob.left.minus(ranges);
        if (subjob.isComplete()) {
            subjobs.remove(subjob.subjob);
        }
        return subjob.isComplete();
    }

    /** Integers are covered now; those that are complete by that stay until they are removed. */
    void cover(RangeSet covered) {
        changes++;
        for (HeldSubjob subjob : subjobs.values()) {
            subjob.left = subjob.left.minus(covered);
        }
    }

    /** Integers are not covered after all. */
    void uncover(RangeSet uncovered) {
        changes++;
        for (HeldSubjob subjob : subjobs.values()) {
            subjob.left = subjob.left.plus(uncovered.intersection(subjob.ranges));
        }
    }

    /** Takes out those that are complete. */
    List<HeldSubjob> takeComplete() {
        List<HeldSubjob> complete = subjobs.values().stream().filter(HeldSubjob::isComplete).toList();
        complete.forEach(this::remove);
        return complete;
    }

    int rangeCount() {
        int count = 0;
        for (HeldSubjob subjob : subjobs.values()) {
            count += subjob.ranges.rangeCount() + subjob.left.rangeCount();
        }
        return count;
    }

    /** The parents from which this peer holds something that is not complete. */
    List<Address> parents() {
        List<Address> parents = new ArrayList<>();
        for (HeldSubjob subjob : subjobs.values()) {
            if (!parents.contains(subjob.parent())) {
                parents.add(subjob.parent());
            }
        }
        return parents;
    }

    /** What a child was given and has, itself or those below it, given back: the usual results tell it of that. */
    RangeSet returned(Delegation delegation) {
        RangeSet returned = RangeSet.EMPTY;
        for (HeldSubjob subjob : subjobs.values()) {
            // A lineage names the nearest ancestors only: the child may be one of those that it leaves out.
            boolean isLong = subjob.lineage().size() > Parameters.LINEAGE_LENGTH;
            if (subjob.order > delegation.order && (isLong || subjob.lineage().contains(delegation.child))) {
                returned = returned.plus(subjob.ranges);
            }
        }
        return returned;
    }

    /** The bonds with one parent. */
    List<Edge> edgesWith(Address parent) {
        List<Edge> edges = new ArrayList<>();
        for (HeldSubjob subjob : subjobs.values()) {
            if (subjob.parent().equals(parent)) {
                edges.add(subjob.edge());
            }
        }
        return edges;
    }
}
