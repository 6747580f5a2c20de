package org.sluice.submitter;

/** Another process plays the job's root, so this one may not, or no more; the message is a line that says so. */
public final class SupersededException extends RuntimeException {
    public SupersededException(String message) {
        super(message);
    }
}
