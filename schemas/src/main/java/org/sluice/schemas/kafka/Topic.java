package org.sluice.schemas.kafka;

import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

/**
 * What one of a network's topics is for. A job has two, so that its journal is written by its owner alone. The templates of a campaign share
 * those of the campaign.
 */
public sealed interface Topic {
    /** All that is addressed to a peer, which reads and deletes it; everybody writes. */
    record Inbox(PeerId peer) implements Topic {}

    /** What a job's roots write down so that the job outlives them, and nobody else writes. */
    record Journal(JobId job) implements Topic {
        public Journal {
            job = job.campaign();
        }
    }

    /** All that is addressed to whoever plays a job's root; everybody writes. */
    record RootInbox(JobId job) implements Topic {
        public RootInbox {
            job = job.campaign();
        }
    }

    /** On which everything arrives that is addressed so. */
    static Topic of(Address address) {
        return switch (address) {
            case PeerId peer -> new Inbox(peer);
            case JobId job -> new RootInbox(job);
        };
    }

    /** Those of a job: its journal, and its root's inbox. */
    static List<Topic> ofJob(JobId job) {
        return List.of(new Journal(job), new RootInbox(job));
    }

    /** Who or what it belongs to. */
    default Address owner() {
        return switch (this) {
            case Inbox inbox -> inbox.peer();
            case Journal journal -> journal.job();
            case RootInbox inbox -> inbox.job();
        };
    }

    /** The job that it belongs to, if it is one of a job's. */
    default Optional<JobId> ofWhichJob() {
        return owner() instanceof JobId job ? Optional.of(job) : Optional.empty();
    }
}
