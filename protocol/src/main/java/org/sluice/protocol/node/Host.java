package org.sluice.protocol.node;

import java.time.Duration;

import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.step.Liveness;
import org.sluice.protocol.value.PeerId;

/**
 * What a job's node asks of the state machine that it lives in, a worker's coordinator or a submitter's root, where the two
 * differ.
 */
public interface Host {
    /** A peer claimed a solution that is none; called when the node's own change is done. */
    void lied(JobNode node, PeerId liar);

    /**
     * A child does not take a subjob.
     *
     * @return how long it is not asked again
     */
    Duration refused(JobNode node, Delegation delegation, Verdict.Refused refusal);

    /** How long a child that has refused is not asked again, as far as the refusal tells. */
    static Duration pauseAfter(Verdict.Refused refusal, JobNode node) {
        boolean never = refusal.retryAfter().isZero();
        return never ? node.remaining() : refusal.retryAfter();
    }

    /** A subjob is about to be given away, or its giver has changed. */
    void assigned(JobNode node, Delegation delegation);

    /** Finds out which peers are alive. */
    Liveness liveness();
}
