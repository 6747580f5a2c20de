package org.sluice.protocol.message;

/** Why work ends before it is done. */
public enum CancelReason {
    /** A solution is found, and one is enough. */
    FOUND,
    /** The whole range is covered. */
    EXHAUSTED,
    /** The submitter asked for it. */
    CANCELLED,
    /** The job's time is over. */
    EXPIRED,
    /** The integers are covered by somebody else, or given to somebody else. */
    SUPERSEDED
}
