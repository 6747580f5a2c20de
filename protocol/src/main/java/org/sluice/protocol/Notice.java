package org.sluice.protocol;

import java.time.Duration;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;

/** Something that a person who watches a peer would like to know. */
public sealed interface Notice {
    /** A subjob has been accepted. */
    record SubjobAccepted(JobSpec job, SubjobId subjob, Address parent, RangeSet ranges) implements Notice {}

    /** A subjob has been refused. */
    record SubjobRefused(JobId job, SubjobId subjob, Address parent, Verdict.Reason reason) implements Notice {}

    /** A subjob has been given to a peer. */
    record SubjobGiven(JobId job, SubjobId subjob, PeerId child, RangeSet ranges) implements Notice {}

    /** A solution has been found here, or reported from below. */
    record SolutionFound(JobId job, Solution solution) implements Notice {}

    /** A job goes on under another root: so many integers are covered, and so many subjobs out. */
    record JobResumed(JobId job, long covered, int subjobs) implements Notice {}

    /** It is recorded that a job has ended so, but only some of its integers are covered: it goes on. */
    record EndDoubted(JobId job, Outcome recorded, long covered, long total) implements Notice {}

    /** A step for a job has failed, which is a fault of ours: the job is given up here, and all else goes on. */
    record JobBroken(JobId job, RuntimeException fault) implements Notice {}

    /** A job has ended. */
    record JobEnded(JobId job, CancelReason reason) implements Notice {}

    /** A peer with which this one shares a job is dead. */
    record PeerDied(PeerId peer) implements Notice {}

    /** A peer claimed a solution that is none; its work is redone and it is not used in this job again. */
    record PeerDistrusted(JobId job, PeerId peer) implements Notice {}

    /** The job's journal was lost and is written anew. */
    record JournalReplaced(JobId job) implements Notice {}

    /** The job's journal cannot be written, so nobody could go on with the job: it ends. */
    record JournalFailed(JobId job, String reason) implements Notice {}

    /** There is nobody to give work to. */
    record NoWorkers(JobId job) implements Notice {}

    /** The mean round trip to other peers has been measured. */
    record RoundTripMeasured(Duration roundTrip) implements Notice {}
}
