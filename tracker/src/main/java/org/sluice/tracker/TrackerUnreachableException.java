package org.sluice.tracker;

import org.sluice.tracker.node.TrackerException;

import org.jspecify.annotations.Nullable;

/** No server of the tracker answered in time; the message says which were asked and what to check. */
public final class TrackerUnreachableException extends TrackerException {
    public TrackerUnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
