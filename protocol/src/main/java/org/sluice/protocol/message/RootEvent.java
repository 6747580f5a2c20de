package org.sluice.protocol.message;

import java.time.Duration;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;

/** An entry of a job's journal, a topic of its own by which the job outlives its submitter. */
public sealed interface RootEvent {
    /** The job. */
    JobId job();

    /** The epoch of the root that wrote the entry. */
    long rootEpoch();

    /**
     * The job begins.
     *
     * @param spec the job
     * @param rootEpoch the epoch of the root
     * @param submitter who plays the root
     * @param remaining the time that the job has
     * @param elapsed how long it has been running already, when its journal is written anew
     */
    record Started(JobSpec spec, long rootEpoch, PeerId submitter, Duration remaining, Duration elapsed)
            implements
                RootEvent {
        public Started {
            Limits.checkRootEpoch(rootEpoch);
            Limits.checkDuration(remaining);
            Limits.checkDuration(elapsed);
        }

        /** The job begins now. */
        public Started(JobSpec spec, long rootEpoch, PeerId submitter, Duration remaining) {
            this(spec, rootEpoch, submitter, remaining, Duration.ZERO);
        }

        @Override
        public JobId job() {
            return spec.id();
        }
    }

    /**
     * A subjob is about to be sent to a peer.
     *
     * @param job the job
     * @param rootEpoch the epoch of the root
     * @param holding the subjob, the epoch of its edge and its ranges
     * @param peer to whom
     */
    record Assigned(JobId job, long rootEpoch, Holding holding, PeerId peer) implements RootEvent {
        public Assigned {
            Limits.checkRootEpoch(rootEpoch);
        }
    }

    /**
     * A peer will not be used in this job again, and what it claimed is not believed.
     *
     * @param job the job
     * @param rootEpoch the epoch of the root
     * @param peer who
     * @param redone the integers that are hashed again for it
     */
    record Distrusted(JobId job, long rootEpoch, PeerId peer, RangeSet redone) implements RootEvent {
        public Distrusted {
            Limits.checkRootEpoch(rootEpoch);
        }
    }

    /**
     * Another submitter plays the root from now on.
     *
     * @param job the job
     * @param rootEpoch the epoch of the new root
     * @param submitter who plays the root
     */
    record Resumed(JobId job, long rootEpoch, PeerId submitter) implements RootEvent {
        public Resumed {
            Limits.checkRootEpoch(rootEpoch);
        }
    }

    /**
     * Somebody asks the root to cancel the job.
     *
     * @param job the job
     * @param rootEpoch the epoch of the root that the asker knows
     */
    record CancelRequested(JobId job, long rootEpoch) implements RootEvent {
        public CancelRequested {
            Limits.checkRootEpoch(rootEpoch);
        }
    }

    /**
     * The job has ended.
     *
     * @param job the job
     * @param rootEpoch the epoch of the root
     * @param outcome how it ended
     */
    record Ended(JobId job, long rootEpoch, Outcome outcome) implements RootEvent {
        public Ended {
            Limits.checkRootEpoch(rootEpoch);
        }
    }
}
