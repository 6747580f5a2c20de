package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.ServersUnavailableException;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes Kafka clients with the settings that all share: they reconnect for ever, at least once a second. */
public final class KafkaClients {
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    static final Duration CLOSE_TIMEOUT = Duration.ofMillis(200);
    /** How much memory a producer has for what is on its way. */
    static final long PRODUCER_BUFFER_BYTES = 64L << 20;
    private static final int PRODUCER_BATCH_BYTES = 8_192;
    private static final Duration PRODUCER_MAX_BLOCK = Duration.ofMillis(250);
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(15);
    private static final int RECONNECT_MILLIS = 50;
    private static final int MAX_RECONNECT_MILLIS = 1_000;
    private static final int MAX_RETRY_MILLIS = 500;

    private KafkaClients() {}

    /**
     * Makes a client.
     *
     * @param clientProperties what the user sets for all clients, above all security
     * @param settings what this client needs, which the user's properties cannot change
     * @throws ServersUnavailableException if the properties are wrong or no host name can be resolved
     */
    static <T> T create(Servers servers, Map<String, Object> clientProperties, Map<String, Object> settings,
            Function<Map<String, Object>, T> client) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_MILLIS);
        properties.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, MAX_RECONNECT_MILLIS);
        properties.put(CommonClientConfigs.RETRY_BACKOFF_MS_CONFIG, RECONNECT_MILLIS);
        properties.put(CommonClientConfigs.RETRY_BACKOFF_MAX_MS_CONFIG, MAX_RETRY_MILLIS);
        properties.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
        properties.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        properties.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        properties.putAll(clientProperties);
        properties.putAll(settings);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers.bootstrapServers());
        try {
            return client.apply(properties);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = "Kafka at " + servers.bootstrapServers() + " cannot be used: " + cause.getMessage();
            // A name may become known; settings do not change by themselves.
            throw clientProperties.isEmpty() || String.valueOf(cause.getMessage()).contains("bootstrap")
                    ? new ServersUnavailableException(message, e)
                    : new AccessRefusedException(message + "; see --kafka-properties", e);
        }
    }

    /** An admin client whose every call answers within the given time. */
    static Admin admin(Servers servers, Map<String, Object> clientProperties, Duration timeout) {
        int millis = (int) timeout.toMillis();
        return create(servers, clientProperties, Map.of(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(millis, (int) REQUEST_TIMEOUT.toMillis())),
                Admin::create);
    }

    /**
     * A consumer without a group, for partitions that are assigned to it. Where the oldest records of a topic are gone, it reads on
     * with the oldest that are left.
     *
     * @param clientProperties what the user sets for all clients, above all security
     * @param settings what this one needs besides
     * @throws ServersUnavailableException if the properties are wrong or no host name can be resolved
     */
    public static Consumer<byte[], byte[]> consumer(Servers servers, Map<String, Object> clientProperties,
            Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(Map.of(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false, ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"));
        all.putAll(settings);
        return create(servers, clientProperties, all, properties -> new KafkaConsumer<>(properties,
                new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    /** A producer that stores what is sent to one topic in that order, perhaps twice, and blocks its caller for a moment only. */
    static Producer<byte[], byte[]> producer(Servers servers, Map<String, Object> clientProperties) {
        Map<String, Object> settings = Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.LINGER_MS_CONFIG, 0,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, PRODUCER_MAX_BLOCK.toMillis(),
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false,
                // One after the other, or a retry overtakes what was sent before it.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                (int) DELIVERY_TIMEOUT.toMillis(), ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BUFFER_BYTES,
                ProducerConfig.BATCH_SIZE_CONFIG, PRODUCER_BATCH_BYTES);
        return create(servers, clientProperties, settings, properties -> new KafkaProducer<>(properties,
                new ByteArraySerializer(), new ByteArraySerializer()));
    }

    /** How much of the producer's memory a record takes: a batch at least. */
    static long producerMemory(byte[] value) {
        return Math.max(PRODUCER_BATCH_BYTES, value.length);
    }

    /** Whether a broker has said that it does not know this process, or that it may not do this: that will not change by itself. */
    static boolean isAccessRefused(Throwable failure) {
        return failure instanceof AuthenticationException || failure instanceof AuthorizationException;
    }

    /**
     * Waits for the answer of an admin client, which has its own timeout.
     *
     * @param what is being done, for the error message
     * @throws ExecutionException with the broker's refusal
     * @throws ServersUnavailableException if the broker does not answer
     */
    static <T> T await(Servers servers, KafkaFuture<T> future, String what) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServersUnavailableException("interrupted: " + what, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
                throw new ServersUnavailableException(
                        "Kafka at " + servers.bootstrapServers() + " does not answer: " + what, e);
            }
            throw e;
        }
    }

    /** The exception for a broker's refusal. */
    static ServersUnavailableException refused(Servers servers, String what, ExecutionException e) {
        return refused(servers, what, e.getCause() == null ? e : e.getCause());
    }

    /**
     * The exception for what a broker has refused.
     *
     * @param what was being done
     */
    public static ServersUnavailableException refused(Servers servers, String what, Throwable cause) {
        if (isAccessRefused(cause)) {
            return accessRefused(servers, what, cause);
        }
        return new ServersUnavailableException(
                "Kafka at " + servers.bootstrapServers() + " refuses: " + what + ": " + cause.getMessage(), cause);
    }

    /** The exception for a failure that {@linkplain #isAccessRefused says that access is refused}. */
    static AccessRefusedException accessRefused(Servers servers, String what, Throwable cause) {
        return new AccessRefusedException("Kafka at " + servers.bootstrapServers()
                + (cause instanceof AuthenticationException ? " does not let this process in" : " does not permit")
                + ": " + what + ": " + cause.getMessage() + "; see --kafka-properties", cause);
    }
}
