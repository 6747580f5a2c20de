package org.sluice.submitter;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.JobId;
import org.sluice.submitter.events.EventLog;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.PeerRecord;
import org.sluice.worker.runtime.NetworkAddress;

/** A network as it is seen from outside, by who is no peer of it. */
public interface NetworkView extends AutoCloseable {
    /** The tracker's address, as others may use it to join. */
    String tracker();

    /** The time now, by the tracker's clock, which is that of its records. */
    Instant time();

    /** The peers that are alive, ordered by their ids. */
    List<PeerRecord> peers();

    /** All jobs whose records are kept, oldest first. */
    List<JobRecord> jobs();

    /** A job's record, empty if there is none. */
    Optional<JobRecord> job(JobId job);

    /** Whether some submitter plays the job's root now. */
    boolean owned(JobId job);

    /** Asks whoever plays the job's root to cancel it; the request is kept in the job's topic until somebody does. */
    void requestCancel(JobRecord job);

    /** Records the end of a campaign that has lost its submitter: its workers stop when the time of what they search is over. */
    void recordCancelled(JobRecord campaign);

    /** Waits until a job has ended; empty if it has not when the patience is over. */
    Optional<JobRecord> awaitEnd(JobId job, Duration patience) throws InterruptedException;

    /** What stands on the network's topics; to be closed before the view is. */
    EventLog events();

    @Override
    void close();

    /** Opens views. */
    @FunctionalInterface
    interface Source {
        /**
         * Looks at a network that runs already. Fails with an exception whose message is one line that says what to do.
         *
         * @param address where it is
         * @param patience how long to wait for it
         */
        NetworkView open(NetworkAddress address, Duration patience);
    }
}
