package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import org.sluice.protocol.value.Address;
import org.sluice.schemas.codec.ServersUnavailableException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of the network, which are created when a peer joins or a job begins, and deleted when a peer leaves.
 *
 * <p>Each has one partition, so that what is written stays in order, and as many replicas as the brokers' default says. All
 * methods wait for Kafka and throw {@link ServersUnavailableException} when it does not answer or refuses; any thread may
 * call them.
 */
public final class Topics implements AutoCloseable {
    /** How long an inbox keeps what it holds: longer than any outage that a running job should survive. */
    public static final Duration INBOX_RETENTION = Duration.ofHours(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(20);
    /** Small files, because Kafka deletes whole files and there is a topic for each peer. */
    private static final int SEGMENT_BYTES = 16 << 20;
    /** Indices are allocated in full beforehand; the broker's default would take 20 MB for each topic. */
    private static final int INDEX_BYTES = 65_536;
    private static final Duration SHORTEST_SEGMENT = Duration.ofMinutes(1);
    private static final Duration LONGEST_SEGMENT = Duration.ofDays(1);

    private final Servers servers;
    private final Admin admin;

    Topics(Servers servers, Admin admin) {
        this.servers = servers;
        this.admin = admin;
    }

    /**
     * A client of the network's brokers; it connects in the background.
     *
     * @param clientProperties security settings of the Kafka client; may be empty
     * @throws ServersUnavailableException if no broker's name can be resolved
     */
    public static Topics connect(Servers servers, Map<String, Object> clientProperties) {
        return new Topics(servers, KafkaClients.admin(servers, clientProperties, TIMEOUT));
    }

    /**
     * Creates the topic of an address and returns when it can be written and read; one that exists already stays as it is.
     *
     * @param retention how long the topic keeps what it holds, at least
     */
    public void create(Address address, Duration retention) {
        String topic = servers.topics().of(address);
        String what = "create the topic " + topic;
        long segmentMillis = Math.clamp(retention.toMillis() / 4, SHORTEST_SEGMENT.toMillis(),
                LONGEST_SEGMENT.toMillis());
        NewTopic created = new NewTopic(topic, Optional.of(1), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()),
                        // By the broker's clock, or a sender whose clock is wrong decides what is kept.
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
                        TopicConfig.SEGMENT_MS_CONFIG, Long.toString(segmentMillis),
                        TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(SEGMENT_BYTES),
                        TopicConfig.SEGMENT_INDEX_BYTES_CONFIG, Integer.toString(INDEX_BYTES)));
        try {
            KafkaClients.await(servers, admin.createTopics(List.of(created)).all(), what);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw KafkaClients.refused(servers, what, e);
            }
        }
        // The broker answers before it serves the topic.
        offset(servers, admin, topic, OffsetSpec.latest());
    }

    /** An offset of a topic that exists, or is about to: waits until its leader answers. */
    static long offset(Servers servers, Admin admin, String topic, OffsetSpec spec) {
        String what = "look into the topic " + topic;
        TopicPartition partition = new TopicPartition(topic, 0);
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            try {
                return KafkaClients
                        .await(servers, admin.listOffsets(Map.of(partition, spec)).partitionResult(partition),
                                what)
                        .offset();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - deadline > 0) {
                    throw KafkaClients.refused(servers, what, e);
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Deletes the topic of an address with all it holds; one that does not exist is fine. */
    public void delete(Address address) {
        String topic = servers.topics().of(address);
        String what = "delete the topic " + topic;
        try {
            KafkaClients.await(servers, admin.deleteTopics(List.of(topic)).all(), what);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw KafkaClients.refused(servers, what, e);
            }
        }
    }

    /** Whether the topic of an address exists. */
    public boolean exists(Address address) {
        return exists(servers, admin, address);
    }

    static boolean exists(Servers servers, Admin admin, Address address) {
        String topic = servers.topics().of(address);
        String what = "describe the topic " + topic;
        try {
            KafkaClients.await(servers, admin.describeTopics(List.of(topic)).allTopicNames(), what);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw KafkaClients.refused(servers, what, e);
        }
    }

    /** Whether the topic of an address, which exists, holds nothing: nothing was ever stored, or its time is over. */
    public boolean isEmpty(Address address) {
        String topic = servers.topics().of(address);
        return offset(servers, admin, topic, OffsetSpec.earliest()) == offset(servers, admin, topic,
                OffsetSpec.latest());
    }

    /** The addresses that have a topic in this network. */
    public Set<Address> list() {
        try {
            return KafkaClients.await(servers, admin.listTopics().names(), "list the topics")
                    .stream()
                    .flatMap(topic -> servers.topics().address(topic).stream())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (ExecutionException e) {
            throw KafkaClients.refused(servers, "list the topics", e);
        }
    }

    @Override
    public void close() {
        admin.close(KafkaClients.CLOSE_TIMEOUT);
    }
}
