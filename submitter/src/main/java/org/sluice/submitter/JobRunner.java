package org.sluice.submitter;

import java.time.Duration;

import org.sluice.protocol.Notice;
import org.sluice.protocol.Progress;
import org.sluice.protocol.value.JobSpec;

/** Runs jobs on a network: registers them, plays their roots and verifies what is claimed. */
public interface JobRunner {
    /**
     * Starts a job.
     *
     * @param spec the job, of an identity that no job had before
     * @param timeToLive after which the job expires
     * @param observer is told what happens
     */
    RunningJob start(JobSpec spec, Duration timeToLive, Observer observer);

    /** Watches a job; called from the job's own thread, so it must be quick. */
    interface Observer {
        /** How far the job is, told whenever that changes and not less than every few seconds. */
        void progressed(Progress progress);

        /** Something that a person may like to know. */
        void noticed(Notice notice);
    }
}
