package org.sluice.protocol;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.RangeSet;

/**
 * This peer when a parent of its own is dead: it looks for the next ancestor alive and goes on hashing meanwhile.
 *
 * <p>The ancestor is told everything that this peer knows of its subjobs, and says what of them it may go on with
 * ({@link Claims} is its side of it). The root is every lineage's last ancestor and is asked until it answers.
 */
final class Orphan {
    private final JobNode node;
    private final Reporting reporting;
    private final Context context;
    private final Host host;
    /** Who was asked to adopt, and in whose place. */
    private final Map<Address, Adoption> adoptions = new LinkedHashMap<>();

    private static final class Adoption {
        final Address formerParent;
        int attempts;

        Adoption(Address formerParent) {
            this.formerParent = formerParent;
        }
    }

    Orphan(JobNode node, Reporting reporting, Context context, Host host) {
        this.node = node;
        this.reporting = reporting;
        this.context = context;
        this.host = host;
    }

    /** A parent is dead: each subjob held from it goes to the nearest ancestor that is alive. */
    void parentDied(Address parent) {
        context.timers().cancel(reporting.reportTimer(parent));
        context.timers().cancel(new Timer.AdoptUnanswered(node.id(), parent));
        adoptions.remove(parent);
        for (Held subjob : List.copyOf(node.held())) {
            if (subjob.parent.equals(parent)) {
                Address ancestor = nextAncestor(subjob.lineage, parent);
                if (ancestor.equals(context.self())) {
                    dissolve(subjob);
                } else {
                    subjob.parent = ancestor;
                    subjob.adopting = true;
                    subjob.firstAsked = 0;
                    reporting.uplink(ancestor).give(subjob.ranges, node.facts());
                    adoptions.computeIfAbsent(ancestor, _ -> new Adoption(parent));
                }
            }
        }
        reporting.retire(parent);
        for (Address ancestor : List.copyOf(adoptions.keySet())) {
            askToAdopt(ancestor);
        }
        Reporting.Finished told = reporting.forgetFinished(parent);
        if (told != null) {
            tellAncestor(parent, told);
        }
    }

    /** What was told a parent that is dead now, it may not have passed on: its own parent is told too. */
    private void tellAncestor(Address dead, Reporting.Finished told) {
        Address ancestor = nextAncestor(told.lineage(), dead);
        if (!ancestor.equals(context.self()) && !ancestor.equals(dead)) {
            reporting.uplink(ancestor).give(told.ranges(), node.facts());
            reporting.finished(ancestor, told.ranges(), told.lineage());
        }
    }

    private Address nextAncestor(List<Address> lineage, Address dead) {
        for (Address ancestor : lineage) {
            boolean usable = ancestor.equals(context.self()) || context.peers().isUsable(ancestor);
            if (usable && !ancestor.equals(dead)) {
                return ancestor;
            }
        }
        return node.id();
    }

    /** This peer is its own ancestor: the subjob becomes part again of the one that it was once cut from. */
    private void dissolve(Held subjob) {
        for (Held other : node.held()) {
            if (other != subjob && other.ranges.containsAll(subjob.left)) {
                node.dissolve(subjob, other);
                return;
            }
        }
        // Nothing of it is held from anybody else any more, so nobody waits for it.
        node.revoke(subjob, subjob.ranges, CancelReason.SUPERSEDED);
    }

    /** Asks an ancestor, first or again, to adopt what is held from it without its knowledge. */
    void askToAdopt(Address ancestor) {
        Adoption adoption = adoptions.get(ancestor);
        if (adoption == null) {
            return;
        }
        List<Held> orphans = node.held()
                .stream()
                .filter(subjob -> subjob.adopting && subjob.parent.equals(ancestor))
                .toList();
        if (orphans.isEmpty()) {
            adoptions.remove(ancestor);
            return;
        }
        adoption.attempts++;
        if (adoption.attempts > Parameters.UNANSWERED_RESULTS) {
            host.liveness().suspect(ancestor, 2);
            reporting.askWhetherOver(ancestor);
        }
        Uplink.Delta delta = reporting.uplink(ancestor).next(node.facts(), context.now());
        for (Held orphan : orphans) {
            if (orphan.firstAsked == 0) {
                orphan.firstAsked = delta.number();
            }
        }
        List<Holding> holdings = orphans.stream().map(Held::holding).toList();
        context.send(ancestor, new Message.Adopt(context.self(), node.id(), delta.number(), holdings,
                delta.coverage(), delta.solutions(), List.of(), reporting.passedOn(orphans), adoption.formerParent));
        Duration retry = context.ackTimeout().multipliedBy(1L << Math.min(adoption.attempts - 1, 10));
        Duration longest = context.parameters().reportInterval();
        context.timers()
                .set(new Timer.AdoptUnanswered(node.id(), ancestor),
                        context.in(retry.compareTo(longest) < 0 ? retry : longest));
    }

    /** An ancestor is the parent from now on of what it names; the rest is with others. */
    void adopted(Message.AdoptAck ack) {
        if (!adoptions.containsKey(ack.sender()) || node.isOfFormerRoot(ack.sender(), ack.rootEpoch())) {
            return;
        }
        node.sawRootEpoch(ack.rootEpoch());
        for (Held subjob : List.copyOf(node.held())) {
            boolean asked = subjob.firstAsked > 0 && subjob.firstAsked <= ack.number();
            if (subjob.adopting && asked && subjob.parent.equals(ack.sender())) {
                subjob.adopting = false;
                subjob.lineage = ack.lineage();
                Optional<Holding> granted = ack.holdings()
                        .stream()
                        .filter(holding -> holding.subjob().equals(subjob.subjob))
                        .findFirst();
                granted.ifPresent(holding -> subjob.epoch = holding.epoch());
                RangeSet rest = granted.map(holding -> subjob.left.minus(holding.ranges())).orElse(subjob.left);
                if (!rest.isEmpty()) {
                    node.revoke(subjob, rest, CancelReason.SUPERSEDED);
                }
            }
        }
        if (node.held().stream().noneMatch(subjob -> subjob.adopting && subjob.parent.equals(ack.sender()))) {
            adoptions.remove(ack.sender());
            context.timers().cancel(new Timer.AdoptUnanswered(node.id(), ack.sender()));
        }
        reporting.acknowledged(ack.sender(), ack.number());
        reporting.later(ack.sender(), context.parameters().firstReport());
    }

    void forget() {
        adoptions.keySet().forEach(ancestor -> context.timers().cancel(new Timer.AdoptUnanswered(node.id(), ancestor)));
    }
}
