package org.sluice.protocol.worker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.account.Slots;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Liveness;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

/**
 * How a worker takes leave of a job that is over: its children are told, its slots stop, and when they have, the root gets what
 * was hashed last.
 */
final class Closing {
    private final PeerId self;
    private final Jobs jobs;
    private final EndedJobs ended;
    private final Slots slots;
    private final SlotFeeder feeder;
    private final Liveness liveness;
    private final Context context;
    /** Jobs whose end has come while slots were still busy with them. */
    private final Map<JobId, JobNode> waiting = new LinkedHashMap<>();

    Closing(PeerId self, Jobs jobs, EndedJobs ended, Slots slots, SlotFeeder feeder, Liveness liveness,
            Context context) {
        this.self = self;
        this.jobs = jobs;
        this.ended = ended;
        this.slots = slots;
        this.feeder = feeder;
        this.liveness = liveness;
        this.context = context;
    }

    /** Whether it waits for no slot. */
    boolean isDone() {
        return waiting.isEmpty();
    }

    /** The whole job is over, by the word of a root with this epoch. */
    void end(JobNode node, CancelReason reason, long rootEpoch) {
        ended.remember(node.id(), reason, rootEpoch, node.root().namedEpoch());
        node.distribution().descendants().forEach(child -> ended.passOn(node.id(), child));
        leave(node, reason);
    }

    /**
     * The worker has taken another template of the job's campaign. Whether this one has ended is for its root to say: nobody else is told
     * that it has, and a root that goes on gives to others what was held here.
     */
    void replaced(JobNode node) {
        leave(node, CancelReason.SUPERSEDED);
    }

    private void leave(JobNode node, CancelReason reason) {
        jobs.remove(node);
        node.forget();
        liveness.forget(node.id());
        context.tell(new Notice.JobEnded(node.id(), reason));
        feeder.stop(node.id());
        if (slots.isBusyWith(node.id())) {
            waiting.put(node.id(), node);
        } else {
            close(node);
        }
    }

    private void close(JobNode node) {
        node.reporting().close();
        ended.answered(node.id());
    }

    /** A slot has stopped that may have hashed for a job which is over. */
    void hashingEnded(Input.HashingEnded hashed, Slots.Execution execution) {
        JobNode over = waiting.get(hashed.job());
        if (over != null) {
            if (over.spec().equals(execution.spec())) {
                over.hashedLast(self, hashed.hashed(), hashed.solutions());
            }
            if (!slots.isBusyWith(hashed.job())) {
                waiting.remove(hashed.job());
                close(over);
            }
        }
    }

    /** A job was over and goes on: what slots still hash of it is the new node's. */
    void goesOn(JobId job) {
        JobNode over = waiting.remove(job);
        if (over != null) {
            over.reporting().close();
        }
    }

    /** A job is over of which this worker has no part any more. A request of it may still be on its way: it comes too late. */
    void heardOfEnd(Message.Cancel cancel, CancelScope.WholeJob whole) {
        ended.remember(cancel.job(), cancel.reason(), whole.rootEpoch());
        if (cancel.sender() instanceof JobId root && !waiting.containsKey(root) && ended.isAskedAgain(root)) {
            ended.answered(root);
            context.send(root, new Message.SubjobResult(self, root, 0, List.of(), List.of(), List.of(),
                    List.of(), List.of(), true));
        }
    }
}
