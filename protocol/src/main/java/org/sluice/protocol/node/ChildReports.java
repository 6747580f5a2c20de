package org.sluice.protocol.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/** What a {@link JobNode} learns from its children's results about what it has given them, beyond the facts in them. */
public final class ChildReports {
    private final JobNode node;
    private final Distribution distribution;
    private final Context context;
    private final Host host;

    ChildReports(JobNode node, Distribution distribution, Context context, Host host) {
        this.node = node;
        this.distribution = distribution;
        this.context = context;
        this.host = host;
    }

    /** A child reports how it has passed its subjobs on, or that it leaves. */
    public void take(Message.SubjobResult result) {
        if (!(result.sender() instanceof PeerId child)) {
            return;
        }
        if (!node.root().isMeantBy(result)) {
            mistaken(child, result.edges());
            return;
        }
        Map<SubjobId, List<Delegated>> told = Delegated.byHolding(result.delegations());
        for (Edge edge : result.edges()) {
            Delegation delegation = distribution.find(edge.subjob());
            if (delegation == null || !delegation.child.equals(child)) {
                distribution.cancel(child, new CancelScope.WholeSubjob(edge), CancelReason.SUPERSEDED);
            } else if (delegation.isInherited() && edge.epoch() < delegation.epoch && !result.leaving()) {
                node.offers().announce(delegation);
            } else if (result.number() > delegation.belowNumber) {
                node.claims().revive(delegation);
                distribution.accepted(delegation);
                delegation.passedOn(result.number(), told.getOrDefault(delegation.subjob, List.of()),
                        result.within());
                if (result.leaving()) {
                    node.claims().abandoned(delegation);
                }
            }
        }
        refuseLies(child, result);
        if (result.leaving()) {
            context.peers().markDead(child);
        } else if (!distribution.isParentOf(child)) {
            context.timers().cancel(new Timer.ChildSilent(node.id(), child));
        } else {
            distribution.watch(child);
            askAboutForgotten(child, result.within().isEmpty() && !result.edges().isEmpty());
        }
    }

    /** What a child has is of another job by this name: of this one it has nothing, and it need not go on with the other. */
    private void mistaken(PeerId child, List<Edge> edges) {
        for (Edge edge : edges) {
            distribution.cancel(child, new CancelScope.WholeSubjob(edge), CancelReason.SUPERSEDED);
        }
        distribution.dropped(child);
    }

    /**
     * A child that goes on reporting may have forgotten some of what it has: whoever was told that the job is over, and took it
     * up again, knows only what it got after that. Of what its results do not name it is asked.
     *
     * @param all whether its last result names all that it has, and is not one of several
     */
    private void askAboutForgotten(PeerId child, boolean all) {
        Duration patience = all ? context.ackTimeout() : context.parameters().reportInterval().multipliedBy(2);
        Instant longAgo = context.now().minus(patience);
        boolean isAny = false;
        for (Delegation delegation : distribution.delegations()) {
            if (delegation.child.equals(child) && delegation.state() instanceof Delegation.Accepted accepted
                    && accepted.saidAt.isBefore(longAgo)) {
                accepted.saidAt = context.now();
                isAny = true;
            }
        }
        if (isAny) {
            host.liveness().suspect(child, 3);
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
            distribution.takeBack(child, lies);
        }
    }
}
