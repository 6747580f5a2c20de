package org.sluice.schemas.kafka;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;
import org.sluice.schemas.avro.ResultAck;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.EventCodecTest;
import org.sluice.schemas.codec.EventSchemas;
import org.sluice.schemas.codec.SchemaRegistry;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.codec.TestRegistry;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Topics, inboxes and outbox together on a real broker. */
@Tag("slow")
class KafkaTransportTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Map<String, Object> NO_PROPERTIES = Map.of();

    @TempDir
    static Path data = Path.of("");
    private static EmbeddedBroker broker;
    private static Servers servers;
    private static EventCodec codec;
    private static Topics topics;

    private Inboxes inboxes;
    private Outbox outbox;
    private String test = "";
    private final List<Address> gone = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startBroker() throws Exception {
        broker = EmbeddedBroker.started(data.resolve("kafka"));
        servers = new Servers(broker.bootstrapServers(), "mock://transport-test");
        codec = EventCodecTest.registered("transport-test");
        topics = Topics.connect(servers, NO_PROPERTIES);
    }

    @AfterAll
    static void stopBroker() {
        topics.close();
        broker.close();
    }

    @BeforeEach
    void connect(TestInfo info) {
        test = "t" + Integer.toHexString(info.getTestMethod().orElseThrow().getName().hashCode());
        inboxes = Inboxes.connect(servers, NO_PROPERTIES, codec);
        outbox = Outbox.connect(servers, NO_PROPERTIES, codec);
        outbox.onGone(gone::add);
    }

    @AfterEach
    void disconnect() {
        inboxes.close();
        outbox.close();
    }

    /** What has arrived on one inbox. */
    private static final class Arrived implements Inboxes.Handler {
        final List<Event> events = new CopyOnWriteArrayList<>();
        final List<Instant> times = new CopyOnWriteArrayList<>();
        final List<Long> offsets = new CopyOnWriteArrayList<>();
        final Map<Long, String> skipped = new HashMap<>();

        @Override
        public void received(Event event, Instant storedAt, long offset) {
            times.add(storedAt);
            offsets.add(offset);
            events.add(event);
        }

        @Override
        public void skipped(long offset, String why) {
            skipped.put(offset, why);
        }

        void until(int count) {
            Eventually.until(() -> events.size() >= count, () -> events.size() + " of " + count + " have arrived");
        }

        List<Long> numbers() {
            return events.stream().map(KafkaTransportTest::number).toList();
        }
    }

    private PeerId peer(String name) {
        return new PeerId(test + "-" + name + ".00000000");
    }

    private JobId job(String name) {
        return new JobId(test + "." + name);
    }

    private PeerId created(String name) {
        PeerId peer = peer(name);
        topics.create(new Topic.Inbox(peer), Topics.INBOX_RETENTION);
        return peer;
    }

    private Arrived opened(PeerId peer, Inboxes.From from) {
        return opened(new Topic.Inbox(peer), from);
    }

    private Arrived opened(Topic topic, Inboxes.From from) {
        Arrived arrived = new Arrived();
        inboxes.open(topic, from, arrived);
        return arrived;
    }

    private static Message numbered(long number) {
        return new Message.ResultAck(new PeerId("sender.00000000"), new JobId("anna.job"), number);
    }

    private static long number(Event event) {
        return event instanceof Event.Addressed(Message.ResultAck ack) ? ack.number() : -1;
    }

    private static List<Long> upTo(int count) {
        return LongStream.range(0, count).boxed().toList();
    }

    @Test
    void whatIsSentArrivesInOrderWithItsPlaceAndTime() {
        PeerId peer = created("a");
        Arrived arrived = opened(peer, Inboxes.From.END);
        Instant before = Instant.now().minusMillis(1);
        for (int i = 0; i < 500; i++) {
            outbox.send(peer, numbered(i));
        }
        arrived.until(500);
        assertEquals(upTo(500), arrived.numbers());
        assertEquals(upTo(500), arrived.offsets);
        assertTrue(arrived.times.stream().allMatch(time -> time.isAfter(before)));
        assertTrue(outbox.flush(LONG));
        assertEquals(0, outbox.dropped());
        assertEquals(List.of(), gone);
    }

    @Test
    void aRecordSaysOnItsOutsideWhatItIs() {
        PeerId peer = created("a");
        outbox.send(peer, new Message.Cancel(new JobId("anna.j"), new JobId("anna.j"),
                new CancelScope.WholeSubjob(new Edge(new SubjobId("s"), 1)), CancelReason.SUPERSEDED));
        outbox.send(peer, new Message.WorkWanted(new PeerId("w.00000000"), new PeerId("w.00000000"), 1, 2, 3));
        assertTrue(outbox.flush(LONG));
        List<ConsumerRecord<byte[], byte[]>> records = raw(peer, 2);
        assertEquals(Map.of("type", "Cancel", "job", "anna.j", "subjob", "s", "sender", "sluice.root.anna.j"),
                headers(records.getFirst()));
        assertEquals("anna.j", new String(records.getFirst().key(), StandardCharsets.UTF_8));
        assertEquals(Map.of("type", "WorkWanted", "sender", "sluice.inbox.w.00000000"), headers(records.getLast()));
        assertNull(records.getLast().key());
    }

    private static List<ConsumerRecord<byte[], byte[]>> raw(Address address, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(TopicNames.DEFAULT.of(address), 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Eventually.until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
            }, () -> records.size() + " records");
        }
        return records;
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    /** Such as an Error of whoever takes an event: nothing arrives any more, for anybody, so somebody must hear of it. */
    @Test
    void theReadingThreadDoesNotDieInSilence() throws Exception {
        CompletableFuture<Thread> died = new CompletableFuture<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, _) -> died.complete(thread));
        try {
            PeerId peer = created("a");
            inboxes.open(new Topic.Inbox(peer), Inboxes.From.BEGINNING, (_, _, _) -> {
                throw new StackOverflowError("of a handler");
            });
            outbox.send(peer, numbered(0));
            assertInstanceOf(VitalThread.class, died.get(60, TimeUnit.SECONDS));
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    @Test
    void readingBeginsWhereItIsAsked() {
        PeerId peer = created("a");
        outbox.send(peer, numbered(0));
        assertTrue(outbox.flush(LONG));
        Arrived end = opened(peer, Inboxes.From.END);
        outbox.send(peer, numbered(1));
        end.until(1);
        assertEquals(List.of(1L), end.numbers());
        inboxes.close(new Topic.Inbox(peer));
        Arrived beginning = opened(peer, Inboxes.From.BEGINNING);
        beginning.until(2);
        assertEquals(List.of(0L, 1L), beginning.numbers());
    }

    @Test
    void manyInboxesAreReadTogetherAndEachGetsItsOwn() {
        int count = 100;
        List<PeerId> peers = IntStream.range(0, count).mapToObj(i -> created("p" + i)).toList();
        List<Arrived> arrived = peers.stream().map(peer -> opened(peer, Inboxes.From.END)).toList();
        for (int round = 0; round < 10; round++) {
            for (PeerId peer : peers) {
                outbox.send(peer, numbered(round));
            }
        }
        for (Arrived each : arrived) {
            each.until(10);
            assertEquals(upTo(10), each.numbers());
        }
    }

    @Test
    void aClosedInboxIsSilentAndTheOthersGoOn() {
        PeerId closed = created("closed");
        PeerId open = created("open");
        Arrived silent = opened(closed, Inboxes.From.END);
        Arrived other = opened(open, Inboxes.From.END);
        assertThrows(IllegalStateException.class, () -> opened(open, Inboxes.From.END));
        inboxes.close(new Topic.Inbox(closed));
        outbox.send(closed, numbered(1));
        assertTrue(outbox.flush(LONG));
        outbox.send(open, numbered(2));
        other.until(1);
        assertEquals(List.of(), silent.numbers());
    }

    @Test
    void aHandlerThatFailsOrClosesItsInboxDoesNotStopTheOthers() {
        PeerId failing = created("failing");
        PeerId other = created("other");
        List<Long> offsets = new CopyOnWriteArrayList<>();
        inboxes.open(new Topic.Inbox(failing), Inboxes.From.END, (event, storedAt, offset) -> {
            offsets.add(offset);
            inboxes.close(new Topic.Inbox(failing));
        });
        Arrived arrived = opened(other, Inboxes.From.END);
        outbox.send(failing, numbered(0));
        outbox.send(failing, numbered(1));
        assertTrue(outbox.flush(LONG));
        Eventually.until(() -> offsets.size() == 1, () -> "nothing has arrived");
        outbox.send(other, numbered(0));
        arrived.until(1);
        assertEquals(List.of(0L), offsets);
    }

    @Test
    void aJournalEntryIsStoredBeforeWhatFollowsIt() {
        JobId job = job("j");
        topics.create(new Topic.Journal(job), Duration.ofDays(1));
        List<PeerId> peers = IntStream.range(0, 5).mapToObj(i -> created("p" + i)).toList();
        Arrived journal = opened(new Topic.Journal(job), Inboxes.From.BEGINNING);
        List<Arrived> arrived = peers.stream().map(peer -> opened(peer, Inboxes.From.END)).toList();
        for (int i = 0; i < 100; i++) {
            PeerId peer = peers.get(i % 5);
            outbox.journal(job, new RootEvent.Assigned(job, i,
                    new Holding(new SubjobId("s" + i), 0, RangeSet.of(i, i + 1)), peer));
            outbox.send(peer, new Message.ResultAck(job, job, i));
        }
        journal.until(100);
        for (int i = 0; i < 100; i++) {
            Event entry = journal.events.get(i);
            assertTrue(entry instanceof Event.Journaled(RootEvent.Assigned assigned) && assigned.rootEpoch() == i,
                    "" + i);
        }
        for (int p = 0; p < 5; p++) {
            arrived.get(p).until(20);
            for (int i = 0; i < 20; i++) {
                int number = 5 * i + p;
                assertEquals(number, number(arrived.get(p).events.get(i)));
                assertFalse(arrived.get(p).times.get(i).isBefore(journal.times.get(number)), "message " + number);
            }
        }
    }

    @Test
    void destinationsThatDoNotExistAreGoneAndDelayNobody() {
        PeerId alive = created("alive");
        Arrived arrived = opened(alive, Inboxes.From.END);
        Set<Address> missing = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            PeerId peer = peer("missing" + i);
            missing.add(peer);
            outbox.send(peer, numbered(i));
            outbox.send(peer, numbered(i));
            outbox.send(alive, numbered(i));
        }
        arrived.until(20);
        assertEquals(upTo(20), arrived.numbers());
        Eventually.until(() -> gone.size() == 20, () -> "gone " + gone);
        assertEquals(missing, Set.copyOf(gone));
        assertTrue(outbox.flush(LONG));
        assertEquals(40, outbox.dropped());
    }

    @Test
    void aDestinationThatVanishesIsGoneAndDelaysNobody() {
        PeerId leaver = created("leaver");
        PeerId alive = created("alive");
        Arrived arrived = opened(alive, Inboxes.From.END);
        outbox.send(leaver, numbered(0));
        assertTrue(outbox.flush(LONG));
        topics.delete(new Topic.Inbox(leaver));
        Eventually.until(() -> !topics.exists(new Topic.Inbox(leaver)), () -> "not deleted");
        outbox.send(leaver, numbered(1));
        outbox.send(alive, numbered(0));
        arrived.until(1);
        Eventually.until(() -> gone.equals(List.of(leaver)), () -> "gone " + gone);
    }

    @Test
    void whatIsNoEventIsSkippedAndCounted() {
        PeerId peer = created("a");
        Arrived arrived = opened(peer, Inboxes.From.END);
        outbox.send(peer, numbered(0));
        assertTrue(outbox.flush(LONG));
        write(peer, new byte[][]{{}, {1, 2, 3, 4, 5, 6}, {0, 0, 0, 0, 99, 1}, null, new byte[600_000]});
        outbox.send(peer, numbered(1));
        arrived.until(2);
        assertEquals(List.of(0L, 1L), arrived.numbers());
        assertEquals(List.of(0L, 6L), arrived.offsets);
        assertEquals(Map.of(1L, "0 bytes are too few for an event", 2L, "the first byte is 1 and not 0", 3L,
                "the registry has no schema 99", 4L, "the record has no value", 5L,
                "600000 bytes are more than an event may have"), arrived.skipped);
        assertEquals(5, inboxes.skipped());
    }

    @Test
    void whatTheDiskHasChangedIsSkippedAndCountedAndDelaysNobody() throws IOException {
        PeerId harmed = created("harmed");
        PeerId other = created("other");
        for (int i = 0; i < 4; i++) {
            outbox.send(harmed, numbered(i));
            // One at a time, for a broken batch takes all that is in it along.
            assertTrue(outbox.flush(LONG));
        }
        changeLastByteOfRecord(harmed, 1);
        changeLastByteOfRecord(harmed, 2);
        Arrived arrived = opened(harmed, Inboxes.From.BEGINNING);
        Arrived unharmed = opened(other, Inboxes.From.END);
        outbox.send(other, numbered(0));

        arrived.until(2);
        unharmed.until(1);

        assertEquals(List.of(0L, 3L), arrived.numbers());
        assertEquals(List.of(0L, 3L), arrived.offsets);
        assertEquals(Set.of(1L, 2L), arrived.skipped.keySet());
        assertEquals(2, inboxes.skipped());
        assertEquals(Map.of(), unharmed.skipped);
    }

    /** The schema of one of its records is another version's, which only the registry knows. */
    @Test
    void anInboxWaitsForTheRegistryAndTheOthersGoOn() {
        PeerId held = created("held");
        PeerId other = created("other");
        try (TestRegistry registry = new TestRegistry();
                EventCodec known = codec(registry);
                Inboxes reader = Inboxes.connect(servers, NO_PROPERTIES, known);
                Outbox writer = Outbox.connect(servers, NO_PROPERTIES, known)) {
            int elsewhere = registry.register(EventSchemas.json(ResultAck.getClassSchema()) + " ");
            for (int i = 0; i < 4; i++) {
                byte[] value = known.encode(new Event.Addressed(numbered(i)));
                if (i == 1 || i == 2) {
                    ByteBuffer.wrap(value).putInt(1, elsewhere);
                }
                write(held, value);
            }
            registry.keepWaiting();
            Arrived waiting = new Arrived();
            Arrived arrived = new Arrived();
            reader.open(new Topic.Inbox(held), Inboxes.From.BEGINNING, waiting);
            reader.open(new Topic.Inbox(other), Inboxes.From.BEGINNING, arrived);
            waiting.until(1);
            for (int i = 0; i < 5; i++) {
                writer.send(other, numbered(i));
                arrived.until(i + 1);
            }
            assertEquals(List.of(0L), waiting.numbers());
            registry.answer();
            waiting.until(4);
            assertEquals(upTo(4), waiting.numbers());
            assertEquals(upTo(4), waiting.offsets);
            assertEquals(Map.of(), waiting.skipped);
        }
    }

    private static void write(Address to, byte[]... values) {
        try (KafkaProducer<byte[], byte[]> stranger = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers.bootstrapServers()), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (byte[] value : values) {
                var _ = stranger.send(new ProducerRecord<>(TopicNames.DEFAULT.of(to), value));
            }
            stranger.flush();
        }
    }

    private static EventCodec codec(TestRegistry registry) {
        EventCodec joined = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()));
        joined.registerAll();
        return joined;
    }

    /** In the file in which the broker keeps them: a batch of one record each, 12 bytes before what its length counts. */
    private static void changeLastByteOfRecord(Address address, int number) throws IOException {
        Path log = data.resolve("kafka")
                .resolve(TopicNames.DEFAULT.of(address) + "-0")
                .resolve("00000000000000000000.log");
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
            long end = 0;
            for (int i = 0; i <= number; i++) {
                file.seek(end + 8);
                end += 12 + file.readInt();
            }
            file.seek(end - 1);
            int last = file.read();
            file.seek(end - 1);
            file.write(last ^ 1);
        }
    }

    @Test
    void aBrokerThatComesBackGoesOnWhereItStopped() {
        PeerId peer = created("a");
        PeerId fresh = created("fresh");
        JobId job = job("j");
        topics.create(new Topic.Journal(job), Duration.ofDays(1));
        Arrived arrived = opened(peer, Inboxes.From.END);
        Arrived other = opened(fresh, Inboxes.From.END);
        Arrived journal = opened(new Topic.Journal(job), Inboxes.From.END);
        outbox.send(peer, numbered(0));
        arrived.until(1);

        broker.stop();
        outbox.send(peer, numbered(1));
        outbox.send(fresh, numbered(0));
        outbox.journal(job, new RootEvent.CancelRequested(job, 1));
        assertFalse(outbox.flush(Duration.ofSeconds(2)), "nothing can be stored");
        outbox.send(peer, numbered(2));
        broker.start();

        outbox.send(peer, numbered(3));
        Eventually.until(() -> arrived.numbers().contains(3L) && other.numbers().contains(0L), () -> "arrived "
                + arrived.numbers() + " and " + other.numbers());
        assertTrue(outbox.flush(LONG));
        journal.until(1);
        Eventually.until(() -> Set.copyOf(arrived.numbers()).equals(Set.of(0L, 1L, 2L, 3L)),
                () -> "arrived " + arrived.numbers());
        assertEquals(0, outbox.dropped());
        assertEquals(List.of(), gone);
    }

    @Test
    void topicsAreCreatedListedAndDeleted() {
        Topic inbox = new Topic.Inbox(peer("a"));
        Topic journal = new Topic.Journal(job("a"));
        Topic root = new Topic.RootInbox(job("a"));
        assertFalse(topics.exists(inbox));
        assertEquals(Set.of(inbox), topics.create(List.of(inbox), Topics.INBOX_RETENTION));
        topics.create(journal, Duration.ofDays(7));
        assertFalse(topics.exist(Topic.ofJob(job("a"))), "there is no inbox of its root");
        assertEquals(Set.of(root), topics.create(Topic.ofJob(job("a")), Duration.ofDays(7)));
        assertEquals(Set.of(), topics.create(List.of(inbox), Topics.INBOX_RETENTION));
        assertTrue(topics.exist(List.of(inbox, journal, root)));
        assertTrue(topics.list().containsAll(List.of(inbox, journal, root)));
        topics.delete(List.of(inbox, new Topic.Inbox(peer("never"))));
        Eventually.until(() -> !topics.exists(inbox) && !topics.list().contains(inbox), () -> "not deleted");
        assertTrue(topics.exist(Topic.ofJob(job("a"))));
    }

    @Test
    void aTopicSaysItselfHowLongAndHowMuchItKeeps() throws Exception {
        topics.create(Topic.ofJob(job("a")), Duration.ofDays(3));
        created("a");

        assertEquals(List.of("86400000", "67108864"), kept(new Topic.Inbox(peer("a"))));
        assertEquals(List.of("259200000", "-1"), kept(new Topic.Journal(job("a"))));
        assertEquals(List.of("259200000", "1073741824"), kept(new Topic.RootInbox(job("a"))));
    }

    private static List<String> kept(Topic topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, TopicNames.DEFAULT.of(topic));
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers.bootstrapServers()))) {
            Config config = Objects.requireNonNull(admin.describeConfigs(List.of(resource)).all().get().get(resource));
            return Stream.of(TopicConfig.RETENTION_MS_CONFIG, TopicConfig.RETENTION_BYTES_CONFIG)
                    .map(config::get)
                    .map(ConfigEntry::value)
                    .toList();
        }
    }

    @Test
    void anInboxWithoutATopicIsRefused() {
        ServersUnavailableException e = assertThrows(ServersUnavailableException.class,
                () -> opened(peer("nobody"), Inboxes.From.END));
        assertEquals("the topic sluice.inbox." + test + "-nobody.00000000 does not exist", e.getMessage());
    }

    @Test
    void brokersThatDoNotAnswerAreSaidInOneLine() {
        Servers nobody = new Servers("127.0.0.1:1", "mock://transport-test");
        try (Topics unreachable = new Topics(nobody,
                KafkaClients.admin(nobody, NO_PROPERTIES, Duration.ofMillis(300)))) {
            ServersUnavailableException e = assertThrows(ServersUnavailableException.class, unreachable::list);
            assertEquals("Kafka at 127.0.0.1:1 does not answer: list the topics", e.getMessage());
        }
        ServersUnavailableException e = assertThrows(ServersUnavailableException.class,
                () -> Topics.connect(new Servers("does-not-exist.invalid:9092", "mock://x"), NO_PROPERTIES));
        assertTrue(String.valueOf(e.getMessage()).startsWith("Kafka at does-not-exist.invalid:9092 cannot be used"),
                e.getMessage());
    }
}
