package org.sluice.protocol.step;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.SubjobId;

/** What a state machine waits for; of each at most one runs, setting it again moves it. */
public sealed interface Timer {
    /** One of those that a job has. */
    sealed interface OfJob extends Timer {
        JobId job();
    }

    /** One of those that a job's node has, at a worker or a root. */
    sealed interface OfNode extends OfJob {}

    /** The next result of a job to a parent is due. */
    record Report(JobId job, Address parent) implements OfNode {}

    /** A subjob request has not been answered. */
    record RequestUnanswered(JobId job, SubjobId subjob) implements OfNode {}

    /** Nobody can claim any more what a dead child had delegated. */
    record AdoptionWindowOver(JobId job, SubjobId subjob) implements OfNode {}

    /** An Adopt has not been answered. */
    record AdoptUnanswered(JobId job, Address ancestor) implements OfNode {}

    /** The job's time is over. */
    record DeadlinePassed(JobId job) implements OfJob {}

    /** A suspect has not answered. */
    record PongMissing(Address suspect) implements Timer {}

    /** A child has said nothing for long. */
    record ChildSilent(JobId job, PeerId child) implements OfNode {}

    /** The root offers what nobody holds. */
    record OfferPool(JobId job) implements OfJob {}

    /** The root has waited long enough for what was hashed last. */
    record ClosingOver(JobId job) implements OfJob {}

    /** An idle worker asks for work. */
    record AskForWork() implements Timer {}

    /** The round trip to other peers is measured. */
    record MeasureRoundTrip() implements Timer {}

    /** A worker that leaves or pauses does not wait any longer for its slots. */
    record LeavingOver() implements Timer {}
}
