package org.sluice.protocol.worker;

/**
 * What a worker does with its time, and what it becomes.
 *
 * <pre>
 *           | pause   | resume  | leave   | free
 *  WORKING  | PAUSING | -       | LEAVING | -
 *  PAUSING  | -       | WORKING | LEAVING | PAUSED
 *  PAUSED   | -       | WORKING | LEAVING | -
 *  LEAVING  | -       | -       | -       | LEFT
 *  LEFT     | -       | -       | -       | -
 * </pre>
 *
 * <p>It is <em>free</em> when its slots have stopped, or have been waited for long enough.
 */
enum Life {
    /** It takes work and hashes it. */
    WORKING,
    /** It takes no work, and waits for what its slots have done. */
    PAUSING,
    /** It takes no work, and hands back what comes into its pools. */
    PAUSED,
    /** It is about to go, and waits for what its slots have done. */
    LEAVING,
    /** It has said goodbye. */
    LEFT;

    Life pause() {
        return this == WORKING ? PAUSING : this;
    }

    Life resume() {
        return switch (this) {
            case PAUSING, PAUSED -> WORKING;
            case WORKING, LEAVING, LEFT -> this;
        };
    }

    Life leave() {
        return this == LEFT ? LEFT : LEAVING;
    }

    Life free() {
        return switch (this) {
            case PAUSING -> PAUSED;
            case LEAVING -> LEFT;
            case WORKING, PAUSED, LEFT -> this;
        };
    }

    boolean isPaused() {
        return this == PAUSING || this == PAUSED;
    }

    boolean isGoing() {
        return this == LEAVING || this == LEFT;
    }
}
