package org.sluice.submitter;

import org.jspecify.annotations.Nullable;

/** The network or its servers did not do what was asked; the message is one line that says what to do. */
public final class NetworkException extends RuntimeException {
    public NetworkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
