package org.sluice.protocol.root;

import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.sluice.protocol.Notice;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.node.HeldSubjob;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.PeerId;

import org.jspecify.annotations.Nullable;

/** How a root offers what nobody holds: every second as long as there is anything. */
final class PoolOffers {
    private final JobNode node;
    private final Context context;
    private boolean distributed;
    private Instant lastOffer = Instant.MIN;
    /** What was said last of why nobody takes work, if nobody does. */
    private @Nullable Notice said;

    PoolOffers(JobNode node, Context context) {
        this.node = node;
        this.context = context;
    }

    /** What a former root has distributed need not be distributed to all again. */
    void resume(History history) {
        distributed = !history.reached().isEmpty();
    }

    /** The list of peers has changed: if nobody could take the work, one that comes now does not wait for the next offer. */
    void peersChanged() {
        if (said != null) {
            lastOffer = Instant.MIN;
        }
    }

    /** Sets the time of the next offer, if there is anything to offer. */
    void plan() {
        if (context.peers().areListed() && !node.pool().isEmpty()) {
            Instant soonest = lastOffer.plus(context.parameters().poolOffer());
            context.timers()
                    .setNoLater(new Timer.OfferPool(node.id()),
                            soonest.isAfter(context.now()) ? soonest : context.now());
        }
    }

    /** Gives what nobody holds to those who may have it: at first to all, later to a few, from whom others take. */
    void offer() {
        if (node.pool().isEmpty()) {
            return;
        }
        lastOffer = context.now();
        List<RosterEntry> usable = context.peers()
                .workers(node.spec().work())
                .stream()
                .filter(entry -> node.offers().isUsable(entry.peer()))
                .toList();
        if (usable.isEmpty()) {
            Notice why = whyNobodyTakes();
            if (!why.equals(said)) {
                context.tell(why);
                said = why;
            }
        } else {
            said = null;
            List<RosterEntry> chosen = distributed ? some(usable) : usable;
            distributed = true;
            for (HeldSubjob whole : List.copyOf(node.held())) {
                node.offers().split(whole, chosen);
            }
        }
    }

    private Notice whyNobodyTakes() {
        Map<Notice.Obstacle, Integer> reasons = new EnumMap<>(Notice.Obstacle.class);
        for (PeerId worker : context.peers().listedWorkers()) {
            Notice.Obstacle obstacle = node.offers().obstacle(worker);
            reasons.merge(obstacle == null ? Notice.Obstacle.NOT_READY : obstacle, 1, Integer::sum);
        }
        return reasons.isEmpty() ? new Notice.NoWorkers(node.id()) : new Notice.NobodyTakes(node.id(), reasons);
    }

    private List<RosterEntry> some(List<RosterEntry> usable) {
        List<RosterEntry> left = new ArrayList<>(usable);
        List<RosterEntry> chosen = new ArrayList<>();
        while (chosen.size() < node.spec().fanOut() && !left.isEmpty()) {
            chosen.add(left.remove(context.random().nextInt(left.size())));
        }
        return chosen;
    }
}
