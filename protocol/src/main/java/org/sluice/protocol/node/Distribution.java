package org.sluice.protocol.node;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.sluice.protocol.Notice;
import org.sluice.protocol.account.Assignment;
import org.sluice.protocol.account.Reach;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;

/**
 * The downward half of a {@link JobNode}: subjobs given to children, until they are covered.
 *
 * <p>They begin as {@link Offers}. When a child dies, what it hashed itself goes back into the pool at once; what it had
 * passed on waits for {@link Claims}.
 */
public final class Distribution {
    private final JobNode node;
    private final Context context;
    private final Host host;
    private final Map<SubjobId, Delegation> delegations = new LinkedHashMap<>();
    private final Reach reach = new Reach();
    private long changes;

    Distribution(JobNode node, Context context, Host host) {
        this.node = node;
        this.context = context;
        this.host = host;
    }

    /** How often what is out has changed. */
    long changes() {
        return changes;
    }

    /** So much of a delegation is out from now on. */
    void keep(Delegation delegation, RangeSet outstanding) {
        changes++;
        delegation.outstanding = outstanding;
    }

    public Collection<Delegation> delegations() {
        return delegations.values();
    }

    /** What was given under this name, null if nothing is out under it. */
    @Nullable
    public Delegation find(SubjobId subjob) {
        return delegations.get(subjob);
    }

    /** A child is about to have this. */
    void add(Delegation delegation, boolean isDescent) {
        reach.gave(delegation.child, delegation.slice, isDescent);
        delegations.put(delegation.subjob, delegation);
        changes++;
        host.assigned(node, delegation);
    }

    /** A subjob that somebody else had given counts as given from here. */
    void takeOver(Delegation adopted) {
        add(adopted, true);
        watch(adopted.child);
    }

    /**
     * What a former root of the job has given away is out from now on, each part with a new epoch. Those who have it are
     * told with {@link #announce}, when it is known what of it is covered.
     */
    public void inherit(Collection<Assignment> assignments, Set<PeerId> reached) {
        HeldSubjob whole = node.held().iterator().next();
        for (Assignment assigned : assignments) {
            RangeSet ranges = assigned.ranges().intersection(whole.ranges);
            if (ranges.isEmpty()) {
                continue;
            }
            Delegation inherited = new Delegation(assigned.subjob(), node.nextOrder(), whole.subjob, assigned.peer(),
                    node.root().laterEpoch(assigned.epoch()), ranges, List.of(),
                    new Delegation.AwaitingClaims(true, RangeSet.EMPTY));
            inherited.below = assigned.below();
            inherited.belowNumber = assigned.belowNumber();
            delegations.put(inherited.subjob, inherited);
        }
        reach.inherit(reached);
        changes++;
    }

    /** Everyone to whom a former root gave something is told of this one, and has some time to claim it. */
    public void announce() {
        for (Delegation delegation : delegations.values()) {
            host.assigned(node, delegation);
            node.claims().await(delegation);
            node.offers().announce(delegation);
        }
    }

    /** What children have of a held subjob and is not covered: what was cut from it, and all that was given later. */
    RangeSet outstanding(HeldSubjob subjob) {
        List<Range> ranges = new ArrayList<>();
        for (Delegation delegation : delegations.values()) {
            if (delegation.holding.equals(subjob.subjob) || delegation.order > subjob.order) {
                ranges.addAll(delegation.outstanding.ranges());
            }
        }
        return RangeSet.of(ranges);
    }

    /** A child says that it has nothing of the job any more, though it has not done all of it. */
    public void dropped(Address child) {
        for (Delegation delegation : List.copyOf(delegations.values())) {
            if (delegation.child.equals(child) && delegation.accepted().isPresent()) {
                node.claims().abandoned(delegation);
            }
        }
    }

    /** What children have of a held subjob's integers as part of another one, given later. */
    RangeSet outstandingOtherwise(HeldSubjob subjob) {
        List<Range> ranges = new ArrayList<>();
        for (Delegation delegation : delegations.values()) {
            if (!delegation.holding.equals(subjob.subjob) && delegation.order > subjob.order) {
                ranges.addAll(delegation.outstanding.ranges());
            }
        }
        return RangeSet.of(ranges);
    }

    public void acknowledged(Message.SubjobAck ack) {
        Delegation delegation = delegations.get(ack.subjob());
        boolean current = delegation != null && delegation.child.equals(ack.sender())
                && delegation.epoch == ack.epoch();
        switch (ack.verdict()) {
            case Verdict.Accepted _ -> {
                if (current && delegation != null) {
                    if (delegation.isInherited()) {
                        node.claims().revive(delegation);
                    }
                    accepted(delegation);
                } else {
                    // Its part was taken back in the meantime, and may be with somebody else.
                    cancel(ack.sender(), new CancelScope.WholeSubjob(new Edge(ack.subjob(), ack.epoch())),
                            CancelReason.SUPERSEDED);
                }
            }
            case Verdict.Refused refused -> {
                if (current && delegation != null && delegation.offered().isPresent()) {
                    node.offers()
                            .refused(delegation, Notice.Obstacle.of(refused.reason()),
                                    host.refused(node, delegation, refused));
                }
            }
        }
    }

