package org.sluice.tracker;

/** A node of the tracker holds something that it should not; the message says what in one line. */
final class MalformedNodeException extends Exception {
    MalformedNodeException(String message) {
        super(message);
    }
}
