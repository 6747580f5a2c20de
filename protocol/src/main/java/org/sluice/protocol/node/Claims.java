package org.sluice.protocol.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of the subjobs below a child that is gone: those who have them claim them, or their time runs out.
 *
 * <p>A child that died, left, or has another parent now had kept some of its ranges and passed on the rest. What it kept is
 * in the pool at once. What it had passed on waits an adoption window for the orphans to ask this peer, their next ancestor
 * alive, to be their parent; what nobody has claimed by then is in the pool too.
 */
public final class Claims {
    /** In how many parts of the adoption window messages must be seen to flow. */
    private static final int WINDOW_PARTS = 3;

    private final JobNode node;
    private final Distribution distribution;
    private final Context context;
    private final Host host;

    Claims(JobNode node, Distribution distribution, Context context, Host host) {
        this.node = node;
        this.distribution = distribution;
        this.context = context;
        this.host = host;
    }

    /** The child is gone: what it kept is in the pool at once, what it had passed on waits to be claimed. */
    void abandoned(Delegation delegation) {
        RangeSet passedOn = delegation.passedOn();
        node.pool().redo(delegation.outstanding.minus(passedOn));
        if (passedOn.isEmpty()) {
            distribution.remove(delegation);
            return;
        }
        RangeSet taken = delegation.outstanding.minus(passedOn);
        distribution.keep(delegation, passedOn);
        await(delegation, taken);
    }

    /** The subjob is with another parent, who will say so, or lost: after some time it goes out again. */
    void await(Delegation delegation) {
        await(delegation, RangeSet.EMPTY);
    }

    private void await(Delegation delegation, RangeSet taken) {
        delegation.await(taken);
        context.timers().cancel(new Timer.RequestUnanswered(node.id(), delegation.subjob));
        delegation.awaiting().ifPresent(awaiting -> {
            awaiting.calm = 0;
            waitForClaims(delegation, awaiting);
        });
    }

    /** Only time in which messages flow counts: an orphan cannot claim anything while the broker is down. */
    private void waitForClaims(Delegation delegation, Delegation.AwaitingClaims awaiting) {
        awaiting.beat = host.liveness().beat();
        context.timers()
                .set(new Timer.AdoptionWindowOver(node.id(), delegation.subjob),
                        context.in(window(awaiting).dividedBy(WINDOW_PARTS)));
    }

    /** Who lost the root may have sent it an Adopt just before the new one came, and sends the next after R. */
    private Duration window(Delegation.AwaitingClaims awaiting) {
        Duration window = context.parameters().adoptionWindow();
        return awaiting.isInherited ? window.plus(context.parameters().reportInterval()) : window;
    }

    void adoptionWindowOver(SubjobId subjob) {
        Delegation delegation = distribution.find(subjob);
        if (delegation == null || !(delegation.state() instanceof Delegation.AwaitingClaims awaiting)) {
            return;
        }
        awaiting.calm = host.liveness().hasReturned(awaiting.beat) ? awaiting.calm + 1 : 0;
        if (awaiting.calm < WINDOW_PARTS) {
            waitForClaims(delegation, awaiting);
            if (awaiting.isInherited) {
                node.offers().announce(delegation);
            }
        } else {
            distribution.remove(delegation);
            node.pool().redo(delegation.outstanding);
        }
    }

    /** A child that was taken for dead is not: it goes on with what nobody else has got. */
    void revive(Delegation delegation) {
        delegation.awaiting().ifPresent(awaiting -> {
            context.timers().cancel(new Timer.AdoptionWindowOver(node.id(), delegation.subjob));
            delegation.revive(context.now());
            distribution.watch(delegation.child);
            if (!awaiting.taken.isEmpty()) {
                distribution.cancel(delegation.child, new CancelScope.Ranges(delegation.edge(), awaiting.taken),
                        CancelReason.SUPERSEDED);
            }
        });
    }

    /** A child says of single edges that they have a later epoch, so another parent. */
    void moved(PeerId child, List<Edge> edges) {
        for (Edge edge : edges) {
            Delegation delegation = distribution.find(edge.subjob());
            if (delegation != null && delegation.child.equals(child) && delegation.epoch < edge.epoch()
                    && delegation.isWithChild()) {
                await(delegation);
            }
        }
    }

