package org.sluice.submitter.events;

/** The topics cannot be read; the message is one line that says what to do. */
public final class EventLogException extends RuntimeException {
    EventLogException(String message, Throwable cause) {
        super(message, cause);
    }
}
