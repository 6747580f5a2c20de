package org.sluice.tracker.node;

import java.time.Duration;
import java.time.Instant;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;

/**
 * What the tracker keeps of a job.
 *
 * @param job which
 * @param state how far it is
 * @param created when it was entered, by the tracker's clock. What a record itself says counts for nothing but the
 *        difference between its two times, so no wrong clock can make a job expire
 * @param expires until when its record and its topic are kept, by the tracker's clock
 * @param description what is searched, for people, at most {@value #MAX_DESCRIPTION} characters
 * @param submitter who plays its root now, or did so last
 * @param rootEpoch how often somebody has claimed its root; 0 before the first time
 * @param campaign whether it is many jobs that follow each other: then nobody can resume it
 */
public record JobRecord(JobId job, JobState state, Instant created, Instant expires, String description,
        PeerId submitter, long rootEpoch, boolean campaign) {
    /** Longest description in characters. */
    public static final int MAX_DESCRIPTION = 500;

    /** The longest that a job may be kept. */
    static final Duration MAX_TIME_TO_LIVE = Duration.ofDays(36_500);

    public JobRecord {
        Duration timeToLive = Duration.between(created, expires);
        if (timeToLive.isNegative() || timeToLive.compareTo(MAX_TIME_TO_LIVE) > 0) {
            throw new IllegalArgumentException(
                    "a job is kept for 0 to " + MAX_TIME_TO_LIVE.toDays() + " days, not from "
                            + created + " to " + expires);
        }
        NodeData.checkText("description", description, MAX_DESCRIPTION);
        Limits.checkRootEpoch(rootEpoch);
    }

    /** The record of a single job. */
    public JobRecord(JobId job, JobState state, Instant created, Instant expires, String description,
            PeerId submitter, long rootEpoch) {
        this(job, state, created, expires, description, submitter, rootEpoch, false);
    }

    /** The same with another expiry. */
    public JobRecord withExpires(Instant next) {
        return new JobRecord(job, state, created, next, description, submitter, rootEpoch, campaign);
    }

    /** The same in another state. */
    public JobRecord withState(JobState next) {
        return new JobRecord(job, next, created, expires, description, submitter, rootEpoch, campaign);
    }

    /** The same with another epoch. */
    public JobRecord withRootEpoch(long epoch) {
        return new JobRecord(job, state, created, expires, description, submitter, epoch, campaign);
    }

    /** The same with another submitter. */
    public JobRecord withSubmitter(PeerId next) {
        return new JobRecord(job, state, created, expires, description, next, rootEpoch, campaign);
    }
}
