package org.sluice.protocol.root;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.node.Delegation;
import org.sluice.protocol.node.Host;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Limits;

/**
 * The epochs of one root, which it raises against those who say that its job is over.
 *
 * <p>Anybody may tell a worker that a job has ended. The root raises its epoch then, and the worker takes what it is offered
 * with the new one. Each root has a block of epochs for itself, and stays in it.
 */
final class Epochs {
    /** How many epochs a root has for itself. */
    private static final int OWN_BITS = 12;
    /** Most roots that can claim a job, one after the other. */
    static final long MOST_CLAIMS = Limits.MAX_ROOT_EPOCH >>> OWN_BITS;

    private final JobNode node;
    private final Context context;
    private Instant raised = Instant.EPOCH;

    Epochs(JobNode node, Context context) {
        this.node = node;
        this.context = context;
    }

    /** The first epoch of the root that is so many-th to claim the job, from 1. */
    static long first(long claim) {
        return ((claim - 1) << OWN_BITS) + 1;
    }

    /** The reverse of {@link #first}, for any epoch of that root. */
    static long claim(long epoch) {
        return ((epoch - 1) >> OWN_BITS) + 1;
    }

    private boolean isAtLast() {
        return node.root().epoch() % (1L << OWN_BITS) == 0;
    }

    private void raise() {
        node.root().named(node.id(), node.root().epoch() + 1);
        raised = context.now();
    }

    /**
     * A child refuses. Of many who say of the same epoch that the job is over one is enough to raise it.
     *
     * @return how long the child is not asked again
     */
    Duration refused(Delegation delegation, Verdict.Refused refusal) {
        if (!refusal.saysOver() || isAtLast()) {
            return Host.pauseAfter(refusal, node);
        }
        if (delegation.offered().filter(offered -> offered.rootEpoch == node.root().epoch()).isPresent()) {
            raise();
        }
        return context.parameters().poolOffer();
    }

    /** Tells a worker that the job goes on, whatever it was told, so that it takes what others have for it. */
    void insist(Address worker) {
        if (!raised.plus(context.parameters().poolOffer()).isAfter(context.now()) && !isAtLast()) {
            raise();
        }
        sayWhatTheJobIs(worker);
    }

    /** A worker that takes another job for the one of this name gives it up when it hears this. */
    void sayWhatTheJobIs(Address worker) {
        context.send(worker, new Message.AdoptAck(node.id(), node.id(), 0, List.of(), List.of(node.id()),
                node.root().epoch(), true, node.root().meant()));
    }
}
