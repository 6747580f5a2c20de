package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;

/**
 * The downward half of a {@link JobNode}: subjobs given to children, until they are covered.
 *
 * <p>A part that is refused or not answered goes to the next peer of its slice, then back into the pool. When a child dies,
 * what it hashed itself goes back at once; what it had passed on waits for {@link Claims}.
 */
final class Distribution {
    private final JobNode node;
    private final Context context;
    private final Host host;
    private final Map<SubjobId, Delegation> delegations = new LinkedHashMap<>();
    /** Who refused, and until when it is not asked again. */
    private final Map<PeerId, Instant> refusals = new HashMap<>();
    /** Everyone to whom anything was ever given. */
    private final Set<PeerId> everReached = new LinkedHashSet<>();
    private long subjobs;

    Distribution(JobNode node, Context context, Host host) {
        this.node = node;
        this.context = context;
        this.host = host;
    }

    Collection<Delegation> delegations() {
        return delegations.values();
    }

    /** What was given under this name, null if nothing is out under it. */
    @Nullable
    Delegation find(SubjobId subjob) {
        return delegations.get(subjob);
    }

    /** A subjob that somebody else had given counts as given from here. */
    void takeOver(Delegation adopted) {
        delegations.put(adopted.subjob, adopted);
        everReached.add(adopted.child);
        node.poolIsStale();
        host.assigned(node, adopted);
        watch(adopted.child);
    }

    /**
     * What a former root of the job has given away is out from now on, each part with a new epoch. Those who have it are
     * told with {@link #announce()}, when it is known what of it is covered.
     */
    void inherit(History history) {
        Held whole = node.held().iterator().next();
        for (History.Assignment assigned : history.assignments()) {
            Delegation inherited = new Delegation(assigned.subjob, node.nextOrder(), whole.subjob, assigned.peer,
                    assigned.epoch + 1, assigned.ranges, List.of());
            inherited.state = Delegation.State.AWAITING_CLAIMS;
            inherited.inherited = true;
            inherited.below = assigned.below;
            inherited.belowNumber = assigned.belowNumber;
            delegations.put(inherited.subjob, inherited);
        }
        everReached.addAll(history.reached());
        node.poolIsStale();
    }

    /** Everyone to whom a former root gave something is told of this one, and has some time to claim it. */
    void announce() {
        for (Delegation delegation : delegations.values()) {
            host.assigned(node, delegation);
            node.claims().await(delegation);
            announce(delegation);
        }
    }

    /** Says again, as this root, what the child has: it answers as to any request, or has to be given up. */
    void announce(Delegation inherited) {
        node.held(inherited.holding).ifPresent(whole -> send(inherited, whole));
    }

    /** What children have of a held subjob and is not covered: what was cut from it, and all that was given later. */
    RangeSet outstanding(Held subjob) {
        List<Range> ranges = new ArrayList<>();
        for (Delegation delegation : delegations.values()) {
            if (delegation.holding.equals(subjob.subjob) || delegation.order > subjob.order) {
                ranges.addAll(delegation.outstanding.ranges());
            }
        }
        return RangeSet.of(ranges);
    }

    /** Whether the peer may be given something of this job now. */
    boolean isUsable(PeerId peer) {
        Instant until = refusals.get(peer);
        return context.peers().isUsable(peer) && context.peers().canDo(peer, node.spec().work())
                && !node.facts().distrusted().contains(peer)
                && !peer.equals(context.self()) && (until == null || !until.isAfter(context.now()));
    }

    /** Divides what of a held subjob is in the pool over a roster. */
    void split(Held subjob, List<RosterEntry> roster) {
        List<RosterEntry> usable = roster.stream().filter(entry -> isUsable(entry.peer())).toList();
        Splitter.Split split = Splitter.split(node.pool(subjob), host.rate(), usable,
                node.spec().fanOut(), context.parameters().minimumSubjobTime());
        split.parts().forEach(part -> offer(subjob, part.ranges(), part.head().peer(), part.slice()));
    }

