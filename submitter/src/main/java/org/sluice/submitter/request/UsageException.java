package org.sluice.submitter.request;

/** What was typed cannot be done; the message is one line that says what to type instead. */
public final class UsageException extends IllegalArgumentException {
    public UsageException(String message) {
        super(message);
    }
}
