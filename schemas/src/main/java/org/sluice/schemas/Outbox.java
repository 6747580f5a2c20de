package org.sluice.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;

/** Everything that this JVM sends: one Kafka producer behind a bounded queue for each destination. */
@SuppressWarnings("DoNotCallSuggester")
public final class Outbox implements AutoCloseable {
    private Outbox() {}

    public static Outbox connect(Servers servers, Map<String, Object> clientProperties, EventCodec codec) {
        throw new UnsupportedOperationException();
    }

    /** Never blocks. */
    public void send(Address to, Message message) {
        throw new UnsupportedOperationException();
    }

    /** Stored before anything about the job that is handed in later is sent; never blocks. */
    public void journal(JobId job, RootEvent event) {
        throw new UnsupportedOperationException();
    }

    /** Called, on a thread of the outbox, when a destination's topic does not exist. */
    public void onGone(Consumer<Address> listener) {
        throw new UnsupportedOperationException();
    }

    /** Waits until all that was handed in so far is stored, dropped or undeliverable; false if the time was too short. */
    public boolean flush(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    /** How many messages were dropped. */
    public long dropped() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
