package org.sluice.tracker.node;

/** The tracker answers, and does not let this process do something: trying again will not help. */
public final class TrackerRefusedException extends TrackerException {
    /** With a line for people that names the tracker and what was refused. */
    public TrackerRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
