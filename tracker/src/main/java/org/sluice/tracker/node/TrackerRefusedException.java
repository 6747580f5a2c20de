package org.sluice.tracker.node;

import org.jspecify.annotations.Nullable;

/** The tracker answers, and does not let this process do something: trying again will not help. */
public final class TrackerRefusedException extends TrackerException {
    /** With a line for people that names the tracker and what was refused. */
    public TrackerRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
