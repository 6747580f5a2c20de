package org.sluice.deploy.embedded;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Tag("slow")
final class EmbeddedKafkaTest {
    private static final Duration BOUND = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void topicsAndRecordsOutliveARestartOnTheSamePort() throws Exception {
        int port;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.loopback(folder, 0))) {
            port = kafka.port();
            assertEquals("127.0.0.1:" + port, kafka.bootstrapServers());
            createTopic(kafka, "kept");
            send(kafka, "kept", "before");
        }
        assertTrue(Ports.isFree("127.0.0.1", port));
        try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.loopback(folder, port))) {
            assertEquals(port, kafka.port());
            send(kafka, "kept", "after");
            assertEquals(List.of("before", "after"), read(kafka, "kept", 2));
            topicsAreNotCreatedByAccident(kafka);
        }
    }

    private static void topicsAreNotCreatedByAccident(EmbeddedKafka kafka) throws Exception {
        Map<String, Object> impatient = Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.block.ms", 500);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(impatient, new StringSerializer(),
                new StringSerializer())) {
            assertThrows(ExecutionException.class,
                    () -> producer.send(new ProducerRecord<>("accident", "x")).get(30, SECONDS));
        }
        try (Admin admin = admin(kafka)) {
            ExecutionException unknown = assertThrows(ExecutionException.class,
                    () -> admin.describeTopics(List.of("accident")).allTopicNames().get(30, SECONDS));
            assertInstanceOf(UnknownTopicOrPartitionException.class, unknown.getCause());
            assertFalse(admin.listTopics().names().get(30, SECONDS).contains("accident"));
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PortInUseException refusal = assertThrows(PortInUseException.class,
                    () -> EmbeddedKafka.start(EmbeddedKafka.Options.loopback(folder, taken.getLocalPort())));
            assertEquals(taken.getLocalPort(), refusal.port());
        }
    }

    static Admin admin(EmbeddedKafka kafka) {
        return Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    private static void createTopic(EmbeddedKafka kafka, String topic) throws Exception {
        try (Admin admin = admin(kafka)) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get(30, SECONDS);
        }
    }

    private static void send(EmbeddedKafka kafka, String topic, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get(30, SECONDS);
        }
    }

    private static List<String> read(EmbeddedKafka kafka, String topic, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset",
                "earliest");
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            Instant deadline = Instant.now().plus(BOUND);
            while (values.size() < count && Instant.now().isBefore(deadline)) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }
}
