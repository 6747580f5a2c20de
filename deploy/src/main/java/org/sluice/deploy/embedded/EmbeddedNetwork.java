package org.sluice.deploy.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import org.sluice.deploy.failure.Failures;
import org.sluice.deploy.failure.NetworkException;
import org.sluice.deploy.output.StandardStreams;
import org.sluice.schemas.codec.EventSchemas;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.server.TrackerServer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All servers that a network of peers needs, in this JVM: the tracker, Kafka and the schema registry.
 *
 * <p>When {@link #start} returns, the network can be joined: the servers answer, the schemas are registered, and the
 * tracker tells newcomers where the others are. Everything is kept in one data folder; a network started again on it has
 * its topics, schema ids and, where they are still free, its ports.
 */
public final class EmbeddedNetwork implements AutoCloseable {
    /**
     * Where a network keeps its data and listens.
     *
     * @param host the name or address under which peers reach this machine; {@code 127.0.0.1} keeps others out
     * @param trackerPort 0 for the one of the last start, or a free one; the same for the other ports
     * @param topics the names of the network's topics, with its own; empty for those of the last start, or the default
     */
    public record Options(Path data, String host, int trackerPort, int kafkaPort, int registryPort,
            Optional<TopicNames> topics) {
        public Options {
            for (int port : new int[]{trackerPort, kafkaPort, registryPort}) {
                if (port < 0 || port > 0xFFFF) {
                    throw new IllegalArgumentException("a port is a number from 0 to 65535, not " + port);
                }
            }
        }

        /** Of a network that has the name of its last start, or none of its own. */
        public Options(Path data, String host, int trackerPort, int kafkaPort, int registryPort) {
            this(data, host, trackerPort, kafkaPort, registryPort, Optional.empty());
        }

        /** The same with a name. */
        public Options named(TopicNames name) {
            return new Options(data, host, trackerPort, kafkaPort, registryPort, Optional.of(name));
        }

        /** For this machine only, on ports that are free. */
        public static Options loopback(Path data) {
            return new Options(data, HostBinding.LOOPBACK, 0, 0, 0);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(EmbeddedNetwork.class);
    private static final String KAFKA = "kafka";
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);

    private final DataFolder folder;
    private final List<AutoCloseable> parts;
    private final String trackerAddress;
    private final Servers servers;
    private final Map<String, Integer> schemaIds;
    private final List<String> remarks;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedNetwork(DataFolder folder, List<AutoCloseable> parts, String trackerAddress, Servers servers,
            Map<String, Integer> schemaIds, List<String> remarks) {
        this.folder = folder;
        this.parts = parts;
        this.trackerAddress = trackerAddress;
        this.servers = servers;
        this.schemaIds = Map.copyOf(schemaIds);
        this.remarks = remarks;
    }

    /**
     * Starts the network of a data folder.
     *
     * @throws PortInUseException if a port that was asked for is taken
     * @throws NetworkException if the folder is in use, or a server does not start
     */
    public static EmbeddedNetwork start(Options options) {
        return start(DataFolder.open(options.data()), options);
    }

    /** Starts a network for this machine only, which leaves nothing behind when it is closed. */
    public static EmbeddedNetwork startTemporary() {
        DataFolder folder = DataFolder.temporary();
        return start(folder, Options.loopback(folder.path()));
    }

    private static EmbeddedNetwork start(DataFolder folder, Options options) {
        try {
            return new Start(folder, options).run();
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    /** What peers need to join: {@code host:port}. */
    public String trackerAddress() {
        return trackerAddress;
    }

    /** The other servers, as the tracker tells them to newcomers. */
    public Servers servers() {
        return servers;
    }

    /** The ids in its registry of this version's schemas, by subject. */
    public Map<String, Integer> schemaIds() {
        return schemaIds;
    }

    /** What its operator should know of the start, a line each: what was lost, and what was done about it. */
    public List<String> remarks() {
        return remarks;
    }

    public Path data() {
        return folder.path();
    }

    /** Stops all servers; takes about a second. Peers should have left before. May be called again. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            closeAll(parts);
            folder.close();
        }
    }

    private static void closeAll(List<AutoCloseable> parts) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (AutoCloseable part : parts) {
                threads.execute(() -> {
                    try {
                        part.close();
                    } catch (Exception e) {
                        log.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
                    }
                });
            }
        }
    }

    /** The start, which runs side by side what does not need each other: the slowest server sets the time. */
    private static final class Start {
        private final DataFolder folder;
        private final HostBinding host;
        private final TopicNames topics;
        private final int trackerPort;
        private final int kafkaPort;
        private final int registryPort;
        private final List<AutoCloseable> started = new ArrayList<>();
        /** By which this start tells the tracker what it needs to know. */
        private volatile @Nullable Tracker client;
        private boolean interrupted;

        Start(DataFolder folder, Options options) {
            this.folder = folder;
            this.host = HostBinding.of(options.host());
            this.topics = topics(options.topics());
            Set<Integer> wanted = Set
                    .copyOf(List.of(options.trackerPort(), options.kafkaPort(), options.registryPort()));
            this.trackerPort = port("tracker", options.trackerPort(), wanted);
            this.kafkaPort = port("kafka", options.kafkaPort(), wanted);
            this.registryPort = port("registry", options.registryPort(), wanted);
            requireFree("the tracker", options.trackerPort());
            requireFree("Kafka", options.kafkaPort());
            requireFree("the schema registry", options.registryPort());
        }

        /** A network keeps its name, or its peers would look for their topics in vain. */
        private TopicNames topics(Optional<TopicNames> wanted) {
            Optional<TopicNames> remembered = folder.rememberedTopics();
            if (wanted.isPresent() && remembered.isPresent() && !wanted.equals(remembered)) {
                throw new IllegalArgumentException("the network in " + folder.path() + " is named "
                        + remembered.get().network()
                        + " and keeps its name; leave --name out, or choose another --data");
            }
            return remembered.or(() -> wanted).orElse(TopicNames.DEFAULT);
        }

        /** A remembered port that meanwhile serves something else is given up for a free one. */
        private int port(String server, int wanted, Set<Integer> allWanted) {
            if (wanted != 0) {
                return wanted;
            }
            int remembered = folder.rememberedPort(server);
            boolean usable = !allWanted.contains(remembered) && Ports.isFree(host.bindAddress(), remembered);
            return usable ? remembered : 0;
        }

        private void requireFree(String what, int wanted) {
            if (wanted != 0) {
                Ports.requireFree(what, host.bindAddress(), wanted);
            }
        }

        EmbeddedNetwork run() {
            boolean complete = false;
            try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
                Future<TrackerServer> tracker = threads.submit(keep(this::tracker));
                Future<EmbeddedKafka> kafka = threads.submit(keep(this::kafka));
                Future<EmbeddedRegistry> registry = threads.submit(keep(this::registry));
                Future<Map<String, Integer>> schemas = threads
                        .submit(() -> result(registry).register(EventSchemas.published()));
                Future<Tracker> connected = threads.submit(() -> connect(result(tracker)));
                String trackerAddress = Ports.endpoint(host.advertisedHost(), result(tracker).port());
                Servers servers = new Servers(result(kafka).bootstrapServers(), result(registry).url(),
                        Optional.of(result(kafka).clusterId()), topics, 1);
                Map<String, Integer> schemaIds = result(schemas);
                List<String> remarks = publish(result(connected), servers, result(registry));
                folder.remember(topics, result(tracker).port(), result(kafka).port(), result(registry).port());
                complete = true;
                return new EmbeddedNetwork(folder, List.copyOf(started), trackerAddress, servers, schemaIds, remarks);
            } finally {
                // Here all threads have ended, so whatever was started is known.
                Tracker left = client;
                if (left != null) {
                    Thread.ofVirtual().name("sluice-tracker-left").start(left::close); // Nobody needs to wait for that.
                }
                if (!complete) {
                    closeAll(started);
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private <T extends AutoCloseable> Callable<T> keep(Callable<T> start) {
            return () -> {
                T part = start.call();
                synchronized (started) {
                    started.add(part);
                }
                return part;
            };
        }

        private TrackerServer tracker() throws IOException {
            Path data = folder.path().resolve("tracker");
            return TrackerServer.standalone(data, host.bindAddress(), trackerPort, TrackerServer.DEFAULT_TICK,
                    () -> died(data));
        }

        /** A network without its tracker is none; whoever watches over the process starts it again. */
        private static void died(Path data) {
            StandardStreams.lastWords("sluice: the tracker cannot go on with the data in " + data
                    + " and ends the process; is the disk full or the folder gone?");
            Runtime.getRuntime().halt(Failures.INFRASTRUCTURE);
        }

        private EmbeddedKafka kafka() {
            return EmbeddedKafka.start(new EmbeddedKafka.Options(folder.path().resolve(KAFKA), host.bindAddress(),
                    host.advertisedHost(), kafkaPort));
        }

        private EmbeddedRegistry registry() {
            return EmbeddedRegistry.start(new EmbeddedRegistry.Options(folder.path().resolve("registry"),
                    host.bindAddress(), host.advertisedHost(), registryPort));
        }

        /** Through the address that is certain to work from here: the advertised one may lead through other machines. */
        private String localUrl(EmbeddedRegistry registry) {
            return "http://" + Ports.endpoint(Ports.localTarget(host.bindAddress()), registry.port());
        }

        private Tracker connect(TrackerServer server) {
            Tracker connected = Tracker.connect(Ports.endpoint(Ports.localTarget(host.bindAddress()), server.port()),
                    CONNECT_TIMEOUT);
            client = connected;
            return connected;
        }

        /** Opens the network to newcomers, once the tracker has the jobs that it should have. */
        private List<String> publish(Tracker tracker, Servers servers, EmbeddedRegistry registry) {
            try {
                List<String> remarks = Recovery.run(folder.path().resolve(KAFKA), tracker, new Servers(
                        servers.bootstrapServers(), localUrl(registry), servers.clusterId(), servers.topics(), 1));
                tracker.publishNetwork(servers);
                return remarks;
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        private NetworkException interrupted(InterruptedException e) {
            interrupted = true;
            return new NetworkException("The start of the network was interrupted", e);
        }

        /** An interrupt ends the waiting, not the servers' start: they only stop in order once they have started. */
        private <T> T result(Future<T> future) {
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw asNetworkException(e.getCause() == null ? e : e.getCause());
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        private static NetworkException asNetworkException(Throwable failure) {
            return failure instanceof NetworkException known
                    ? known
                    : new NetworkException("The network did not start: " + failure.getMessage(), failure);
        }
    }
}
