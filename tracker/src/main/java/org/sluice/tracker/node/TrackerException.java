package org.sluice.tracker.node;

import org.jspecify.annotations.Nullable;

/** The tracker did not do what was asked of it; the message is one line that can be shown to people. */
public class TrackerException extends RuntimeException {
    public TrackerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