    /** An orphan asks to be adopted: what it knows is united, and it gets what of its subjobs nobody else has. */
    public void answer(Message.Adopt adopt) {
        if (!(adopt.sender() instanceof PeerId orphan)) {
            return;
        }
        boolean isBelieved = node.root().isMeantBy(adopt) && !node.facts().distrusted().contains(orphan);
        List<Holding> accepted = isBelieved ? adopt(orphan, adopt) : List.of();
        Map<SubjobId, List<Delegated>> told = Delegated.byHolding(adopt.delegations());
        for (Holding holding : accepted) {
            Delegation delegation = distribution.find(holding.subjob());
            if (delegation != null) {
                delegation.passedOn(adopt.number(), told.getOrDefault(holding.subjob(), List.of()), adopt.within());
            }
        }
        List<Address> lineage = node.held().isEmpty()
                ? List.of(context.self(), node.id())
                : node.offers().lineage(node.held().iterator().next());
        Message.AdoptAck bare = new Message.AdoptAck(context.self(), node.id(), adopt.number(), List.of(), lineage,
                node.root().epoch(), true, node.root().meant());
        List<List<Holding>> pages = EncodedSize.pages(accepted, EncodedSize::of,
                context.parameters().messageBytes() - EncodedSize.of(bare));
        context.send(orphan, new Message.AdoptAck(context.self(), node.id(), adopt.number(), pages.getFirst(), lineage,
                node.root().epoch(), pages.size() == 1, node.root().meant()));
    }

    /** What the orphan goes on with. */
    private List<Holding> adopt(PeerId orphan, Message.Adopt adopt) {
        List<Holding> accepted = new ArrayList<>();
        for (Holding claimed : adopt.holdings()) {
            Delegation known = distribution.find(claimed.subjob());
            if (known == null || !known.child.equals(orphan) || known.epoch <= claimed.epoch()) {
                if (known != null) {
                    distribution.remove(known);
                }
                known = adopt(orphan, claimed);
            } else if (known.isInherited()) {
                known = confirm(known, claimed.ranges());
            }
            if (known != null) {
                accepted.add(new Holding(known.subjob, known.epoch, distribution.told(known)));
            }
        }
        return accepted;
    }

    /** What a former root gave is claimed; some of it that root may have taken back and told nobody else. */
    private @Nullable Delegation confirm(Delegation inherited, RangeSet held) {
        distribution.keep(inherited, inherited.outstanding.intersection(held));
        if (inherited.outstanding.isEmpty()) {
            distribution.remove(inherited);
            return null;
        }
        revive(inherited);
        return inherited;
    }

    /**
     * Whoever proves to have integers keeps them, also when they are out with a child that is alive: it is the child's dead
     * child, or grandchild, that had given them to the orphan, and the child may not know yet.
     */
    private @Nullable Delegation adopt(PeerId orphan, Holding claimed) {
        RangeSet claim = claimed.ranges().minus(node.facts().covered());
        List.copyOf(distribution.delegations())
                .forEach(delegation -> distribution.take(delegation, claim, CancelReason.SUPERSEDED));
        HeldSubjob holding = null;
        RangeSet granted = RangeSet.EMPTY;
        for (HeldSubjob subjob : node.held()) {
            RangeSet ranges = node.pool().of(subjob).intersection(claim);
            if (ranges.size() > granted.size()) {
                holding = subjob;
                granted = ranges;
            }
        }
        if (holding == null) {
            return null;
        }
        // Part of it may have come back to this peer already, so it counts as given before all that is held.
        Delegation adopted = new Delegation(claimed.subjob(), 0, holding.subjob, orphan,
                node.root().laterEpoch(claimed.epoch()), granted, List.of(), new Delegation.Accepted(context.now()));
        distribution.takeOver(adopted);
        return adopted;
    }

    /** This peer itself has what a dead child had given away. */
    void claimed(RangeSet ranges) {
        for (Delegation delegation : List.copyOf(distribution.delegations())) {
            if (delegation.awaiting().isPresent()) {
                distribution.take(delegation, ranges, CancelReason.SUPERSEDED);
            }
        }
    }
}
