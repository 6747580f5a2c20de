package org.sluice.submitter.events;

import java.time.Instant;

import org.sluice.schemas.Event;

/** One record of a topic. */
public sealed interface StoredRecord {
    /** The topic. */
    String topic();

    /** Its number in the topic, counted from 0. */
    long offset();

    /** When it was stored. */
    Instant storedAt();

    /**
     * A record that is an event.
     *
     * @param topic the topic
     * @param offset its number in the topic
     * @param storedAt when it was stored
     * @param event what it says
     */
    record Understood(String topic, long offset, Instant storedAt, Event event) implements StoredRecord {}

    /**
     * A record that is none.
     *
     * @param topic the topic
     * @param offset its number in the topic
     * @param storedAt when it was stored
     * @param why what is wrong with it, in one line
     */
    record Malformed(String topic, long offset, Instant storedAt, String why) implements StoredRecord {}
}
