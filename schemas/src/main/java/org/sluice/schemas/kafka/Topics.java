package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.sluice.schemas.codec.ServersUnavailableException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of the network, which are created when a peer joins or a job begins, and deleted when a peer leaves.
 *
 * <p>Each has one partition, so that what is written stays in order, and as many replicas as the network's description says, of which all but one
 * must have stored a record. All
 * methods wait for Kafka and throw {@link ServersUnavailableException} when it does not answer or refuses; any thread may
 * call them.
 */
public final class Topics implements AutoCloseable {
    /** How long a peer's inbox keeps what it holds: longer than any outage that a running job should survive. */
    public static final Duration INBOX_RETENTION = Duration.ofDays(1);
    /** How much a peer's inbox keeps, in bytes: whoever floods it pushes out what it has read long since. */
    private static final long INBOX_BYTES = 64L << 20;
    /** How much a root's inbox keeps, in bytes; who resumes the job reads all of it. */
    private static final long ROOT_INBOX_BYTES = 1L << 30;
    /** Only a job's owner writes into its journal, and without its beginning it is worth nothing. */
    private static final long UNBOUNDED = -1;

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

    /** Creates a topic, in the same way as several. */
    public void create(Topic topic, Duration retention) {
        create(List.of(topic), retention);
    }

    /**
     * Creates topics and returns when they can be written and read; those that exist already stay as they are.
     *
     * @param retention how long they keep what they hold, at least
     * @return which did not exist
     */
    public Set<Topic> create(Collection<Topic> topics, Duration retention) {
        Map<String, Topic> byName = new HashMap<>();
        topics.forEach(topic -> byName.put(servers.topics().of(topic), topic));
        Map<String, KafkaFuture<Void>> answers = admin
                .createTopics(topics.stream().map(topic -> description(topic, retention)).toList())
                .values();
        Set<Topic> created = new HashSet<>();
        answers.forEach((name, answer) -> {
            String what = "create the topic " + name;
            try {
                KafkaClients.await(servers, answer, what);
                created.add(byName.get(name));
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw KafkaClients.refused(servers, what, e);
                }
            }
        });
        // The broker answers before it serves the topics.
        byName.keySet().forEach(name -> offset(servers, admin, name, OffsetSpec.latest()));
        return created;
    }

    /** What a topic is to be like. All of it stands in the topic itself: what a broker does by default is not known here. */
    private NewTopic description(Topic topic, Duration retention) {
        long bytes = switch (topic) {
            case Topic.Inbox _ -> INBOX_BYTES;
            case Topic.Journal _ -> UNBOUNDED;
            case Topic.RootInbox _ -> ROOT_INBOX_BYTES;
        };
        long segmentMillis = Math.clamp(retention.toMillis() / 4, SHORTEST_SEGMENT.toMillis(),
                LONGEST_SEGMENT.toMillis());
        return new NewTopic(servers.topics().of(topic), 1, (short) servers.replication())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
                        TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(servers.minInSyncReplicas()),
                        TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()),
                        TopicConfig.RETENTION_BYTES_CONFIG, Long.toString(bytes),
                        // By the broker's clock, or a sender whose clock is wrong decides what is kept.
                        TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime",
                        TopicConfig.SEGMENT_MS_CONFIG, Long.toString(segmentMillis),
                        TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(SEGMENT_BYTES),
                        TopicConfig.SEGMENT_INDEX_BYTES_CONFIG, Integer.toString(INDEX_BYTES)));
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

    /** Deletes a topic with all it holds; one that does not exist is fine. */
    public void delete(Topic topic) {
        delete(List.of(topic));
    }

    /** Deletes topics with all they hold; those that do not exist are fine. */
    public void delete(Collection<Topic> topics) {
        deleteNamed(names(servers, topics));
    }

    /** Deletes a topic that an older version has left. */
    public void delete(OlderTopic topic) {
        deleteNamed(List.of(topic.name()));
    }

    private void deleteNamed(List<String> names) {
        admin.deleteTopics(names).topicNameValues().forEach((name, answer) -> {
            String what = "delete the topic " + name;
            try {
                KafkaClients.await(servers, answer, what);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw KafkaClients.refused(servers, what, e);
                }
            }
        });
    }

    private static List<String> names(Servers servers, Collection<Topic> topics) {
        return topics.stream().map(servers.topics()::of).toList();
    }

    /** Whether a topic exists. */
    public boolean exists(Topic topic) {
        return exist(List.of(topic));
    }

    /** Whether all of these topics exist. */
    public boolean exist(Collection<Topic> topics) {
        return exist(servers, admin, topics);
    }

    static boolean exist(Servers servers, Admin admin, Collection<Topic> topics) {
        return existNamed(servers, admin, names(servers, topics));
    }

    private static boolean existNamed(Servers servers, Admin admin, List<String> names) {
        String what = "describe the topic " + String.join(", ", names);
        try {
            KafkaClients.await(servers, admin.describeTopics(names).allTopicNames(), what);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw KafkaClients.refused(servers, what, e);
        }
    }

    /** Whether a topic, which exists, holds nothing: nothing was ever stored, or its time is over. */
    public boolean isEmpty(Topic topic) {
        return isEmpty(servers.topics().of(topic));
    }

    /** The same for a topic that an older version has left. */
    public boolean isEmpty(OlderTopic topic) {
        return isEmpty(topic.name());
    }

    private boolean isEmpty(String name) {
        return offset(servers, admin, name, OffsetSpec.earliest()) == offset(servers, admin, name,
                OffsetSpec.latest());
    }

    /** The topics of this network that there are. */
    public Set<Topic> list() {
        return list(servers.topics()::topic);
    }

    /** Those of this network that an older version has left. */
    public Set<OlderTopic> listOlder() {
        return list(name -> OlderTopic.of(servers.topics(), name));
    }

    private <T> Set<T> list(Function<String, Optional<T>> meaning) {
        Set<T> found;
        try {
            found = KafkaClients.await(servers, admin.listTopics().names(), "list the topics")
                    .stream()
                    .flatMap(name -> meaning.apply(name).stream())
                    .collect(Collectors.toUnmodifiableSet());
        } catch (ExecutionException e) {
            throw KafkaClients.refused(servers, "list the topics", e);
        }
        if (found.isEmpty()) {
            // It fails if this process may not see what there is.
            var _ = existNamed(servers, admin, List.of(servers.topics().absent()));
        }
        return found;
    }

    @Override
    public void close() {
        admin.close(KafkaClients.CLOSE_TIMEOUT);
    }
}
