package org.sluice.protocol.root;

import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Notice;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.node.Delegation;
import org.sluice.protocol.node.JobNode;
import org.sluice.protocol.step.Context;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

import org.jspecify.annotations.Nullable;

/**
 * The journal of a job as its root keeps it: what the root writes, and what it reads there of others.
 *
 * <p>What stands in it is this root's own, or another's: a wish to cancel the job, or the entry of a root before this one or
 * after it.
 */
final class Journal {
    private final JobNode node;
    private final Context context;
    private final Ending ending;
    private final PeerId submitter;
    private final long firstEpoch;
    private boolean saidDoubt;
    private @Nullable PeerId successor;

    /** @param firstEpoch the first of this root's epochs: entries with lower ones are of roots before it */
    Journal(JobNode node, Context context, Ending ending, PeerId submitter, long firstEpoch) {
        this.node = node;
        this.context = context;
        this.ending = ending;
        this.submitter = submitter;
        this.firstEpoch = firstEpoch;
    }

    /** Who plays the root now, if this one has been succeeded. */
    Optional<PeerId> successor() {
        return Optional.ofNullable(successor);
    }

    private void write(RootEvent event) {
        context.emit(new Effect.Journal(event));
    }

    /** The job begins, with so much time. */
    void started(Duration remaining) {
        write(new RootEvent.Started(node.spec(), node.root().epoch(), submitter, remaining));
    }

    /** A wish stands in the journal before its consequence: who resumes the job believes no end that nothing explains. */
    void cancelRequested() {
        write(new RootEvent.CancelRequested(node.id(), node.root().epoch()));
    }

    /** A part of the job is about to be given away. */
    void assigned(Delegation delegation) {
        write(new RootEvent.Assigned(node.id(), node.root().epoch(), node.distribution().given(delegation),
                delegation.child));
    }

    /** A peer has lied, and these integers are to be hashed again. */
    void distrusted(PeerId peer, RangeSet redone) {
        int room = context.parameters().messageBytes()
                - EncodedSize.of(new RootEvent.Distrusted(node.id(), node.root().epoch(), peer, RangeSet.EMPTY));
        for (RangeSet part : EncodedSize.parts(redone, room)) {
            write(new RootEvent.Distrusted(node.id(), node.root().epoch(), peer, part));
        }
    }

    /**
     * The journal was lost: what it must tell is written into the new one.
     *
     * @param age how long the job has run
     */
    void replaced(Duration age, Collection<Solution> verified) {
        context.tell(new Notice.JournalReplaced(node.id()));
        new Rewriting(node.spec(), node, context).write(submitter, age, verified);
        ending.writeAgain();
    }

    /** The journal cannot be written any more. */
    void failed(String reason) {
        context.tell(new Notice.JournalFailed(node.id(), reason));
        ending.begin(Outcome.FAILED, CancelReason.CANCELLED);
    }

    /** An entry is read. */
    void read(RootEvent event) {
        if (ending.hasBegun()) {
            return;
        }
        switch (event) {
            case RootEvent.CancelRequested _ -> ending.begin(Outcome.CANCELLED, CancelReason.CANCELLED);
            case RootEvent.Resumed resumed -> succeeded(resumed.rootEpoch(), resumed.submitter());
            // A later root has written the journal anew.
            case RootEvent.Started begun -> succeeded(begun.rootEpoch(), begun.submitter());
            case RootEvent.Assigned assigned -> {
                if (assigned.rootEpoch() < firstEpoch) {
                    // A former root has not heard yet that it is one.
                    node.distribution()
                            .cancel(assigned.peer(), new CancelScope.WholeSubjob(assigned.holding().edge()),
                                    CancelReason.SUPERSEDED);
                }
            }
            case RootEvent.Ended ended -> {
                if (ended.rootEpoch() >= firstEpoch) {
                    doubt(ended.outcome());
                }
            }
            case RootEvent.Distrusted _ -> {
                // What this root has written itself, or a former one found out as this one will.
            }
        }
    }

    private void succeeded(long rootEpoch, PeerId heir) {
        if (rootEpoch > node.root().epoch()) {
            successor = heir;
            ending.leave();
        }
    }

    /** It is recorded that the job has ended, and it has not. Said once, however often it is recorded. */
    void doubt(Outcome recorded) {
        if (!saidDoubt) {
            saidDoubt = true;
            context.tell(new Notice.EndDoubted(node.id(), recorded, node.facts().covered().size(),
                    node.spec().range().size()));
        }
    }
}
