package org.sluice.submitter.events;

import java.time.Instant;

import org.sluice.schemas.console.EventFormatter;
import org.sluice.schemas.console.StoredEvent;

/** One record of a topic. */
public sealed interface StoredRecord {
    /** The topic in which it is stored. */
    String topic();

    /** Its number in the topic, counted from 0. */
    long offset();

    /** One readable line. */
    String line();

    /** One JSON document on one line. */
    String json();

    /**
     * A record that is an event.
     *
     * @param stored the event and where it stands
     */
    record Understood(StoredEvent stored) implements StoredRecord {
        @Override
        public String topic() {
            return stored.topic();
        }

        @Override
        public long offset() {
            return stored.offset();
        }

        @Override
        public String line() {
            return EventFormatter.line(stored);
        }

        @Override
        public String json() {
            return EventFormatter.json(stored);
        }
    }

    /**
     * A record that is none.
     *
     * @param topic the topic
     * @param offset its number in the topic, counted from 0
     * @param storedAt when it was stored; of one whose bytes are damaged, when the one before it was
     * @param why what is wrong with it, in one line
     */
    record Malformed(String topic, long offset, Instant storedAt, String why) implements StoredRecord {
        @Override
        public String line() {
            return EventFormatter.skippedLine(topic, offset, storedAt, why);
        }

        @Override
        public String json() {
            return EventFormatter.skippedJson(topic, offset, storedAt, why);
        }
    }
}
