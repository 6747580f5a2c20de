package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.sluice.protocol.value.Address;
import org.sluice.schemas.EventCodec;
import org.sluice.schemas.Inboxes;
import org.sluice.schemas.Outbox;
import org.sluice.schemas.Servers;
import org.sluice.schemas.Topics;
import org.sluice.tracker.Tracker;

/**
 * What all peers of one JVM share to reach the others: the tracker's client, one Kafka producer, one consumer, the schemas.
 */
public final class Connections implements AutoCloseable {
    /** How long to wait for a tracker before saying that there is none. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Tracker tracker;
    private final Servers servers;
    private final EventCodec codec;
    private final Topics topics;
    private final Inboxes inboxes;
    private final Outbox outbox;
    private final List<Consumer<Address>> goneListeners = new CopyOnWriteArrayList<>();

    private Connections(Tracker tracker, Servers servers, Map<String, Object> clientProperties) {
        this.tracker = tracker;
        this.servers = servers;
        codec = EventCodec.connect(servers, clientProperties);
        topics = Topics.connect(servers, clientProperties);
        inboxes = Inboxes.connect(servers, clientProperties, codec);
        outbox = Outbox.connect(servers, clientProperties, codec);
        outbox.onGone(address -> goneListeners.forEach(listener -> listener.accept(address)));
    }

    /**
     * Joins the network that a tracker knows: one address is enough.
     *
     * @param trackerAddresses {@code host:port[,host:port...]}, or a DNS name
     */
    public static Connections join(String trackerAddresses, Duration patience) {
        Tracker tracker = Tracker.connect(trackerAddresses, patience);
        Connections connections;
        try {
            connections = new Connections(tracker, tracker.network(), Map.of());
        } catch (RuntimeException e) {
            tracker.close();
            throw e;
        }
        try {
            connections.codec.registerAll();
            return connections;
        } catch (RuntimeException e) {
            connections.close();
            throw e;
        }
    }

    /** Who is alive, and which jobs there are. */
    public Tracker tracker() {
        return tracker;
    }

    /** Where Kafka and the schema registry are. */
    public Servers servers() {
        return servers;
    }

    /** Turns events into records and back. */
    public EventCodec codec() {
        return codec;
    }

    /** Creates and deletes topics. */
    public Topics topics() {
        return topics;
    }

    /** Reads what is addressed to the peers of this JVM. */
    public Inboxes inboxes() {
        return inboxes;
    }

    /** Sends what the peers of this JVM have to say. */
    public Outbox outbox() {
        return outbox;
    }

    /**
     * Tells a peer of this JVM of destinations that do not exist.
     *
     * @return ends it
     */
    public Runnable onGone(Consumer<Address> listener) {
        goneListeners.add(listener);
        return () -> goneListeners.remove(listener);
    }

    @Override
    public void close() {
        outbox.close();
        inboxes.close();
        topics.close();
        codec.close();
        tracker.close();
    }
}