    /**
     * Gives an idle peer its share of the pool: what its rate deserves beside this peer's own.
     *
     * @return whether there was enough to divide
     */
    boolean grant(PeerId asker, long rate) {
        RangeSet pool = node.pool();
        double together = (double) host.rate() + rate;
        if (pool.isEmpty() || !isUsable(asker)) {
            return false;
        }
        // The asker is as much faster or slower at this job than at the benchmark as this peer is.
        double speed = host.speed(node) * together / Math.max(1, host.rate());
        boolean worth = pool.size() >= speed * (context.parameters().worthSplitting().toNanos() / 1e9);
        if (!worth && host.rate() > 0) {
            return false;
        }
        Held richest = null;
        long most = 0;
        for (Held subjob : node.held()) {
            long size = node.pool(subjob).size();
            if (size > most) {
                richest = subjob;
                most = size;
            }
        }
        long share = Math.min(most, Splitter.portion(pool.size(), (double) rate, together));
        if (richest == null || share == 0) {
            return false;
        }
        offer(richest, node.pool(richest).highest(share), asker, List.of());
        return true;
    }

    private void offer(Held subjob, RangeSet ranges, PeerId child, List<RosterEntry> slice) {
        RangeSet offered = ranges;
        if (ranges.rangeCount() > Parameters.MAX_SUBJOB_RANGES) {
            offered = RangeSet.of(ranges.ranges().subList(0, Parameters.MAX_SUBJOB_RANGES));
        }
        SubjobId id = new SubjobId(switch (context.self()) {
            case PeerId self -> self.value() + "-" + ++subjobs;
            case JobId self -> self.value() + "-" + node.rootEpoch() + "-" + ++subjobs;
        });
        List<RosterEntry> roster = slice.subList(0, Math.min(slice.size(), Parameters.MAX_ROSTER));
        Delegation delegation = new Delegation(id, node.nextOrder(), subjob.subjob, child, 1, offered, roster);
        delegations.put(id, delegation);
        everReached.add(child);
        node.poolIsStale();
        host.assigned(node, delegation);
        request(delegation, subjob);
        context.tell(new Notice.SubjobGiven(node.id(), id, child, offered));
    }

    private void request(Delegation delegation, Held subjob) {
        delegation.attempts++;
        send(delegation, subjob);
        context.timers().set(new Timer.RequestUnanswered(node.id(), delegation.subjob), delegation.retryAt(context));
    }

    private void send(Delegation delegation, Held subjob) {
        context.send(delegation.child,
                new Message.SubjobRequest(context.self(), node.spec(), delegation.subjob, delegation.outstanding,
                        delegation.slice, lineage(subjob), delegation.epoch, node.rootEpoch(), node.remaining(),
                        List.copyOf(node.facts().distrusted())));
    }

    /** A child's lineage: this peer, its own nearest ancestors, and the root, repeats left out. */
    List<Address> lineage(Held subjob) {
        Set<Address> lineage = new LinkedHashSet<>();
        lineage.add(context.self());
        for (Address ancestor : subjob.lineage) {
            if (lineage.size() < Parameters.LINEAGE_LENGTH) {
                lineage.add(ancestor);
            }
        }
        lineage.remove(node.id());
        List<Address> complete = new ArrayList<>(lineage);
        complete.add(node.id());
        return complete;
    }

    void requestUnanswered(SubjobId subjob) {
        Delegation delegation = delegations.get(subjob);
        if (delegation == null || delegation.state != Delegation.State.OFFERED) {
            return;
        }
        Optional<Held> holding = node.held(delegation.holding);
        // A suspect may be unreachable because this peer is: then the question stays open, and the part where it is.
        boolean enough = delegation.attempts >= Parameters.MAX_REQUEST_ATTEMPTS
                && !host.liveness().isSuspect(delegation.child);
        if (enough || holding.isEmpty()) {
            refused(delegation, context.parameters().silenceLimit());
            return;
        }
        if (delegation.attempts >= Parameters.REQUEST_ATTEMPTS) {
            host.liveness().suspect(delegation.child, 1);
        }
        request(delegation, holding.get());
    }

