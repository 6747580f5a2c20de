package org.sluice.schemas.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.ServersUnavailableException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka cluster as who sets up a network on it, or looks after one, asks about it. All methods wait for Kafka and throw
 * {@link ServersUnavailableException} when it does not answer or refuses.
 */
public final class Cluster implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration TRIAL_RETENTION = Duration.ofMinutes(5);
    private static final byte[] TRIAL = {0};

    private final Servers servers;
    private final Map<String, Object> clientProperties;
    private final Admin admin;
    private final Topics topics;

    private Cluster(Servers servers, Map<String, Object> clientProperties, Admin admin) {
        this.servers = servers;
        this.clientProperties = clientProperties;
        this.admin = admin;
        this.topics = new Topics(servers, admin);
    }

    /**
     * A client of the brokers; it connects in the background.
     *
     * @param clientProperties settings of Kafka's clients; may be empty
     */
    public static Cluster connect(Servers servers, Map<String, Object> clientProperties) {
        return new Cluster(servers, clientProperties, KafkaClients.admin(servers, clientProperties, TIMEOUT));
    }

    /**
     * A broker.
     *
     * @param id its number in the cluster
     * @param host the host that it tells clients to connect to
     * @param port its port there
     */
    public record Broker(int id, String host, int port) {}

    /**
     * What a cluster says of itself.
     *
     * @param id its own id, which no other cluster has
     * @param brokers those that are running, by their numbers
     * @param version Kafka's release that all of its servers have at least, such as 4.1; empty if it does not tell
     */
    public record Description(String id, List<Broker> brokers, Optional<String> version) {}

    /** Asks the cluster what it is. */
    public Description describe() {
        String what = "describe the cluster";
        try {
            DescribeClusterResult cluster = admin.describeCluster();
            String id = KafkaClients.await(servers, cluster.clusterId(), what);
            List<Broker> brokers = KafkaClients.await(servers, cluster.nodes(), what)
                    .stream()
                    .sorted(Comparator.comparingInt(Node::id))
                    .map(node -> new Broker(node.id(), node.host(), node.port()))
                    .toList();
            return new Description(id, brokers, version());
        } catch (ExecutionException e) {
            throw KafkaClients.refused(servers, what, e);
        }
    }

    private Optional<String> version() throws ExecutionException {
        FinalizedVersionRange range = KafkaClients
                .await(servers, admin.describeFeatures().featureMetadata(), "tell its features")
                .finalizedFeatures()
                .get(MetadataVersion.FEATURE_NAME);
        return Optional.ofNullable(range).map(found -> release(found.maxVersionLevel()));
    }

    /**
     * The release of Kafka that a cluster speaks of by a number.
     *
     * @param level of its feature {@code metadata.version}
     */
    static String release(short level) {
        MetadataVersion newest = MetadataVersion.latestTesting();
        return level > newest.featureLevel()
                ? newest.shortVersion() + " or later"
                : MetadataVersion.fromFeatureLevel(level).shortVersion();
    }

    /** Whether there are topics already whose names begin with the network's. */
    public boolean hasTopics() {
        return !topics.list().isEmpty();
    }

    /**
     * Does once what peers do all the time: creates a topic, writes to it, reads from it and deletes it.
     *
     * @param self names the topic: nobody else's
     * @return when the record was stored, by a broker's clock
     */
    public Instant trial(PeerId self) {
        Topic inbox = new Topic.Inbox(self);
        try {
            topics.create(inbox, TRIAL_RETENTION);
            return roundTrip(new TopicPartition(servers.topics().of(inbox), 0));
        } finally {
            topics.delete(inbox);
        }
    }

    private Instant roundTrip(TopicPartition partition) {
        String what = "write to the topic " + partition.topic() + " and read it";
        try (KafkaProducer<byte[], byte[]> producer = KafkaClients.create(servers, clientProperties,
                Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis(),
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT.toMillis()),
                properties -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()));
                Consumer<byte[], byte[]> consumer = KafkaClients.consumer(servers, clientProperties, Map.of())) {
            var _ = producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, TRIAL))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long deadline = System.nanoTime() + TIMEOUT.toNanos();
            while (System.nanoTime() - deadline < 0) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(TIMEOUT.dividedBy(10))) {
                    return Instant.ofEpochMilli(record.timestamp());
                }
            }
            throw new ServersUnavailableException(
                    "Kafka at " + servers.bootstrapServers() + " does not give back what was just written", null);
        } catch (ExecutionException e) {
            throw KafkaClients.refused(servers, what, e);
        } catch (TimeoutException e) {
            throw new ServersUnavailableException(
                    "Kafka at " + servers.bootstrapServers() + " does not answer: " + what,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServersUnavailableException("interrupted: " + what, e);
        } catch (KafkaException e) {
            throw KafkaClients.refused(servers, what, new ExecutionException(e));
        }
    }

    @Override
    public void close() {
        admin.close(KafkaClients.CLOSE_TIMEOUT);
    }
}
