package org.sluice.protocol;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

/** A fact that a state machine is told. */
public sealed interface Input {
    /** The time that the last {@link Effect.WakeAt} asked for has come. */
    record TimePassed() implements Input {}

    /**
     * A message has arrived.
     *
     * @param message the message
     */
    record MessageReceived(Message message) implements Input {}

    /**
     * An entry of the job's journal has arrived, the root's own too.
     *
     * @param event the entry
     */
    record Journaled(RootEvent event) implements Input {}

    /**
     * The topic of the job's journal, or that of its root's inbox, was lost with all that was in it, or did not take an entry.
     * Since then nothing was stored there; from now on there are both again.
     */
    record JournalReplaced() implements Input {}

    /**
     * The job's journal cannot be written, and will not be.
     *
     * @param reason why, in one line
     */
    record JournalFailed(String reason) implements Input {}

    /**
     * The list of live peers is known, or has changed.
     *
     * @param live every peer whose node exists, this one too
     */
    record PeersChanged(PeerList live) implements Input {
        public PeersChanged(List<PeerInfo> live) {
            this(PeerList.of(live));
        }
    }

    /**
     * A message could not be delivered because its destination does not exist (any more).
     *
     * @param destination where to
     */
    record DestinationGone(Address destination) implements Input {}

    /**
     * Hashing on one slot has come to its end, or was stopped.
     *
     * @param slot the slot, as named in {@link Effect.StartHashing}
     * @param job the job
     * @param hashed the integers that were hashed, all or only some of those that the slot was given
     * @param solutions the solutions among them, in rising order
     */
    record HashingEnded(int slot, JobId job, RangeSet hashed, List<Solution> solutions) implements Input {
        public HashingEnded {
            solutions = List.copyOf(solutions);
        }
    }

    /**
     * The benchmark has measured this machine, or a slot may hash no more, or again.
     *
     * @param hashesPerSecond alpha, the rate of each slot; 0 for one that must not be given anything for the time being
     */
    record RateMeasured(List<Long> hashesPerSecond) implements Input {
        public RateMeasured {
            hashesPerSecond = List.copyOf(hashesPerSecond);
            hashesPerSecond.forEach(rate -> Limits.checkRate(rate, 0));
        }

        /** Slots that are all alike. */
        public RateMeasured(int slots, long hashesPerSecond) {
            this(Collections.nCopies(slots, hashesPerSecond));
        }
    }

    /**
     * A submitter's campaign has another template.
     *
     * @param spec the job that it is, numbered higher than all before it
     * @param timeout how much time it has
     */
    record TemplateSubmitted(JobSpec spec, Duration timeout) implements Input {}

    /**
     * A submitter's campaign needs a template no more.
     *
     * @param job which
     */
    record TemplateWithdrawn(JobId job) implements Input {}

    /** Somebody asked this peer to stop, or the submitter's job to be cancelled. */
    record StopRequested() implements Input {}

    /** This machine is wanted for something else: the worker may not hash until {@link ResumeRequested}. */
    record PauseRequested() implements Input {}

    /** The worker may hash again. */
    record ResumeRequested() implements Input {}
}
