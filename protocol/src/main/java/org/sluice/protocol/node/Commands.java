package org.sluice.protocol.node;

import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.RangeSet;

import org.jspecify.annotations.Nullable;

/** What a job's node does at the word of its parents: it takes subjobs on, and gives them up. */
public final class Commands {
    private final JobNode node;
    private final HeldSubjobs held;
    private final Reporting reporting;
    private final Context context;

    Commands(JobNode node, HeldSubjobs held, Reporting reporting, Context context) {
        this.node = node;
        this.held = held;
        this.reporting = reporting;
        this.context = context;
    }

    /** Whether the subjob of a request is held already, or may be: what is held, and from how many, has an end. */
    public boolean hasRoomFor(Message.SubjobRequest request) {
        return node.holds(request.subjob())
                || (held.count() < Parameters.MAX_HELD && reporting.hasRoomFor(request.sender()));
    }

    /** Takes on the subjob of a request, or says again that it is taken. */
    public void accept(Message.SubjobRequest request) {
        if (node.root().isFormer(request.sender(), request.rootEpoch())) {
            return;
        }
        node.root().named(request.sender(), request.rootEpoch());
        HeldSubjob known = held.find(request.subjob()).orElse(null);
        if (known != null) {
            if (request.sender().equals(node.id()) && known.parent().equals(node.id())
                    && request.epoch() > known.epoch()) {
                succeed(known, request);
            }
            if (isCommandOfParent(known, request.sender(), request.epoch())) {
                // All of them may not have fitted in one request.
                distrustAsToldIn(request);
                acknowledge(request, new Verdict.Accepted());
            }
            return;
        }
        distrustAsToldIn(request);
        HeldSubjob subjob = new HeldSubjob(request.subjob(), node.nextOrder(), request.sender(), request.epoch(),
                request.lineage(),
                request.ranges().intersection(RangeSet.of(node.spec().range())), node.facts().covered());
        acknowledge(request, new Verdict.Accepted());
        context.tell(new Notice.SubjobAccepted(node.spec(), subjob.subjob, subjob.parent(), subjob.ranges));
        reporting.hold(subjob);
        if (subjob.isComplete()) {
            reporting.finished(subjob);
            return;
        }
        held.add(subjob);
        if (!request.roster().isEmpty()) {
            node.offers().split(subjob, request.roster());
            reporting.soon(subjob.parent());
        }
    }

    /** Only the root says whose word does not count: anybody else could make honest peers forget each other. */
    private void distrustAsToldIn(Message.SubjobRequest request) {
        if (request.sender().equals(node.id())) {
            request.distrusted().stream().filter(peer -> !peer.equals(context.self())).forEach(node::distrust);
        }
    }

    /** Another root says what this peer holds from it, which may differ from what the former meant when it went. */
    private void succeed(HeldSubjob subjob, Message.SubjobRequest request) {
        subjob.succeed(request.epoch(), request.lineage());
        RangeSet missing = request.ranges().minus(subjob.ranges);
        if (!missing.isEmpty()) {
            held.extend(subjob, missing, node.facts().covered());
            reporting.hold(subjob);
        }
        RangeSet elsewhere = subjob.left.minus(request.ranges());
        if (!elsewhere.isEmpty()) {
            node.revoke(subjob, elsewhere, CancelReason.SUPERSEDED);
        }
        reporting.soon(subjob.parent());
    }

    private void acknowledge(Message.SubjobRequest request, Verdict verdict) {
        context.send(request.sender(), new Message.SubjobAck(context.self(), node.id(), request.subjob(),
                request.epoch(), verdict));
    }

    /** A parent takes a subjob, or ranges of it, back. */
    public void cancelled(Message.Cancel cancel) {
        switch (cancel.scope()) {
            case CancelScope.WholeSubjob whole -> obey(cancel, whole.edge(), null);
            case CancelScope.Ranges part -> obey(cancel, part.edge(), part.ranges());
            case CancelScope.WholeJob _ -> throw new IllegalStateException("the whole job is the host's to end");
        }
    }

    private void obey(Message.Cancel cancel, Edge edge, @Nullable RangeSet part) {
        HeldSubjob subjob = held.find(edge.subjob()).orElse(null);
        if (subjob != null && isCommandOfParent(subjob, cancel.sender(), edge.epoch())) {
            node.revoke(subjob, part == null ? subjob.ranges : part, cancel.reason());
        }
    }

    /** A former parent's command is not obeyed; it is told the current epoch instead. */
    private boolean isCommandOfParent(HeldSubjob subjob, Address sender, long epoch) {
        if (subjob.parent().equals(sender) && subjob.epoch() == epoch) {
            return true;
        }
        context.send(sender, new Message.Pong(context.self(), 0, Optional.of(node.id()), List.of(subjob.edge())));
        return false;
    }
}