    /** The child says that it has it. */
    void accepted(Delegation delegation) {
        boolean wasOffered = delegation.offered().isPresent();
        delegation.accept(context.now());
        if (wasOffered) {
            context.timers().cancel(new Timer.RequestUnanswered(node.id(), delegation.subjob));
            watch(delegation.child);
        }
    }

    /** A child is silent when it has said nothing for so long. */
    void watch(PeerId child) {
        context.timers().set(new Timer.ChildSilent(node.id(), child), context.in(context.parameters().silenceLimit()));
    }

    /** Whether the child is alive is asked again and again, as long as it has something: an answer may get lost. */
    void childSilent(PeerId child) {
        if (!isParentOf(child)) {
            return;
        }
        if (context.peers().isDead(child)) {
            // It has left, and this peer had adopted something of it in the same moment.
            childDied(child);
        } else {
            watch(child);
            host.liveness().suspect(child, 3);
        }
    }

    void remove(Delegation delegation) {
        delegations.remove(delegation.subjob);
        if (!isParentOf(delegation.child)) {
            context.timers().cancel(new Timer.ChildSilent(node.id(), delegation.child));
        }
        context.timers().cancel(new Timer.RequestUnanswered(node.id(), delegation.subjob));
        context.timers().cancel(new Timer.AdoptionWindowOver(node.id(), delegation.subjob));
        changes++;
    }

    /** Integers are covered: they are out no more, and whoever has them from here, other than the teller, is told. */
    void covered(RangeSet covered, @Nullable PeerId teller) {
        // What this peer has hashed itself, which is nearly everything that it learns, is out with nobody.
        List<Delegation> concerned = new ArrayList<>(0);
        for (Delegation delegation : delegations.values()) {
            if (delegation.outstanding.intersects(covered)) {
                concerned.add(delegation);
            }
        }
        for (Delegation delegation : concerned) {
            RangeSet common = delegation.outstanding.intersection(covered);
            keep(delegation, delegation.outstanding.minus(common));
            boolean elsewhere = teller != null && !delegation.child.equals(teller);
            RangeSet unknown = common.minus(node.heldSubjobs().returned(delegation));
            if (elsewhere && !unknown.isEmpty() && delegation.isWithChild()) {
                cancel(delegation.child, new CancelScope.Ranges(delegation.edge(), unknown), CancelReason.SUPERSEDED);
            }
            if (delegation.outstanding.isEmpty()) {
                remove(delegation);
            }
        }
    }

    /** Ranges of a held subjob are given up: so is what of them is out. */
    void revoke(HeldSubjob subjob, RangeSet ranges, CancelReason reason) {
        for (Delegation delegation : List.copyOf(delegations.values())) {
            if (delegation.holding.equals(subjob.subjob)) {
                take(delegation, ranges, reason);
            }
        }
    }

    /** Takes ranges back from a child. */
    void take(Delegation delegation, RangeSet ranges, CancelReason reason) {
        RangeSet common = delegation.outstanding.intersection(ranges);
        if (common.isEmpty()) {
            return;
        }
        keep(delegation, delegation.outstanding.minus(common));
        boolean whole = delegation.outstanding.isEmpty();
        if (delegation.awaiting().isPresent()) {
            delegation.await(common);
        } else {
            cancel(delegation.child, whole
                    ? new CancelScope.WholeSubjob(delegation.edge())
                    : new CancelScope.Ranges(delegation.edge(), common), reason);
        }
        if (whole) {
            remove(delegation);
        }
    }

    public void cancel(Address child, CancelScope scope, CancelReason reason) {
        switch (scope) {
            case CancelScope.WholeJob _,CancelScope.WholeSubjob _ ->
                context.send(child, new Message.Cancel(context.self(), node.id(), scope, reason));
            case CancelScope.Ranges some -> cancel(child, some, reason);
        }
    }

    /** In as many messages as are needed: each takes its ranges back by itself. */
    private void cancel(Address child, CancelScope.Ranges some, CancelReason reason) {
        CancelScope none = new CancelScope.Ranges(some.edge(), RangeSet.EMPTY);
        int room = context.parameters().messageBytes()
                - EncodedSize.of(new Message.Cancel(context.self(), node.id(), none, reason));
        for (RangeSet part : EncodedSize.parts(some.ranges(), room)) {
            context.send(child, new Message.Cancel(context.self(), node.id(),
                    new CancelScope.Ranges(some.edge(), part), reason));
        }
    }

    void childDied(PeerId child) {
        context.timers().cancel(new Timer.ChildSilent(node.id(), child));
        for (Delegation delegation : List.copyOf(delegations.values())) {
            if (delegation.child.equals(child)) {
                switch (delegation.state()) {
                    case Delegation.Offered _ -> {
                        remove(delegation);
                        node.offers().tryNext(delegation);
                    }
                    case Delegation.Accepted _ -> node.claims().abandoned(delegation);
                    case Delegation.AwaitingClaims _ -> {}
                }
            }
        }
    }

