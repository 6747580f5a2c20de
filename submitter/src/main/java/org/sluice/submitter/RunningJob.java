package org.sluice.submitter;

import org.sluice.protocol.root.Answer;

/** A job that was started; may be used from any thread. */
public interface RunningJob {
    /**
     * Waits until the job has ended and all peers were told; a job that was cancelled or ran out of time has an answer too,
     * with what was found so far.
     */
    Answer await() throws InterruptedException;

    /** Cancels the job at all peers; {@link #await} returns soon after. Does nothing to a job that has ended. */
    void cancel();
}
