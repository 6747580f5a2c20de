package org.sluice.protocol;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

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

    /** There are workers, but none of them may be given work now: so many for each reason. */
    record NobodyTakes(JobId job, Map<Obstacle, Integer> reasons) implements Notice {
        public NobodyTakes {
            reasons = Collections.unmodifiableMap(new EnumMap<>(reasons));
        }
    }

    /** Why a worker is not given work of a job. */
    enum Obstacle {
        /** It says that its limits are reached. */
        OUT_OF_CAPACITY,
        /** It cannot compute the job's algorithm, or does not know that kind of work. */
        UNKNOWN_ALGORITHM,
        /** It says that the job's time is over. */
        EXPIRED,
        /** It was told that the job is over. */
        CANCELLED,
        /** It is paused or leaves. */
        LEAVING,
        /** It does not hash yet, or not now. */
        NOT_READY,
        /** It does not answer. */
        SILENT,
        /** It claimed a solution that is none. */
        DISTRUSTED;

        public static Obstacle of(Verdict.Reason refusal) {
            return switch (refusal) {
                case OUT_OF_CAPACITY -> OUT_OF_CAPACITY;
                case UNKNOWN_ALGORITHM -> UNKNOWN_ALGORITHM;
                case EXPIRED -> EXPIRED;
                case CANCELLED -> CANCELLED;
                case LEAVING -> LEAVING;
            };
        }
    }

    /** The mean round trip to other peers has been measured. */
    record RoundTripMeasured(Duration roundTrip) implements Notice {}
}
