package org.sluice.submitter;

/** Another process plays the job's root from now on, and this one has stepped down; the message is a line that says so. */
public final class SupersededException extends RuntimeException {
    public SupersededException(String message) {
        super(message);
    }
}
