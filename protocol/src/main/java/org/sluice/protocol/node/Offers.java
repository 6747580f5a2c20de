package org.sluice.protocol.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.account.Splitter;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;

/**
 * How parts of a {@link JobNode}'s pool come to children: to whom, how much, and what follows if they do not answer.
 *
 * <p>A part that is refused or not answered goes to the next peer of its slice, then back into the pool.
 */
public final class Offers {
    private final JobNode node;
    private final Distribution distribution;
    private final Context context;
    private final Host host;
    /** Who did not take what it was offered. */
    private final Map<PeerId, Refusal> refusals = new HashMap<>();
    private long subjobs;

    /** Why a peer did not take something, and until when it is not asked again. */
    private record Refusal(Notice.Obstacle why, Instant until) {}

    Offers(JobNode node, Distribution distribution, Context context, Host host) {
        this.node = node;
        this.distribution = distribution;
        this.context = context;
        this.host = host;
    }

    /** Whether the peer may be given something of this job now. */
    public boolean isUsable(PeerId peer) {
        return !peer.equals(context.self()) && obstacle(peer) == null;
    }

    /** Why the peer may not be given anything of this job now; null if it may. */
    public Notice.@Nullable Obstacle obstacle(PeerId peer) {
        if (node.facts().distrusted().contains(peer)) {
            return Notice.Obstacle.DISTRUSTED;
        }
        if (!context.peers().isUsable(peer)) {
            return Notice.Obstacle.SILENT;
        }
        if (!context.peers().canDo(peer, node.spec().work())) {
            return Notice.Obstacle.UNKNOWN_ALGORITHM;
        }
        Refusal refusal = refusals.get(peer);
        return refusal != null && refusal.until.isAfter(context.now()) ? refusal.why : null;
    }

    /** Divides what of a held subjob is in the pool over a roster. */
    public void split(HeldSubjob subjob, List<RosterEntry> roster) {
        List<RosterEntry> usable = roster.stream().filter(entry -> isUsable(entry.peer())).toList();
        Splitter.Split split = Splitter.split(node.pool().of(subjob), node.rate(), usable,
                node.spec().fanOut(), context.parameters().minimumSubjobTime());
        split.parts().forEach(part -> offer(subjob, part.ranges(), part.head().peer(), part.slice(), true));
    }

    /**
     * Gives an idle peer its share of the pool: what its rate for this job deserves beside this peer's own.
     *
     * @param rates what it says of itself
     * @return whether there was enough to divide
     */
    boolean grant(PeerId asker, Rates rates) {
        RangeSet pool = node.pool().ranges();
        long own = node.rate();
        long rate = rates.of(node.spec().work().algorithm());
        double together = (double) own + rate;
        if (pool.isEmpty() || !isUsable(asker)) {
            return false;
        }
        // The asker is as much faster or slower at this job than at the benchmark as this peer is. One that is no faster is to be busy
        // with this peer for a while. One that is much faster is done at once: there it counts how long this peer would be alone.
        double ratio = Math.min(rate, own) / (double) Math.max(1, Math.max(rate, own));
        double speed = node.paces().speed() * (1 + ratio);
        boolean worth = pool.size() >= speed * (context.parameters().worthSplitting().toNanos() / 1e9);
        if (!worth && own > 0) {
            return false;
        }
        HeldSubjob richest = null;
        long most = 0;
        for (HeldSubjob subjob : node.held()) {
            long size = node.pool().of(subjob).size();
            if (size > most) {
                richest = subjob;
                most = size;
            }
        }
        long share = Math.min(most, Splitter.portion(pool.size(), (double) rate, together));
        if (richest == null || share == 0) {
            return false;
        }
        offer(richest, node.pool().of(richest).highest(share), asker, List.of(), false);
        return true;
    }

    private void offer(HeldSubjob subjob, RangeSet ranges, PeerId child, List<RosterEntry> slice, boolean isDescent) {
        RangeSet offered = ranges;
        if (ranges.rangeCount() > Parameters.MAX_SUBJOB_RANGES) {
            offered = ranges.part(0, Parameters.MAX_SUBJOB_RANGES);
        }
        offered = EncodedSize.parts(offered, context.parameters().messageBytes() / Parameters.RANGES_PART).getFirst();
        SubjobId id = new SubjobId(switch (context.self()) {
            case PeerId self -> self.value() + "-" + ++subjobs;
            case JobId self -> self.value() + "-" + node.root().epoch() + "-" + ++subjobs;
        });
        List<RosterEntry> roster = slice.subList(0, Math.min(slice.size(), Parameters.MAX_ROSTER));
        Delegation delegation = new Delegation(id, node.nextOrder(), subjob.subjob, child, 1, offered, roster,
                new Delegation.Offered());
        distribution.add(delegation, isDescent);
        request(delegation, subjob);
        context.tell(new Notice.SubjobGiven(node.id(), id, child, offered));
    }

