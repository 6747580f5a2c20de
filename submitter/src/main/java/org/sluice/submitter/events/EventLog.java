package org.sluice.submitter.events;

import java.util.List;
import java.util.function.Consumer;

import org.sluice.schemas.kafka.Topic;

/** The network's topics, for reading. */
public interface EventLog extends AutoCloseable {
    /**
     * Hands records over, in the order in which they were stored as far as that can be known.
     *
     * @param topics which topics to read
     * @param from where to begin
     * @param until when to return
     * @param records takes the records, on the caller's thread
     */
    void read(Topics topics, From from, Until until, Consumer<StoredRecord> records) throws InterruptedException;

    @Override
    void close();

    /** Which topics to read. */
    sealed interface Topics {
        /** All of the network's. */
        record All() implements Topics {}

        /** Some, of which one must exist. */
        record Some(List<Topic> topics) implements Topics {
            public Some {
                topics = List.copyOf(topics);
            }
        }

        /** One by its name, which must exist. */
        record One(String name) implements Topics {}
    }

    /** Where to begin. */
    enum From {
        /** With the oldest record that is kept. */
        BEGINNING,
        /** With what is stored from now on. */
        NOW
    }

    /** When to return. */
    enum Until {
        /** When all that was there at the call is read. */
        CAUGHT_UP,
        /** When the thread is interrupted. */
        INTERRUPTED
    }
}
