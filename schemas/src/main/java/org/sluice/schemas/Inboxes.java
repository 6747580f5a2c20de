package org.sluice.schemas;

import java.time.Instant;
import java.util.Map;

import org.sluice.protocol.value.Address;

/** All inboxes that this JVM reads: one Kafka consumer and one thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Inboxes implements AutoCloseable {
    /** Where reading begins. */
    public enum From {
        /** With the oldest event that the topic still has. */
        BEGINNING,
        /** With what arrives from now on. */
        END
    }

    /** Takes what arrives, on the consumer's thread; it must be quick, so it puts into a queue. */
    public interface Handler {
        void received(Event event, Instant storedAt, long offset);

        default void skipped(long offset, String why) {}
    }

    private Inboxes() {}

    public static Inboxes connect(Servers servers, Map<String, Object> clientProperties, EventCodec codec) {
        throw new UnsupportedOperationException();
    }

    /** Returns once the position is fixed, so that nothing sent afterwards is missed. */
    public void open(Address address, From from, Handler handler) {
        throw new UnsupportedOperationException();
    }

    /** The handler is not called any more once this has returned. */
    public void close(Address address) {
        throw new UnsupportedOperationException();
    }

    /** How many records could not be read. */
    public long skipped() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
