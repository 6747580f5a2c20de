package org.sluice.protocol.node;

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

/**
 * A subjob that this peer has given to a child, until its ranges are covered.
 *
 * <p>How far the child is known to have it, and what becomes of that:
 *
 * <pre>
 *                 | accept   | await          | revive
 *  Offered        | Accepted | AwaitingClaims | -
 *  Accepted       | -        | AwaitingClaims | -
 *  AwaitingClaims | -        | -              | Accepted
 * </pre>
 */
public final class Delegation {
    /** How far the child is known to have it. */
    sealed interface State {}

    /** The request is sent and not answered. */
    public static final class Offered implements State {
        /** How often it was sent. */
        int attempts;
        /** The root's epoch with which it was sent last. */
        public long rootEpoch;
    }

    /** The child works on it. */
    static final class Accepted implements State {
        /** When the child last said that it has it. */
        Instant saidAt;

        Accepted(Instant saidAt) {
            this.saidAt = saidAt;
        }
    }

    /** The child is dead, or has another parent; those to whom it had passed it on may claim it. */
    static final class AwaitingClaims implements State {
        /** Whether a former root gave it, and the child has not yet answered this one. */
        final boolean isInherited;
        /** What was taken from the child without its knowledge. */
        RangeSet taken;
        /** For how many parts of the adoption window messages have been seen to flow. */
        int calm;
        /** The message to itself by which this peer sees that. */
        long beat;

        AwaitingClaims(boolean isInherited, RangeSet taken) {
            this.isInherited = isInherited;
            this.taken = taken;
        }
    }

    final SubjobId subjob;
    /** Counts what this peer was given and has given, in the order of time. */
    final long order;
    public final PeerId child;
    final long epoch;
    /** Over whom the child divides its excess. */
    final List<RosterEntry> slice;
    /** The subjob of this peer that it was cut from. */
    SubjobId holding;
    /** What is neither covered nor taken back; changed by {@link Distribution#keep} alone. */
    RangeSet outstanding;
    /** How the child has passed it on, as far as it said so. */
    List<Delegated> below = List.of();
    /** The number of the result that told so. */
    long belowNumber;
    private State state;

    public Delegation(SubjobId subjob, long order, SubjobId holding, PeerId child, long epoch, RangeSet outstanding,
            List<RosterEntry> slice, State state) {
        this.subjob = subjob;
        this.order = order;
        this.holding = holding;
        this.child = child;
        this.epoch = epoch;
        this.outstanding = outstanding;
        this.slice = slice;
        this.state = state;
    }

    State state() {
        return state;
    }

    public Optional<Offered> offered() {
        return state instanceof Offered offered ? Optional.of(offered) : Optional.empty();
    }

    Optional<Accepted> accepted() {
        return state instanceof Accepted accepted ? Optional.of(accepted) : Optional.empty();
    }

    Optional<AwaitingClaims> awaiting() {
        return state instanceof AwaitingClaims awaiting ? Optional.of(awaiting) : Optional.empty();
    }

    /** Whether the child has it, or is asked to take it. */
    boolean isWithChild() {
        return !(state instanceof AwaitingClaims);
    }

    /** Whether a former root gave it, and the child has not yet answered this one. */
    boolean isInherited() {
        return state instanceof AwaitingClaims awaiting && awaiting.isInherited;
    }

    /** The child says that it has it. */
    void accept(Instant now) {
        switch (state) {
            case Offered _ -> state = new Accepted(now);
            case Accepted accepted -> accepted.saidAt = now;
            case AwaitingClaims _ -> {}
        }
    }

    /**
     * The child has it no more, as far as is known.
     *
     * @param taken what is taken from it without its knowledge
     */
    void await(RangeSet taken) {
        switch (state) {
            case Offered _,Accepted _ -> state = new AwaitingClaims(false, taken);
            case AwaitingClaims awaiting -> awaiting.taken = awaiting.taken.plus(taken);
        }
    }

    /** The child has it after all. */
    void revive(Instant now) {
        if (state instanceof AwaitingClaims) {
            state = new Accepted(now);
        }
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

    @Override
    public String toString() {
        return subjob + " at " + child + " " + state.getClass().getSimpleName() + " " + outstanding;
    }
}
