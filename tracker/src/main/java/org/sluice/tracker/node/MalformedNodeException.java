package org.sluice.tracker.node;

/** A node of the tracker holds something that it should not; the message says what in one line. */
public final class MalformedNodeException extends Exception {
    MalformedNodeException(String message) {
        super(message);
    }
}