    private void request(Delegation delegation, HeldSubjob subjob) {
        delegation.offered().ifPresent(offered -> {
            offered.attempts++;
            offered.rootEpoch = node.root().epoch();
            send(delegation, subjob);
            // The time after which it is sent again doubles with each.
            Duration patience = context.ackTimeout().multipliedBy(1L << Math.min(offered.attempts - 1, 4));
            context.timers().set(new Timer.RequestUnanswered(node.id(), delegation.subjob), context.in(patience));
        });
    }

    /**
     * Sends the request with as much of the roster as fits; others ask for work. It is sent several times when those who are
     * distrusted are too many for one.
     */
    private void send(Delegation delegation, HeldSubjob subjob) {
        RangeSet ranges = distribution.told(delegation);
        List<Address> lineage = lineage(subjob);
        Message.SubjobRequest bare = new Message.SubjobRequest(context.self(), node.spec(), delegation.subjob, ranges,
                List.of(), lineage, delegation.epoch, node.root().epoch(), node.remaining(), List.of());
        int room = context.parameters().messageBytes() - EncodedSize.of(bare);
        List<RosterEntry> roster = delegation.slice;
        // From anybody but the root it would not be believed.
        List<PeerId> liars = context.self().equals(node.id()) ? List.copyOf(node.facts().distrusted()) : List.of();
        for (List<PeerId> distrusted : EncodedSize.pages(liars, EncodedSize::of, room / 2)) {
            int left = room - EncodedSize.all(distrusted, EncodedSize::of);
            List<RosterEntry> told = EncodedSize.pages(roster, EncodedSize::of, left).getFirst();
            context.send(delegation.child,
                    new Message.SubjobRequest(context.self(), node.spec(), delegation.subjob, ranges, told, lineage,
                            delegation.epoch, node.root().epoch(), node.remaining(), distrusted));
            roster = List.of();
        }
    }

    /** A child's lineage: this peer, its own nearest ancestors, and the root, repeats left out. */
    List<Address> lineage(HeldSubjob subjob) {
        Set<Address> lineage = new LinkedHashSet<>();
        lineage.add(context.self());
        for (Address ancestor : subjob.lineage()) {
            if (lineage.size() < Parameters.LINEAGE_LENGTH) {
                lineage.add(ancestor);
            }
        }
        lineage.remove(node.id());
        List<Address> complete = new ArrayList<>(lineage);
        complete.add(node.id());
        return complete;
    }

    /** A child has not answered in time. */
    void requestUnanswered(SubjobId subjob) {
        Delegation delegation = distribution.find(subjob);
        if (delegation == null || delegation.offered().isEmpty()) {
            return;
        }
        int attempts = delegation.offered().get().attempts;
        Optional<HeldSubjob> holding = node.held(delegation.holding);
        // A suspect may be unreachable because this peer is: then the question stays open, and the part where it is.
        boolean enough = attempts >= Parameters.MAX_REQUEST_ATTEMPTS
                && !host.liveness().isSuspect(delegation.child);
        if (enough || holding.isEmpty()) {
            refused(delegation, Notice.Obstacle.SILENT, context.parameters().silenceLimit());
            return;
        }
        if (attempts >= Parameters.REQUEST_ATTEMPTS) {
            host.liveness().suspect(delegation.child, 1);
        }
        request(delegation, holding.get());
    }

    /** Says again, as this root, what the child has: it answers as to any request, or has to be given up. */
    void announce(Delegation inherited) {
        node.held(inherited.holding).ifPresent(whole -> send(inherited, whole));
    }

    /** A child does not take its part, and is not asked again before some time has passed. */
    void refused(Delegation delegation, Notice.Obstacle why, Duration notBefore) {
        refusals.put(delegation.child, new Refusal(why, context.in(notBefore)));
        distribution.remove(delegation);
        tryNext(delegation);
    }

    /** Offers a part that its head has not taken to the next peer of its slice; without one it is in the pool again. */
    void tryNext(Delegation delegation) {
        List<RosterEntry> usable = delegation.slice.stream().filter(entry -> isUsable(entry.peer())).toList();
        Optional<HeldSubjob> holding = node.held(delegation.holding);
        if (!usable.isEmpty() && holding.isPresent()) {
            RangeSet rest = delegation.outstanding.intersection(node.pool().of(holding.get()));
            if (!rest.isEmpty()) {
                offer(holding.get(), rest, usable.getFirst().peer(), usable.subList(1, usable.size()), true);
            }
        }
    }
}
