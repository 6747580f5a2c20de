package org.sluice.submitter.bitcoin;

/** Compact bits stand for no target that a digest could meet; the message is one line that says why. */
public final class InvalidTargetException extends Exception {
    public InvalidTargetException(String message) {
        super(message);
    }
}
