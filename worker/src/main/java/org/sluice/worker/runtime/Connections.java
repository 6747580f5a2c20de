package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.sluice.protocol.value.Address;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.Inboxes;
import org.sluice.schemas.kafka.Outbox;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.LastingRefusal;
import org.sluice.tracker.node.TrackerRefusedException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all peers of one JVM share to reach the others: the tracker's client, one Kafka producer, one consumer, the schemas.
 */
public final class Connections implements AutoCloseable {
    /** How long to wait for a tracker before saying that there is none. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    private final ClientProperties properties;
    private final Tracker tracker;
    private final Servers servers;
    private final EventCodec codec;
    private final Topics topics;
    private final Inboxes inboxes;
    private final Outbox outbox;
    private final ResourceStack resources;
    private final List<Consumer<Servers>> movedListeners = new CopyOnWriteArrayList<>();
    private volatile Optional<Servers> moved = Optional.empty();
    private final LastingRefusal<RuntimeException> refusals = new LastingRefusal<>();

    private Connections(NetworkAddress address, Duration patience, Consumer<EventCodec> takingIds) {
        properties = address.properties();
        try (ResourceStack opening = new ResourceStack()) {
            tracker = opening.add(Tracker.connect(address.tracker(), patience, properties.tracker()));
            servers = tracker.network();
            codec = opening.add(EventCodec.connect(servers.registryUrl(), properties.forRegistry()));
            // The registry takes as long to answer as Kafka's clients take to be made.
            Beside<EventCodec> ready = Beside.begin("sluice-schemas", () -> {
                takingIds.accept(codec);
                return codec;
            });
            topics = opening.add(Topics.connect(servers, properties.forKafka()));
            inboxes = opening.add(Inboxes.connect(servers, properties.forKafka(), codec));
            outbox = opening.add(Outbox.connect(servers, properties.forKafka(), codec));
            var _ = ready.result();
            opening.add(tracker.watchNetwork(new Description()));
            opening.add(tracker.onRefused(refusals::lasts)::run);
            opening.add(inboxes.onRefused(refusals::heard)::run);
            resources = opening.keep();
        }
    }

    /**
     * Joins the network that a tracker knows: one address is enough.
     *
     * @param address {@code host:port[,host:port...]}, or a DNS name, of a tracker whose servers let everybody in
     */
    public static Connections join(String address, Duration patience) {
        return join(NetworkAddress.open(address), patience);
    }

    /** Joins a network. */
    public static Connections join(NetworkAddress address, Duration patience) {
        return new Connections(address, patience, EventCodec::lookUpAll);
    }

    /**
     * The same for who has registered the schemas of this version.
     *
     * @param schemaIds their ids in the network's registry, by subject
     */
    public static Connections join(String address, Duration patience, Map<String, Integer> schemaIds) {
        return new Connections(NetworkAddress.open(address), patience, codec -> codec.take(schemaIds));
    }

    /** Hears what the tracker says of the network: at first what is known, and later perhaps that it is another one. */
    private final class Description implements Consumer<Servers> {
        private boolean heard;

        @Override
        public void accept(Servers described) {
            if (!described.isOfSameNetworkAs(servers)) {
                if (!moved.equals(Optional.of(described))) {
                    moved = Optional.of(described);
                    LOG.info("the tracker at {} describes another network now: {}", tracker.address(), described);
                    movedListeners.forEach(listener -> listener.accept(described));
                }
            } else if (heard) {
                renewSchemas();
            }
            heard = true;
        }
    }

    /** The servers may have been restarted: the registry could have lost what the others have kept. */
    private void renewSchemas() {
        try {
            codec.renew();
        } catch (ServersUnavailableException e) {
            LOG.debug("{}", e.getMessage());
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

    /** What the clients of the servers are told besides, for others that connect to the same ones. */
    public ClientProperties properties() {
        return properties;
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
     * The servers of the network that is at the tracker's address now, if it is another one than was joined: its servers lost
     * all they had, or are elsewhere. Then nobody is reached through these connections for sure.
     */
    public Optional<Servers> moved() {
        return moved;
    }

    /** A lasting refusal by a server that let this process in before: it cannot go on. */
    public Optional<RuntimeException> refusal() {
        return refusals.lasting();
    }

    /**
     * Tells a listener of such a refusal, once, immediately if there is one already. It is called on any thread and must be quick.
     *
     * @return ends it
     */
    public Runnable onRefused(Consumer<RuntimeException> listener) {
        return refusals.onLasting(listener);
    }

    /** Something that this process cannot do without has failed. If a server refused it, and the refusal lasts, the process ends. */
    public void needed(RuntimeException failure) {
        if (failure instanceof AccessRefusedException || failure instanceof TrackerRefusedException) {
            refusals.heard(failure);
        }
    }

    /**
     * Counts it as such a refusal when this process may not write to the topics of the given peer or job, which is its own. Refusals
     * for the topics of others do not end a process.
     *
     * @return ends it
     */
    public Runnable cannotDoWithout(Address owner) {
        return outbox.onRefused((topic, refusal) -> {
            if (topic.owner().equals(owner)) {
                needed(refusal);
            }
        });
    }

    /**
     * Tells when the network is another one than was joined.
     *
     * @return ends it
     */
    public Runnable onMoved(Consumer<Servers> listener) {
        movedListeners.add(listener);
        return () -> movedListeners.remove(listener);
    }

    @Override
    public void close() {
        resources.close();
    }
}
