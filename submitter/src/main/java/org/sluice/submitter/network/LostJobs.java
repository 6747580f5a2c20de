package org.sluice.submitter.network;

import java.time.Instant;
import java.util.Optional;

import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.schemas.kafka.Servers;
import org.sluice.submitter.report.JobText;
import org.sluice.submitter.request.UsageException;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.worker.runtime.ClientProperties;

/** Jobs that have lost their record in the tracker: it is made anew from the journal. */
public final class LostJobs {
    private final Tracker tracker;
    private final Servers servers;
    private final ClientProperties properties;

    /** Those of a network. */
    public LostJobs(Tracker tracker, Servers servers, ClientProperties properties) {
        this.tracker = tracker;
        this.servers = servers;
        this.properties = properties;
    }

    /**
     * Enters a job again, with what its journal tells of it: how it ended, if it did, how often its root was claimed, and how
     * much of its time was left at its last entry.
     *
     * @return its record; empty if it has one that cannot be read, which is somebody's
     * @throws UsageException if there is no journal of it, or no beginning in it
     */
    public Optional<JobRecord> adopt(JobId job) throws InterruptedException {
        if (tracker.jobs().names().contains(job)) {
            return tracker.jobs().find(job);
        }
        Replay replay = Replay.all(servers, properties, job);
        JobSpec spec = replay.spec();
        JobState state = replay.history().outcome().map(Stage::state).orElse(JobState.RUNNING);
        Instant now = tracker.time();
        tracker.jobs()
                .create(new JobRecord(job, state, now, now.plus(replay.history().remaining()),
                        JobText.description(spec), replay.submitter(),
                        Math.min(Root.MOST_CLAIMS, Root.claims(replay.lastEpoch()))));
        return tracker.jobs().find(job);
    }
}
