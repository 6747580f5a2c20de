package org.sluice.submitter;

import java.time.Duration;
import java.util.Optional;

import org.sluice.protocol.Notice;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.JobId;
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

    /**
     * Opens a campaign, in which jobs follow each other. It outlives this process by its time to live at most, and nobody can resume it.
     *
     * @param campaign an identity that no job had before
     * @param description what it searches, for people
     * @param timeToLive how long its record is kept when this process has died
     * @param observer is told what happens
     */
    RunningCampaign open(JobId campaign, String description, Duration timeToLive, RunningCampaign.Observer observer);

    /**
     * Goes on with a job whose submitter is gone; of one that has ended there is just the answer. Fails with an exception
     * whose message is one line that says what to do if there is no such job, or its submitter is alive.
     *
     * @param job which
     * @param longest after which the job expires, if it does not before
     * @param observer is told what happens
     */
    RunningJob resume(JobId job, Optional<Duration> longest, Observer observer) throws InterruptedException;

    /**
     * Enters a job into the tracker again that has lost its record there, from what the job's topic tells; does nothing if
     * it has its record, or there is no such topic.
     */
    void restore(JobId job) throws InterruptedException;

    /** Watches a job; called from the job's own thread, so it must be quick. */
    interface Observer {
        /** The job is known; told once, by whoever starts or resumes it, before all else. */
        void began(JobSpec spec);

        /** How far the job is, told whenever that changes and not less than every few seconds. */
        void progressed(Progress progress);

        /** Something that a person may like to know. */
        void noticed(Notice notice);

        /** The network answers no more, or again; told when that changes, on any thread. */
        default void connected(boolean connected) {}
    }
}
