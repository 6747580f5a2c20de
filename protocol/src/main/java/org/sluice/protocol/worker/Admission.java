package org.sluice.protocol.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.step.Context;

import org.jspecify.annotations.Nullable;

/** Which subjobs a worker takes on. */
final class Admission {
    private final Jobs jobs;
    private final EndedJobs ended;
    private final Set<String> algorithms;
    private final Context context;

    /** @param algorithms what the worker can compute, upper case */
    Admission(Jobs jobs, EndedJobs ended, Set<String> algorithms, Context context) {
        this.jobs = jobs;
        this.ended = ended;
        this.algorithms = algorithms;
        this.context = context;
    }

    /**
     * Why a request is refused, null if it is not.
     *
     * @param known what there is under the job's name
     * @param meant the same if it is the job that the request means
     * @param life what the worker does with its time
     */
    Verdict.@Nullable Refused refusal(Message.SubjobRequest request, Optional<JobNode> known, Optional<JobNode> meant,
            Life life) {
        if (life.isGoing()) {
            return new Verdict.Refused(Verdict.Reason.LEAVING, Duration.ZERO);
        }
        if (life.isPaused() && !holds(request)) {
            return new Verdict.Refused(Verdict.Reason.LEAVING, context.parameters().askLongest());
        }
        CancelReason end = ended.end(request);
        if (end != null) {
            Verdict.Reason reason = end == CancelReason.EXPIRED ? Verdict.Reason.EXPIRED : Verdict.Reason.CANCELLED;
            return new Verdict.Refused(reason, Duration.ZERO);
        }
        if (!algorithms.contains(request.spec().work().algorithm())) {
            return new Verdict.Refused(Verdict.Reason.UNKNOWN_ALGORITHM, Duration.ZERO);
        }
        if (request.remaining().isZero() || request.remaining().isNegative()) {
            return new Verdict.Refused(Verdict.Reason.EXPIRED, Duration.ZERO);
        }
        if (jobs.isBroken(request.job())) {
            return new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, Duration.ZERO);
        }
        boolean isServed = known.map(JobNode::isActive).orElse(false);
        boolean isOther = known.isPresent() && meant.isEmpty();
        if (isOther && !request.sender().equals(request.job()) && known.get().isToBeKept()) {
            return new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, context.parameters().askLongest());
        }
        if (!meant.map(node -> node.commands().hasRoomFor(request)).orElse(true)) {
            return new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, context.parameters().askLongest());
        }
        if (!isServed && jobs.active() >= context.parameters().jobLimit()) {
            return new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, context.parameters().askLongest());
        }
        return null;
    }

    /** Whether the request only repeats what was accepted. */
    private boolean holds(Message.SubjobRequest request) {
        return jobs.find(request.job()).filter(node -> node.holds(request.subjob())).isPresent();
    }
}
