package org.sluice.schemas;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.sluice.protocol.value.Address;

/** The topics of the network: created when a peer joins or a job begins, deleted when it leaves or is forgotten. */
@SuppressWarnings("DoNotCallSuggester")
public final class Topics implements AutoCloseable {
    /** How long an inbox keeps messages. */
    public static final Duration INBOX_RETENTION = Duration.ofHours(1);

    private Topics() {}

    public static Topics connect(Servers servers, Map<String, Object> clientProperties) {
        throw new UnsupportedOperationException();
    }

    /** Returns when the topic is usable; one that exists already is fine. */
    public void create(Address address, Duration retention) {
        throw new UnsupportedOperationException();
    }

    /** One that does not exist is fine. */
    public void delete(Address address) {
        throw new UnsupportedOperationException();
    }

    public boolean exists(Address address) {
        throw new UnsupportedOperationException();
    }

    public Set<Address> list() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
