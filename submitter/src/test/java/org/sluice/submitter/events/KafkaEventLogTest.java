package org.sluice.submitter.events;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.console.StoredEvent;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.events.EventLog.From;
import org.sluice.submitter.events.EventLog.Topics;
import org.sluice.submitter.events.EventLog.Until;
import org.sluice.submitter.request.UsageException;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class KafkaEventLogTest {
    private static final String OAK = "sluice.inbox.oak.00000000";
    private static final String ELM = "sluice.inbox.elm.00000000";
    private static final String JOB = "sluice.job.anna.j1";

    private final Set<String> forbidden = new HashSet<>();
    private Runnable afterListing = () -> {};
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized List<PartitionInfo> partitionsFor(String topic) {
            if (forbidden.contains(topic)) {
                throw new TopicAuthorizationException(Set.of(topic));
            }
            return super.partitionsFor(topic);
        }

        @Override
        public synchronized Map<String, List<PartitionInfo>> listTopics() {
            Map<String, List<PartitionInfo>> listed = Map.copyOf(super.listTopics());
            afterListing.run();
            return listed;
        }
    };
    private final KafkaEventLog log = new KafkaEventLog(consumer, KafkaEventLogTest::decode,
            new Servers("kafka:9", "http://registry:1"), () -> {});
    private final List<String> read = new ArrayList<>();
    private final Map<String, Integer> ends = new HashMap<>();

    @AfterEach
    void close() {
        log.close();
        assertTrue(consumer.closed());
    }

    @Test
    void readsAllOfSluicesTopicsInOrderOfTime() throws Exception {
        topic(OAK, 2);
        topic(ELM, 2);
        topic(JOB, 1);
        topic("somebody-elses", 5);
        consumer.schedulePollTask(() -> {
            record(OAK, 0, 10, "a");
            record(OAK, 1, 40, "d");
        });
        consumer.schedulePollTask(() -> {
            record(ELM, 0, 20, "b");
            record(ELM, 1, 30, "c");
        });
        consumer.schedulePollTask(() -> record(JOB, 0, 35, "x"));

        log.read(new Topics.All(), From.BEGINNING, Until.CAUGHT_UP, this::take);

        assertEquals(List.of("oak@0 a", "elm@0 b", "elm@1 c", "j1@0 x", "oak@1 d"), read);
    }

    @Test
    void endsAtOnceWhereNothingIsStored() throws Exception {
        topic(OAK, 0);

        log.read(new Topics.All(), From.BEGINNING, Until.CAUGHT_UP, this::take);

        assertEquals(List.of(), read);
    }

    @Test
    void readsOneTopicUpToWhereItEndedAtTheStart() throws Exception {
        topic(OAK, 1);
        topic(ELM, 3);
        consumer.schedulePollTask(() -> record(OAK, 0, 10, "a"));
        consumer.schedulePollTask(() -> record(OAK, 1, 11, "late"));

        log.read(new Topics.One(OAK), From.BEGINNING, Until.CAUGHT_UP, this::take);

        assertEquals(List.of("oak@0 a"), read);
    }

    @Test
    void tellsOfRecordsThatAreNoEvents() throws Exception {
        topic(OAK, 2);
        consumer.schedulePollTask(() -> {
            consumer.addRecord(consumerRecord(OAK, 0, 10, null));
            record(OAK, 1, 11, "a");
        });

        log.read(new Topics.All(), From.BEGINNING, Until.CAUGHT_UP, this::take);

        assertEquals(List.of("oak@0 malformed: it has no value", "oak@1 a"), read);
    }

    @Test
    void followsWhatIsStoredFromNowOn() throws Exception {
        topic(OAK, 2);
        consumer.schedulePollTask(() -> record(OAK, 2, 10, "new"));
        consumer.schedulePollTask(() -> Thread.currentThread().interrupt());

        assertThrows(InterruptedException.class,
                () -> log.read(new Topics.All(), From.NOW, Until.INTERRUPTED, this::take));

        assertEquals(List.of("oak@2 new"), read);
    }

    @Test
    void refusesATopicThatDoesNotExist() {
        topic(OAK, 1);

        assertEquals("there is no topic " + ELM + "; it was never created, or its peer has left or its job has expired",
                assertThrows(UsageException.class,
                        () -> log.read(new Topics.One(ELM), From.BEGINNING, Until.CAUGHT_UP, this::take)).getMessage());
    }

    /** Kafka does not list what one may not see. */
    @Test
    void aTopicThatMustNotBeReadIsNotSaidToBeMissing() {
        forbidden.add(OAK);
        forbidden.add("sluice.inbox.nobody.00000000");
        for (Topics topics : List.of(new Topics.One(OAK), new Topics.All(),
                new Topics.Some(List.of(new Topic.Inbox(new PeerId("oak.00000000")))))) {
            assertEquals("Kafka at kafka:9 does not permit: read the topics: Not authorized to access topics: ["
                    + (topics instanceof Topics.All ? "sluice.inbox.nobody.00000000" : OAK)
                    + "]; see --kafka-properties",
                    assertThrows(AccessRefusedException.class,
                            () -> log.read(topics, From.BEGINNING, Until.CAUGHT_UP, this::take)).getMessage());
        }
    }

    @Test
    void waitsForTheFirstTopicOfAll() throws Exception {
        consumer.schedulePollTask(() -> record(OAK, 0, 10, "a"));
        consumer.schedulePollTask(() -> Thread.currentThread().interrupt());
        afterListing = () -> topic(OAK, 0);

        assertThrows(InterruptedException.class,
                () -> log.read(new Topics.All(), From.BEGINNING, Until.INTERRUPTED, this::take));

        assertEquals(List.of("oak@0 a"), read);
    }

    @Test
    void saysWhereKafkaDoesNotAnswer() {
        topic(OAK, 1);
        consumer.setPollException(new TimeoutException("expired before the position could be determined"));

        assertEquals("Kafka at kafka:9 does not answer; is the network running, and reachable from here?",
                assertThrows(KafkaException.class,
                        () -> log.read(new Topics.All(), From.BEGINNING, Until.CAUGHT_UP, this::take)).getMessage());
    }

    private void topic(String name, int records) {
        TopicPartition partition = new TopicPartition(name, 0);
        ends.put(name, records);
        Node node = new Node(0, "kafka", 9);
        consumer.updatePartitions(name,
                List.of(new PartitionInfo(name, 0, node, new Node[]{node}, new Node[]{node})));
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        consumer.updateEndOffsets(Map.of(partition, (long) records));
    }

    private void record(String topic, long offset, long time, String word) {
        consumer.addRecord(consumerRecord(topic, offset, time, word.getBytes(StandardCharsets.UTF_8)));
    }

    @SuppressWarnings("NullAway") // Kafka's classes do not say that key and value may be missing.
    private static ConsumerRecord<byte[], byte[]> consumerRecord(String topic, long offset, long time,
            byte @Nullable [] value) {
        return new ConsumerRecord<>(topic, 0, offset, time, TimestampType.CREATE_TIME, 0, 0, null, value,
                new RecordHeaders(), Optional.empty());
    }

    /** The word in the bytes becomes the job of an acknowledgement. */
    private static Event decode(byte[] bytes) {
        return new Event.Addressed(new Message.ResultAck(new PeerId("ash.00000000"),
                new JobId("anna." + new String(bytes, StandardCharsets.UTF_8)), 1));
    }

    private void take(StoredRecord record) {
        read.add(switch (record) {
            case StoredRecord.Understood(StoredEvent stored) -> place(stored.topic(), stored.offset())
                    + switch (stored.event()) {
                        case Event.Addressed(Message.ResultAck ack) -> ack.job().name();
                        case Event other -> other.toString();
                    };
            case StoredRecord.Malformed malformed -> place(malformed.topic(), malformed.offset()) + "malformed: "
                    + malformed.why();
        });
    }

    private static String place(String topic, long offset) {
        return topic.replaceFirst("sluice\\.(inbox|job\\.anna)\\.([a-z0-9]+).*", "$2") + "@" + offset + " ";
    }
}
