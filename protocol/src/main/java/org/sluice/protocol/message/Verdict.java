package org.sluice.protocol.message;

import java.time.Duration;

import org.sluice.protocol.value.Limits;

/** A peer's answer to the offer of a subjob. */
public sealed interface Verdict {
    /** The peer works on it. */
    record Accepted() implements Verdict {}

    /**
     * The peer does not take it.
     *
     * @param reason why not
     * @param retryAfter when the same peer may be asked again; zero says never for this job
     */
    record Refused(Reason reason, Duration retryAfter) implements Verdict {
        public Refused {
            Limits.checkDuration(retryAfter);
        }

        /** Whether the peer believes that the job is over. */
        public boolean saysOver() {
            return switch (reason) {
                case CANCELLED, EXPIRED -> true;
                case OUT_OF_CAPACITY, UNKNOWN_ALGORITHM, LEAVING -> false;
            };
        }
    }

    /** Why a subjob is refused. */
    enum Reason {
        /** The peer's limits are reached; it is not merely busy. */
        OUT_OF_CAPACITY,
        /** The peer cannot compute the job's algorithm. */
        UNKNOWN_ALGORITHM,
        /** No time is left to the job. */
        EXPIRED,
        /** The job has been cancelled, as the peer knows. */
        CANCELLED,
        /** The peer is paused or about to leave. */
        LEAVING
    }
}