    /** What held subjobs were cut into, by these, for the parent to know should this peer die. */
    Map<SubjobId, List<Delegated>> passedOn() {
        Map<SubjobId, List<Delegated>> passedOn = new HashMap<>();
        for (Delegation delegation : delegations.values()) {
            List<Delegated> cut = passedOn.computeIfAbsent(delegation.holding, _ -> new ArrayList<>());
            if (delegation.awaiting().isPresent()) {
                for (Delegated below : delegation.below) {
                    RangeSet ranges = below.ranges().intersection(delegation.outstanding);
                    if (!ranges.isEmpty()) {
                        cut.add(new Delegated(delegation.holding, below.subjob(), below.peer(), ranges));
                    }
                }
            } else {
                cut.add(new Delegated(delegation.holding, delegation.subjob, delegation.child,
                        delegation.outstanding));
            }
        }
        return passedOn;
    }

    /**
     * What is out, as a message or a journal tells it. That may be more, of what is covered anyway; what cannot be told
     * because its ranges are too many is out no longer.
     */
    RangeSet told(Delegation delegation) {
        RangeSet told = node.fitting(delegation.outstanding);
        if (!told.containsAll(delegation.outstanding)) {
            keep(delegation, delegation.outstanding.intersection(told));
        }
        return told;
    }

    /** What a child has been given, as it stands in the journal. */
    public Holding given(Delegation delegation) {
        return new Holding(delegation.subjob, delegation.epoch, told(delegation));
    }

    /** A held subjob becomes part of another, and so does what was cut from it. */
    void reattach(SubjobId from, SubjobId to) {
        Delegation itself = delegations.get(from);
        if (itself != null) {
            remove(itself);
        }
        for (Delegation delegation : delegations.values()) {
            if (delegation.holding.equals(from)) {
                delegation.holding = to;
                changes++;
            }
        }
    }

    /** A child answers which of the edges it was asked about it has: the others are not with it any more. */
    void confirmed(PeerId child, List<Edge> edges, List<Edge> asked) {
        Set<Edge> known = Set.copyOf(edges);
        Set<Edge> questioned = Set.copyOf(asked);
        for (Delegation delegation : List.copyOf(delegations.values())) {
            if (!delegation.child.equals(child) || !delegation.isWithChild()) {
                continue;
            }
            if (known.contains(delegation.edge())) {
                accepted(delegation);
                watch(child);
            } else if (delegation.accepted().isPresent() && questioned.contains(delegation.edge())) {
                node.claims().await(delegation);
            }
        }
    }

    /** Whether a child has something from here. */
    boolean isParentOf(PeerId child) {
        for (Delegation delegation : delegations.values()) {
            if (delegation.child.equals(child) && delegation.isWithChild()) {
                return true;
            }
        }
        return false;
    }

    List<Edge> edgesWith(Address other) {
        List<Edge> edges = new ArrayList<>();
        for (Delegation delegation : delegations.values()) {
            if (delegation.child.equals(other) && delegation.isWithChild()) {
                edges.add(delegation.edge());
            }
        }
        return edges;
    }

    /** Whom this peer has ever given anything of the job. */
    public Reach reach() {
        return reach;
    }

    /** Everyone who ever had something of this job from here, or has it from a dead child of this peer. */
    public Set<PeerId> reached() {
        return withThoseBelowTheDead(reach.ever());
    }

    /**
     * The peers that hear of the job's end from here: those to whom this peer gave their slice, or that have let themselves be
     * adopted. One that only asked for some work hears it from its own ancestor, or from the root.
     */
    public Set<PeerId> descendants() {
        return withThoseBelowTheDead(reach.descendants());
    }

    private Set<PeerId> withThoseBelowTheDead(Set<PeerId> children) {
        Set<PeerId> reached = new LinkedHashSet<>(children);
        for (Delegation delegation : delegations.values()) {
            if (delegation.awaiting().isPresent()) {
                delegation.below.forEach(below -> reached.add(below.peer()));
            }
        }
        return reached;
    }

    /** Takes ranges back from a child, whichever subjobs they are part of. */
    void takeBack(PeerId child, RangeSet ranges) {
        for (Delegation delegation : List.copyOf(delegations.values())) {
            if (delegation.child.equals(child)) {
                take(delegation, ranges, CancelReason.SUPERSEDED);
            }
        }
    }

    int rangeCount() {
        return delegations.values().stream().mapToInt(delegation -> delegation.outstanding.rangeCount()).sum();
    }

    void forget() {
        for (Delegation delegation : delegations.values()) {
            context.timers().cancel(new Timer.ChildSilent(node.id(), delegation.child));
            context.timers().cancel(new Timer.RequestUnanswered(node.id(), delegation.subjob));
            context.timers().cancel(new Timer.AdoptionWindowOver(node.id(), delegation.subjob));
        }
        delegations.clear();
        changes++;
    }
}
