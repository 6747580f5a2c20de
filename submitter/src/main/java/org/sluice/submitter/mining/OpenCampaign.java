package org.sluice.submitter.mining;

import java.time.Duration;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.submitter.RunningCampaign;

/**
 * The campaign whose templates a miner has searched.
 *
 * @param id what their ids begin with
 */
record OpenCampaign(JobId id, RunningCampaign running) {
    /** What there is of a miner that has died is gone after so long; no template is searched for nearly as long. */
    static final Duration TIME_TO_LIVE = Duration.ofMinutes(10);

    void start(JobSpec job) {
        running.start(job, TIME_TO_LIVE);
    }

    void withdraw(JobId template) {
        running.withdraw(template);
    }
}
