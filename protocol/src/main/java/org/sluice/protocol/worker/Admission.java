package org.sluice.protocol.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.Notice;
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
     * Whether a request is refused; then its sender is told, and whoever else has to know.
     *
     * @param known what there is under the job's name
     * @param meant the same if it is the job that the request means
     * @param life what the worker does with its time
     */
    boolean refuses(Message.SubjobRequest request, Optional<JobNode> known, Optional<JobNode> meant, Life life) {
        Verdict.Refused refusal = refusal(request, known, meant, life);
        if (refusal == null) {
            return false;
        }
        Message.SubjobAck answer = new Message.SubjobAck(context.self(), request.job(), request.subjob(),
                request.epoch(), refusal);
        context.send(request.sender(), answer);
        if (ended.isRemembered(request.job()) && !request.sender().equals(request.job())) {
            // Its parent goes on with it: only the root knows who is right.
            context.send(request.job(), answer);
        }
        if (meant.isEmpty()) {
            known.ifPresent(Admission::askWhetherMeant);
        }
        replacement(request).ifPresent(Admission::askWhetherMeant);
        context.tell(new Notice.SubjobRefused(request.job(), request.subjob(), request.sender(), refusal.reason()));
        return true;
    }

    /** Has the root say whether it is its job, unless it has said so. */
    static void askWhetherMeant(JobNode node) {
        if (!node.root().hasSpoken()) {
            node.reporting().askWhetherMeant();
        }
    }

    /**
     * What there is of a later template of the same campaign, for which this one is refused. Anybody can claim that there is a later one:
     * as long as its root has not spoken, the root of an earlier one is believed that asks for work itself.
     */
    private Optional<JobNode> replacement(Message.SubjobRequest request) {
        boolean isFromRoot = request.sender().equals(request.job());
        return jobs.beside(request.job())
                .stream()
                .filter(node -> node.id().replaces(request.job()))
                .filter(node -> node.root().hasSpoken() || (node.isToBeKept() && !isFromRoot))
                .findFirst();
    }

    /** Why a request is refused, null if it is not. */
    private Verdict.@Nullable Refused refusal(Message.SubjobRequest request, Optional<JobNode> known,
            Optional<JobNode> meant, Life life) {
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
        if (replacement(request).isPresent() || !hasRoomFor(request, known, meant)) {
            return new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, context.parameters().askLongest());
        }
        return null;
    }

    /** Whether the limits of this worker let it take on what is asked of it. */
    private boolean hasRoomFor(Message.SubjobRequest request, Optional<JobNode> known, Optional<JobNode> meant) {
        boolean isServed = known.map(JobNode::isActive).orElse(false);
        boolean isOther = known.isPresent() && meant.isEmpty();
        boolean makesRoom = !isOther || request.sender().equals(request.job()) || !known.get().isToBeKept();
        return makesRoom && meant.map(node -> node.commands().hasRoomFor(request)).orElse(true)
                && (isServed || jobs.activeBut(request.job()) < context.parameters().jobLimit());
    }

    /** Whether the request only repeats what was accepted. */
    private boolean holds(Message.SubjobRequest request) {
        return jobs.find(request.job()).filter(node -> node.holds(request.subjob())).isPresent();
    }
}
