package org.sluice.deploy.failure;

import org.jspecify.annotations.Nullable;

/** A part of the embedded network could not be started or kept; the message is one line that says what to do. */
public class NetworkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NetworkException(String message) {
        super(message);
    }

    public NetworkException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
