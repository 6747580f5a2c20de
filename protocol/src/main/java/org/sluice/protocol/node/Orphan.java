package org.sluice.protocol.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.account.PassedOn;
import org.sluice.protocol.account.Uplink;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;

/**
 * This peer when a parent of its own is dead: it looks for the next ancestor alive and goes on hashing meanwhile.
 *
 * <p>The ancestor is told everything that this peer knows of its subjobs, and says what of them it may go on with
 * ({@link Claims} is its side of it). The root is every lineage's last ancestor and is asked until it answers.
 */
public final class Orphan {
    /** To how many questions an answer is still understood. */
    private static final int REMEMBERED_QUESTIONS = 8;

    private final JobNode node;
    private final Reporting reporting;
    private final Context context;
    private final Host host;
    /** Who was asked to adopt, and in whose place. */
    private final Map<Address, Adoption> adoptions = new LinkedHashMap<>();

    private static final class Adoption {
        final Address formerParent;
        /** By the number of the message, the last few. */
        final NavigableMap<Long, Set<SubjobId>> asked = new TreeMap<>();
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
        for (HeldSubjob subjob : List.copyOf(node.held())) {
            if (subjob.parent().equals(parent)) {
                Address ancestor = nextAncestor(subjob.lineage(), parent);
                if (ancestor.equals(context.self())) {
                    dissolve(subjob);
                } else {
                    subjob.orphan(ancestor);
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
    private void dissolve(HeldSubjob subjob) {
        for (HeldSubjob other : node.held()) {
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
        List<HeldSubjob> orphans = orphans(ancestor);
        if (orphans.isEmpty()) {
            adoptions.remove(ancestor);
            return;
        }
        adoption.attempts++;
        if (adoption.attempts > Parameters.UNANSWERED_RESULTS) {
            host.liveness().suspect(ancestor, 2);
            reporting.askWhetherOver(ancestor);
        }
        send(ancestor, adoption, orphans);
        Duration retry = context.ackTimeout().multipliedBy(1L << Math.min(adoption.attempts - 1, 10));
        Duration longest = context.parameters().reportInterval();
        context.timers()
                .set(new Timer.AdoptUnanswered(node.id(), ancestor),
                        context.in(retry.compareTo(longest) < 0 ? retry : longest));
    }

    /** What an ancestor is to adopt. */
    private List<HeldSubjob> orphans(Address ancestor) {
        return node.held().stream().filter(subjob -> subjob.isOrphaned() && subjob.parent().equals(ancestor)).toList();
    }

    /** As many of the orphans as fit, then what is known of them and how they are passed on; results tell the rest. */
    private void send(Address ancestor, Adoption adoption, List<HeldSubjob> orphans) {
        int room = context.parameters().messageBytes() - EncodedSize.of(bare(adoption));
        List<Holding> holdings = new ArrayList<>();
        List<Delegated> passedOn = new ArrayList<>();
        Map<SubjobId, List<Delegated>> all = node.distribution().passedOn();
        Set<SubjobId> asked = new HashSet<>();
        int used = EncodedSize.WITHIN_BYTES;
        for (HeldSubjob orphan : orphans) {
            // What it has given away as part of another subjob must not come back to it as part of this one: its own child's
            // child might be asked, and each would wait for the next.
            RangeSet claim = orphan.ranges.minus(node.distribution().outstandingOtherwise(orphan));
            Holding holding = new Holding(orphan.subjob, orphan.epoch(), node.fitting(claim));
            int more = EncodedSize.of(holding);
            if (!holdings.isEmpty() && used + more > room / 2) {
                break;
            }
            used += more;
            holdings.add(holding);
            asked.add(orphan.subjob);
            passedOn.addAll(all.getOrDefault(orphan.subjob, List.of()));
        }
        int reserved = (int) Math.min(PassedOn.size(passedOn), (room - used) / 2);
        Uplink.Delta delta = reporting.uplink(ancestor).next(node.facts(), context.now(), room - used - reserved);
        PassedOn.Page page = PassedOn.page(passedOn, 0, room - used - delta.size());
        adoption.asked.put(delta.number(), asked);
        if (adoption.asked.size() > REMEMBERED_QUESTIONS) {
            adoption.asked.pollFirstEntry();
        }
        context.send(ancestor, new Message.Adopt(context.self(), node.id(), delta.number(), holdings, delta.coverage(),
                delta.solutions(), List.of(), page.delegations(), page.within(), adoption.formerParent,
                node.root().meant()));
    }

    private Message.Adopt bare(Adoption adoption) {
        return new Message.Adopt(context.self(), node.id(), 0, List.of(), List.of(), List.of(), List.of(), List.of(),
                adoption.formerParent);
    }

    /** An ancestor is the parent from now on of what it names; the rest of what it was asked for is with others. */
    public void adopted(Message.AdoptAck ack) {
        Adoption adoption = adoptions.get(ack.sender());
        if (adoption == null || node.root().isFormer(ack.sender(), ack.rootEpoch())) {
            return;
        }
        if (!node.root().isMeantBy(ack)) {
            // That ancestor means another job by this name: only the root knows which of the two is right.
            orphans(ack.sender()).forEach(subjob -> subjob.forgetAncestorsBut(node.id()));
            parentDied(ack.sender());
            return;
        }
        node.root().named(ack.sender(), ack.rootEpoch());
        Set<SubjobId> asked = adoption.asked.getOrDefault(ack.number(), Set.of());
        Map<SubjobId, Holding> granted = new HashMap<>();
        ack.holdings().forEach(holding -> granted.put(holding.subjob(), holding));
        for (HeldSubjob subjob : List.copyOf(node.held())) {
            Holding holding = granted.get(subjob.subjob);
            boolean isAnswered = asked.contains(subjob.subjob) && (holding != null || ack.complete());
            if (subjob.isOrphaned() && isAnswered && subjob.parent().equals(ack.sender())) {
                adoption.attempts = 0;
                answered(subjob, ack, holding);
            }
        }
        reporting.acknowledged(ack.sender(), ack.number());
        reporting.later(ack.sender(), context.parameters().firstReport());
        Set<SubjobId> open = new HashSet<>();
        for (HeldSubjob orphan : orphans(ack.sender())) {
            open.add(orphan.subjob);
        }
        if (open.isEmpty()) {
            adoptions.remove(ack.sender());
            context.timers().cancel(new Timer.AdoptUnanswered(node.id(), ack.sender()));
            return;
        }
        adoption.asked.tailMap(ack.number(), false).values().forEach(open::removeAll);
        if (adoption.attempts == 0 && !open.isEmpty()) {
            askToAdopt(ack.sender());
        }
    }

    private void answered(HeldSubjob subjob, Message.AdoptAck ack, @Nullable Holding granted) {
        subjob.adopt(ack.lineage());
        RangeSet rest = subjob.left;
        if (granted != null) {
            subjob.obey(granted.epoch());
            rest = rest.minus(granted.ranges());
        }
        if (!rest.isEmpty()) {
            node.revoke(subjob, rest, CancelReason.SUPERSEDED);
        }
    }

    void forget() {
        adoptions.keySet().forEach(ancestor -> context.timers().cancel(new Timer.AdoptUnanswered(node.id(), ancestor)));
    }
}
