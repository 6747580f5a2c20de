package org.sluice.submitter.admin;

/**
 * What one check of a network has found.
 *
 * @param state how it stands
 * @param subject what was looked at: tracker, steward, kafka, topics, registry or clocks
 * @param text one line for people
 */
record Finding(State state, String subject, String text) {
    /** How a thing stands. */
    enum State {
        OK, WARNING, FAILED
    }

    static Finding ok(String subject, String text) {
        return new Finding(State.OK, subject, text);
    }

    static Finding warning(String subject, String text) {
        return new Finding(State.WARNING, subject, text);
    }

    static Finding failed(String subject, String text) {
        return new Finding(State.FAILED, subject, text);
    }
}