    void acknowledged(Message.SubjobAck ack) {
        Delegation delegation = delegations.get(ack.subjob());
        boolean current = delegation != null && delegation.child.equals(ack.sender())
                && delegation.epoch == ack.epoch();
        switch (ack.verdict()) {
            case Verdict.Accepted _ -> {
                if (current && delegation != null) {
                    if (delegation.inherited) {
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
                if (current && delegation != null && delegation.state == Delegation.State.OFFERED) {
                    boolean never = refused.retryAfter().isZero();
                    refused(delegation, never ? node.remaining() : refused.retryAfter());
                }
            }
        }
    }

    private void accepted(Delegation delegation) {
        if (delegation.state == Delegation.State.OFFERED) {
            delegation.state = Delegation.State.ACCEPTED;
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
        if (!edgesWith(child).isEmpty()) {
            watch(child);
            host.liveness().suspect(child, 3);
        }
    }

    private void refused(Delegation delegation, Duration notBefore) {
        refusals.put(delegation.child, context.in(notBefore));
        remove(delegation);
        tryNext(delegation);
    }

    /** Offers a part that its head has not taken to the next peer of its slice; without one it is in the pool again. */
    private void tryNext(Delegation delegation) {
        List<RosterEntry> usable = delegation.slice.stream().filter(entry -> isUsable(entry.peer())).toList();
        Optional<Held> holding = node.held(delegation.holding);
        if (!usable.isEmpty() && holding.isPresent()) {
            RangeSet rest = delegation.outstanding.intersection(node.pool(holding.get()));
            if (!rest.isEmpty()) {
                offer(holding.get(), rest, usable.getFirst().peer(), usable.subList(1, usable.size()));
            }
        }
        host.poolChanged(node);
    }

    void remove(Delegation delegation) {
        delegations.remove(delegation.subjob);
        if (edgesWith(delegation.child).isEmpty()) {
            context.timers().cancel(new Timer.ChildSilent(node.id(), delegation.child));
        }
        context.timers().cancel(new Timer.RequestUnanswered(node.id(), delegation.subjob));
        context.timers().cancel(new Timer.AdoptionWindowOver(node.id(), delegation.subjob));
        node.poolIsStale();
    }

    /** Integers are covered: they are out no more, and whoever has them from here, other than the teller, is told. */
    void covered(RangeSet covered, @Nullable PeerId teller) {
        for (Delegation delegation : List.copyOf(delegations.values())) {
            RangeSet common = delegation.outstanding.intersection(covered);
            if (common.isEmpty()) {
                continue;
            }
            delegation.outstanding = delegation.outstanding.minus(common);
            boolean elsewhere = teller != null && !delegation.child.equals(teller);
            RangeSet unknown = common.minus(node.returned(delegation));
            if (elsewhere && !unknown.isEmpty() && delegation.state != Delegation.State.AWAITING_CLAIMS) {
                cancel(delegation.child, new CancelScope.Ranges(delegation.edge(), unknown), CancelReason.SUPERSEDED);
            }
            if (delegation.outstanding.isEmpty()) {
                remove(delegation);
            }
        }
    }

    /** Ranges of a held subjob are given up: so is what of them is out. */
    void revoke(Held subjob, RangeSet ranges, CancelReason reason) {
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
        delegation.outstanding = delegation.outstanding.minus(common);
        node.poolIsStale();
        boolean whole = delegation.outstanding.isEmpty();
        if (delegation.state == Delegation.State.AWAITING_CLAIMS) {
            delegation.taken = delegation.taken.plus(common);
        } else {
            cancel(delegation.child, whole
                    ? new CancelScope.WholeSubjob(delegation.edge())
                    : new CancelScope.Ranges(delegation.edge(), common), reason);
        }
        if (whole) {
            remove(delegation);
        }
    }

    void cancel(Address child, CancelScope scope, CancelReason reason) {
        context.send(child, new Message.Cancel(context.self(), node.id(), scope, reason));
    }

    /** A child reports how it has passed its subjobs on, or that it leaves. */
    void reported(Message.SubjobResult result) {
        if (!(result.sender() instanceof PeerId child)) {
            return;
        }
        for (Edge edge : result.edges()) {
            Delegation delegation = delegations.get(edge.subjob());
            if (delegation == null || !delegation.child.equals(child)) {
                cancel(child, new CancelScope.WholeSubjob(edge), CancelReason.SUPERSEDED);
            } else if (delegation.inherited && edge.epoch() < delegation.epoch && !result.leaving()) {
                announce(delegation);
            } else if (result.number() > delegation.belowNumber) {
                node.claims().revive(delegation);
                accepted(delegation);
                delegation.belowNumber = result.number();
                delegation.below = result.delegations()
                        .stream()
                        .filter(below -> below.holding().equals(delegation.subjob))
                        .toList();
                if (result.leaving()) {
                    node.claims().abandoned(delegation);
                }
            }
        }
        refuseLies(child, result);
        if (result.leaving()) {
            context.peers().markDead(child);
            host.poolChanged(node);
        } else if (edgesWith(child).isEmpty()) {
            context.timers().cancel(new Timer.ChildSilent(node.id(), child));
        } else {
            watch(child);
        }
    }

    /** What a distrusted peer claims below a child is not done, though the child believes so: it is taken back from it. */
    private void refuseLies(PeerId child, Message.SubjobResult result) {
        RangeSet lies = RangeSet.EMPTY;
        for (Coverage coverage : result.coverage()) {
            if (node.facts().distrusted().contains(coverage.peer())) {
                lies = lies.plus(coverage.ranges());
            }
        }
        if (!lies.isEmpty()) {
            for (Delegation delegation : List.copyOf(delegations.values())) {
                if (delegation.child.equals(child)) {
                    take(delegation, lies, CancelReason.SUPERSEDED);
                }
            }
            host.poolChanged(node);
        }
    }

    void childDied(PeerId child) {
        context.timers().cancel(new Timer.ChildSilent(node.id(), child));
        for (Delegation delegation : List.copyOf(delegations.values())) {
            if (delegation.child.equals(child)) {
                switch (delegation.state) {
                    case OFFERED -> {
                        remove(delegation);
                        tryNext(delegation);
                    }
                    case ACCEPTED -> {
                        node.claims().abandoned(delegation);
                        host.poolChanged(node);
                    }
                    case AWAITING_CLAIMS -> {}
                }
            }
        }
    }

    /** What a held subjob was cut into, for the parent to know should this peer die. */
    List<Delegated> passedOn(Held subjob) {
        List<Delegated> passedOn = new ArrayList<>();
        for (Delegation delegation : delegations.values()) {
            if (delegation.holding.equals(subjob.subjob)) {
                if (delegation.state == Delegation.State.AWAITING_CLAIMS) {
                    for (Delegated below : delegation.below) {
                        RangeSet ranges = below.ranges().intersection(delegation.outstanding);
                        if (!ranges.isEmpty()) {
                            passedOn.add(new Delegated(subjob.subjob, below.subjob(), below.peer(), ranges));
                        }
                    }
                } else {
                    passedOn.add(new Delegated(subjob.subjob, delegation.subjob, delegation.child,
                            delegation.outstanding));
                }
            }
        }
        return passedOn;
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
            }
        }
    }

    /** A child answers which of the edges it was asked about it has: the others are not with it any more. */
    void confirmed(PeerId child, List<Edge> edges, List<Edge> asked) {
        for (Delegation delegation : List.copyOf(delegations.values())) {
            if (!delegation.child.equals(child) || delegation.state == Delegation.State.AWAITING_CLAIMS) {
                continue;
            }
            if (edges.contains(delegation.edge())) {
                accepted(delegation);
                watch(child);
            } else if (delegation.state == Delegation.State.ACCEPTED && asked.contains(delegation.edge())) {
                node.claims().await(delegation);
            }
        }
    }

    List<Edge> edgesWith(Address other) {
        List<Edge> edges = new ArrayList<>();
        for (Delegation delegation : delegations.values()) {
            if (delegation.child.equals(other) && delegation.state != Delegation.State.AWAITING_CLAIMS) {
                edges.add(delegation.edge());
            }
        }
        return edges;
    }

    /** Everyone who ever had something of this job from here, or has it from a dead child of this peer. */
    Set<PeerId> reached() {
        Set<PeerId> reached = new LinkedHashSet<>(everReached);
        for (Delegation delegation : delegations.values()) {
            if (delegation.state == Delegation.State.AWAITING_CLAIMS) {
                delegation.below.forEach(below -> reached.add(below.peer()));
            }
        }
        return reached;
    }

    /** Everyone to whom this peer has ever given anything of the job. */
    Set<PeerId> everReached() {
        return everReached;
    }

    /** Takes everything back from a child. */
    void takeBack(PeerId child) {
        for (Delegation delegation : List.copyOf(delegations.values())) {
            if (delegation.child.equals(child)) {
                take(delegation, delegation.outstanding, CancelReason.SUPERSEDED);
            }
        }
    }

    void forget() {
        List.copyOf(delegations.values()).forEach(this::remove);
    }
}
