package org.sluice.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/** A subjob that this peer has given to a child, until its ranges are covered. */
final class Delegation {
    /** How far the child is known to have it. */
    enum State {
        /** The request is sent and not answered. */
        OFFERED,
        /** The child works on it. */
        ACCEPTED,
        /** The child is dead; those to whom it had passed it on may claim it. */
        AWAITING_CLAIMS
    }

    final SubjobId subjob;
    /** Counts what this peer was given and has given, in the order of time. */
    final long order;
    final PeerId child;
    final long epoch;
    /** Over whom the child divides its excess. */
    final List<RosterEntry> slice;
    /** The subjob of this peer that it was cut from. */
    SubjobId holding;
    State state = State.OFFERED;
    /** What is neither covered nor taken back. */
    RangeSet outstanding;
    /** How the child has passed it on, as far as it said so. */
    List<Delegated> below = List.of();
    /** The number of the result that told so. */
    long belowNumber;
    /** When the child last said that it has it. */
    Instant saidAt = Instant.MIN;
    int attempts;
    /** The root's epoch with which the child was last asked to take it. */
    long askedInEpoch;
    /** For how many parts of the adoption window messages have been seen to flow. */
    int calm;
    /** The message to itself by which this peer sees that. */
    long beat;
    /** Whether a former root gave it, and the child has not yet answered this one. */
    boolean inherited;
    /** What was taken from the child, without its knowledge, when it seemed dead. */
    RangeSet taken = RangeSet.EMPTY;

    Delegation(SubjobId subjob, long order, SubjobId holding, PeerId child, long epoch, RangeSet outstanding,
            List<RosterEntry> slice) {
        this.subjob = subjob;
        this.order = order;
        this.holding = holding;
        this.child = child;
        this.epoch = epoch;
        this.outstanding = outstanding;
        this.slice = slice;
    }

    /** The child has told how it has passed it on, as far as that lies within a range. */
    void passedOn(long number, List<Delegated> told, Optional<Range> within) {
        if (number > belowNumber) {
            belowNumber = number;
            below = Delegated.updated(outstanding, below, told, within);
        }
    }

    Edge edge() {
        return new Edge(subjob, epoch);
    }

    /** What the child has passed on and is not yet covered. */
    RangeSet passedOn() {
        List<Range> ranges = below.stream().flatMap(delegated -> delegated.ranges().ranges().stream()).toList();
        return RangeSet.of(ranges).intersection(outstanding);
    }

    /** What the child hashes itself, as far as is known. */
    RangeSet kept() {
        return outstanding.minus(passedOn());
    }

    @Override
    public String toString() {
        return subjob + " at " + child + " " + state + " " + outstanding;
    }

    /** For the order of steps: the time after which an unanswered request is sent again, doubling with each. */
    Instant retryAt(Context context) {
        return context.in(context.ackTimeout().multipliedBy(1L << Math.min(attempts - 1, 4)));
    }
}
