package org.sluice.protocol;

import java.time.Duration;

import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;

/** What a job's node asks of the state machine that it lives in: a worker's coordinator, or a submitter's root. */
interface Host {
    /** The host's own hash rate for what the node's job is, in hashes/s; 0 if it does not hash. */
    long rate(JobNode node);

    /** How fast the host really hashes the node's job, on all its slots, in hashes/s; 0 if it does not hash. */
    double speed(JobNode node);

    /** Which integers of the job are being hashed here at the moment. */
    RangeSet executing(JobId job);

    /** Integers may have come into the node's pool. */
    void poolChanged(JobNode node);

    /** Something became known that was not, or the node's work was cut. */
    void learned(JobNode node, Facts.News news);

    /** A peer claimed a solution that is none. */
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
