package org.sluice.deploy.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

import org.sluice.deploy.failure.Failures;
import org.sluice.deploy.failure.NetworkException;
import org.sluice.deploy.output.StandardStreams;

import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.properties.MetaProperties;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.properties.PropertiesUtils;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka broker and its KRaft controller in this JVM, for a network of one broker.
 *
 * <p>The data folder is formatted on first use and kept: topics and records survive {@link #close()} as well as a killed
 * process. Topics are never created by accident (auto creation is off). The controller listens on a loopback port of its
 * own that nobody else needs to know.
 */
public final class EmbeddedKafka implements AutoCloseable {
    /** Where the broker keeps its data, listens, and tells others to find it; port 0 chooses a free one. */
    public record Options(Path data, String bindAddress, String advertisedHost, int port) {
        public static Options loopback(Path data, int port) {
            return new Options(data, HostBinding.LOOPBACK, HostBinding.LOOPBACK, port);
        }
    }

    private static final int NODE_ID = 1;
    private static final int START_ATTEMPTS = 3;
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final KafkaRaftServer server;
    private final String clusterId;
    private final String bootstrapServers;
    private final int port;

    private EmbeddedKafka(KafkaRaftServer server, String clusterId, String advertisedHost, int port) {
        this.server = server;
        this.clusterId = clusterId;
        this.bootstrapServers = Ports.endpoint(advertisedHost, port);
        this.port = port;
    }

    /** Starts the broker; returns when it serves requests. */
    public static EmbeddedKafka start(Options options) {
        if (options.port() != 0) {
            Ports.requireFree("Kafka", options.bindAddress(), options.port());
        }
        String clusterId = format(options.data());
        Exit.setHaltProcedure((_, message) -> ended(options.data(), message));
        Exit.setExitProcedure((_, message) -> ended(options.data(), message));
        for (int attempt = 1;; attempt++) {
            int port = options.port() != 0 ? options.port() : Ports.free(options.bindAddress());
            KafkaRaftServer server = new KafkaRaftServer(
                    new KafkaConfig(configuration(options, port, Ports.free(HostBinding.LOOPBACK)), false),
                    Time.SYSTEM);
            try {
                server.startup();
                return new EmbeddedKafka(server, clusterId, options.advertisedHost(), port);
            } catch (RuntimeException e) {
                stop(server);
                // A chosen port may have been taken between looking and binding; a named one may not.
                if (options.port() != 0 && !Ports.isFree(options.bindAddress(), port)) {
                    throw new PortInUseException("Kafka", options.bindAddress(), port);
                }
                if (attempt == START_ATTEMPTS) {
                    throw new NetworkException("Kafka did not start in " + options.data() + ": " + e.getMessage(), e);
                }
            }
        }
    }

    /** What a client needs to find the broker: {@code host:port}. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    public int port() {
        return port;
    }

    /** The id of the cluster of one broker, which its data folder was given when it was formatted. */
    public String clusterId() {
        return clusterId;
    }

    /** Stops the broker and its controller, the data stays; takes ten seconds at most. */
    @Override
    public void close() {
        stop(server);
    }

    private static void stop(KafkaRaftServer server) {
        Thread stopping = Thread.ofPlatform().daemon().name("kafka-stop").start(() -> {
            server.shutdown();
            server.awaitShutdown();
        });
        try {
            stopping.join(STOP_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kafka ends the process when it cannot go on, as with a full disk; the status must not be one of a job's. */
    private static void ended(Path data, @Nullable String message) {
        StandardStreams.lastWords("sluice: Kafka cannot go on with the data in " + data + " and ends the process"
                + (message == null ? "; is the disk full or the folder gone?" : ": " + message));
        Runtime.getRuntime().halt(Failures.INFRASTRUCTURE);
    }

    /** Formats the folder unless it is formatted already; returns the cluster's id. */
    private static String format(Path data) {
        Path formatted = data.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME);
        try {
            Files.createDirectories(data);
            if (!Files.exists(formatted)) {
                new Formatter().setNodeId(NODE_ID)
                        .setClusterId(Uuid.randomUuid().toString())
                        .setDirectories(List.of(data.toString()))
                        .setMetadataLogDirectory(data.toString())
                        .setControllerListenerName("CONTROLLER")
                        .setIgnoreFormatted(true)
                        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                        .run();
            }
            return clusterId(formatted);
        } catch (NetworkException e) {
            throw e;
        } catch (IOException e) {
            throw new NetworkException("Kafka's data folder " + data + " cannot be used: " + e.getMessage(), e);
        } catch (Exception e) {
            throw new NetworkException("Kafka's data folder " + data + " cannot be prepared: " + e.getMessage(), e);
        }
    }

    private static String clusterId(Path formatted) throws IOException {
        try {
            return new MetaProperties.Builder(PropertiesUtils.readPropertiesFile(formatted.toString())).build()
                    .clusterId()
                    .orElseThrow(() -> new IllegalArgumentException("it names no cluster"));
        } catch (RuntimeException e) {
            throw new NetworkException("The file " + formatted + " is damaged: " + e.getMessage()
                    + "; restore it, or move its folder away and begin anew", e);
        }
    }

    private static Properties configuration(Options options, int port, int controllerPort) {
        Properties properties = new Properties();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("log.dirs", options.data().toString());
        String controller = Ports.endpoint(HostBinding.LOOPBACK, controllerPort);
        properties.put("listeners",
                "PEERS://%s,CONTROLLER://%s".formatted(Ports.endpoint(options.bindAddress(), port), controller));
        properties.put("advertised.listeners",
                "PEERS://%s,CONTROLLER://%s".formatted(Ports.endpoint(options.advertisedHost(), port), controller));
        properties.put("listener.security.protocol.map", "PEERS:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("inter.broker.listener.name", "PEERS");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("controller.quorum.voters", NODE_ID + "@" + controller);
        properties.put("auto.create.topics.enable", "false");
        topics(properties);
        smallMachine(properties);
        return properties;
    }

    private static void topics(Properties properties) {
        properties.put("num.partitions", "1");
        properties.put("default.replication.factor", "1");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "1");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "1");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("share.coordinator.state.topic.num.partitions", "1");
        // Retention is a topic's own setting; it is looked at once a minute, and deleted files go soon after.
        properties.put("log.retention.check.interval.ms", "60000");
        properties.put("log.segment.delete.delay.ms", "5000");
        // The default reserves 20 MB of index for every one of thousands of topics.
        properties.put("log.index.size.max.bytes", "65536");
    }

    private static void smallMachine(Properties properties) {
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        properties.put("num.network.threads", "2");
        properties.put("num.io.threads", "4");
        properties.put("background.threads", "2");
        // A broker killed and started again is let in when its former session is over: 9 seconds by default.
        properties.put("broker.session.timeout.ms", "3000");
        properties.put("broker.heartbeat.interval.ms", "500");
        properties.put("metadata.max.idle.interval.ms", "5000");
        properties.put("metric.reporters", "");
    }
}
