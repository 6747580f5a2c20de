package org.sluice.tracker.node;

/** How far a job is. */
public enum JobState {
    /** Being searched, or waiting to be resumed. */
    RUNNING(false),
    /** Ended with at least one solution. */
    FOUND(true),
    /** Ended without a solution, all of its range searched. */
    EXHAUSTED(true),
    /** Ended by its user. */
    CANCELLED(true),
    /** Ended by its deadline. */
    EXPIRED(true),
    /** Ended by a fault. */
    FAILED(true);

    private final boolean ended;

    JobState(boolean ended) {
        this.ended = ended;
    }

    /** Whether nothing follows this state. */
    public boolean ended() {
        return ended;
    }
}
