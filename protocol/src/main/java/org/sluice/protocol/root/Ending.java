package org.sluice.protocol.root;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Notice;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.step.Timer;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.PeerId;

import org.jspecify.annotations.Nullable;

/**
 * The end of a job as its root brings it about.
 *
 * <p>Those who took part are told, by the root or through the job's tree. Then the root waits a moment for what was hashed last, so that the answer tells who has done
 * how much, tells those again who have not heard it, and leaves.
 */
final class Ending {
    /** How often who has not heard of the end is told again after the closing time. */
    private static final int CLOSINGS = 3;

    private final JobNode node;
    private final Context context;
    private final Function<Outcome, Answer> composer;
    /** Workers that have told the last of what they hashed. */
    private final Set<Address> finished = new HashSet<>();
    /** Who has shown since the end that it has not heard of it. */
    private final Set<Address> unaware = new LinkedHashSet<>();
    private @Nullable Outcome outcome;
    private @Nullable CancelReason reason;
    private @Nullable Answer answer;
    private Instant at = Instant.EPOCH;
    private int closings;
    private boolean left;

    /**
     * The end of a job that runs.
     *
     * @param composer makes the answer
     */
    Ending(JobNode node, Context context, Function<Outcome, Answer> composer) {
        this.node = node;
        this.context = context;
        this.composer = composer;
    }

    /** Whether the job is over. */
    boolean hasBegun() {
        return outcome != null;
    }

    /** Whether the root has left: nothing is to be done any more. */
    boolean hasLeft() {
        return left;
    }

    Optional<Answer> answer() {
        return Optional.ofNullable(answer);
    }

    /** When the job ended, or now. */
    Instant at() {
        return outcome == null ? context.now() : at;
    }

    /** Ends the job, if it has not ended already. */
    void begin(Outcome how, CancelReason why) {
        if (outcome != null) {
            return;
        }
        outcome = how;
        reason = why;
        at = context.now();
        // Those who came late and asked for work are in nobody's slice; all others hear it through the tree.
        Set<PeerId> told = new LinkedHashSet<>(node.distribution().reached());
        told.removeAll(node.distribution().reach().below());
        told.addAll(node.distribution().descendants());
        told.forEach(this::tell);
        context.emit(new Effect.Journal(new RootEvent.Ended(node.id(), node.root().epoch(), how)));
        node.forget();
        context.timers().cancel(new Timer.MeasureRoundTrip());
        context.tell(new Notice.JobEnded(node.id(), why));
        context.timers().set(new Timer.ClosingOver(node.id()), context.in(context.parameters().closingTime()));
        closeIfAllHaveFinished();
    }

    /** Writes into a new journal how the job ended, if it has, and the wish that explains it. */
    void writeAgain() {
        if (outcome == Outcome.CANCELLED) {
            context.emit(new Effect.Journal(new RootEvent.CancelRequested(node.id(), node.root().epoch())));
        }
        if (outcome != null) {
            context.emit(new Effect.Journal(new RootEvent.Ended(node.id(), node.root().epoch(), outcome)));
        }
    }

    /** Tells somebody that the job is over, if it is. */
    private void tell(Address peer) {
        if (reason != null) {
            context.send(peer, new Message.Cancel(node.id(), node.id(),
                    new CancelScope.WholeJob(node.root().epoch()), reason));
        }
    }

    /** Somebody still works for the job. It may be told already, so it is told again only when the closing time is over. */
    void heard(Address worker) {
        if (!finished.contains(worker)) {
            unaware.add(worker);
        }
    }

    /** A worker has told the last. */
    void finished(Address worker) {
        finished.add(worker);
        unaware.remove(worker);
        closeIfAllHaveFinished();
    }

    /** When everyone who is alive and took part has told the last, nothing more is to be waited for. */
    void closeIfAllHaveFinished() {
        if (outcome == null || left || isAwaitingAny(node.distribution().reach().ever())
                || isAwaitingAny(node.facts().byPeer().keySet())) {
            return;
        }
        if (answer == null) {
            answer = composer.apply(outcome);
            // Those below the ones that were told are told by them.
            tellAllBut(node.distribution().reach().below());
        }
        leave();
    }

    private boolean isAwaitingAny(Set<PeerId> peers) {
        return peers.stream().anyMatch(peer -> context.peers().isUsable(peer) && !finished.contains(peer));
    }

    /** The closing time is over: there is an answer now, and who has not heard of the end is told a few times more. */
    void closingOver() {
        if (outcome == null || left) {
            return;
        }
        if (answer == null) {
            answer = composer.apply(outcome);
        }
        closings++;
        if (tellAllBut(Set.of()) == 0 || closings > CLOSINGS) {
            leave();
        } else {
            context.timers().set(new Timer.ClosingOver(node.id()), context.in(context.parameters().closingTime()));
        }
    }

    /** Whoever could not be reached through the tree, or has not heard it, is told directly. */
    private int tellAllBut(Set<PeerId> told) {
        Set<Address> untold = new LinkedHashSet<>(unaware);
        untold.addAll(context.peers().workers());
        untold.removeAll(finished);
        untold.removeAll(told);
        untold.forEach(this::tell);
        unaware.clear();
        return untold.size();
    }

    /** Nothing can be relied on any more: the root goes at once, with the answer that there is. */
    void abandon() {
        if (outcome != null && answer == null) {
            try {
                answer = composer.apply(outcome);
            } catch (RuntimeException fault) { // The fault may be just there: then there is no answer.
                answer = null;
            }
        }
        leave();
    }

    /** The root goes, without an answer if the job has not ended. */
    void leave() {
        left = true;
        context.timers().clear();
        context.emit(new Effect.Leave());
    }
}
