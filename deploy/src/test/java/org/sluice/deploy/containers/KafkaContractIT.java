package org.sluice.deploy.containers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.SchemaRegistry;
import org.sluice.schemas.kafka.Inboxes;
import org.sluice.schemas.kafka.Outbox;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.Topics;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.Network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the peers rely on in Kafka, against a broker on another machine: Sluice's own, or any image of Kafka. */
@ExtendWith(NeedsContainers.class)
class KafkaContractIT {
    private static final int KAFKA_PORT = 9092;
    private static final Duration FLUSHING = Duration.ofSeconds(30);
    private static final int REACH_MILLIS = 5_000;

    private static final Network NETWORK = Network.newNetwork();
    private static @Nullable SluiceContainer container;
    private static Servers servers = new Servers("none:0", "mock://kafka-contract");

    private final List<Long> arrived = new CopyOnWriteArrayList<>();
    private final List<Address> gone = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void startBroker() throws Exception {
        Optional<String> genuine = Images.setting(Images.KAFKA_SETTING);
        String bootstrap = genuine.isPresent() ? startGenuine(genuine.get()) : startOwn();
        servers = new Servers(bootstrap, servers.registryUrl());
    }

    @AfterAll
    static void stopBroker() {
        if (container != null) {
            container.stop();
        }
        NETWORK.close();
    }

    /** On a port that is the same inside and outside, as a broker tells its clients one address only. */
    private static String startGenuine(String image) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String controller = "CONTROLLER://localhost:9093";
        SluiceContainer broker = SluiceContainer.ofImage(image, NETWORK, "kafka", Map.ofEntries(
                Map.entry("KAFKA_NODE_ID", "1"), Map.entry("KAFKA_PROCESS_ROLES", "broker,controller"),
                Map.entry("KAFKA_LISTENERS", "PLAINTEXT://:" + KAFKA_PORT + "," + controller),
                Map.entry("KAFKA_CONTROLLER_LISTENER_NAMES", "CONTROLLER"),
                Map.entry("KAFKA_CONTROLLER_QUORUM_VOTERS", "1@localhost:9093"),
                Map.entry("KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR", "1"),
                Map.entry("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false"))).withExposedPorts(KAFKA_PORT);
        String address = broker.getHost() + ":" + port;
        broker.withEnv("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://" + address);
        broker.setPortBindings(List.of(port + ":" + KAFKA_PORT));
        container = broker;
        broker.start();
        broker.awaitOutput("Kafka Server started");
        return address;
    }

    private static String startOwn() throws Exception {
        SluiceContainer broker = SluiceContainer.of(NETWORK, "kafka", List.of("up", "--host", "0.0.0.0", "--port",
                "2181", "--data", "/data"));
        container = broker;
        broker.start();
        String address = broker.awaitOutput("Kafka +(\\S+)").group(1);
        String[] parts = address.split(":");
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])), REACH_MILLIS);
        } catch (IOException e) {
            broker.stop();
            throw NeedsContainers.skip(KafkaContractIT.class.getSimpleName(),
                    "containers' own addresses are not reached from here; -D" + Images.KAFKA_SETTING + " needs none");
        }
        return address;
    }

    private static EventCodec codec() {
        EventCodec codec = new EventCodec(SchemaRegistry.connect(servers.registryUrl(), Map.of()));
        codec.registerAll();
        return codec;
    }

    private void note(Event event, Instant storedAt, long offset) {
        if (event instanceof Event.Addressed(Message.ResultAck ack)) {
            assertTrue(storedAt.isAfter(Instant.EPOCH) && offset >= 0);
            arrived.add(ack.number());
        }
    }

    @Test
    void topicsComeAndGo() throws Exception {
        Topic topic = new Topic.Inbox(new PeerId("comes-and-goes.00000000"));
        try (Topics topics = Topics.connect(servers, Map.of())) {
            assertFalse(topics.exists(topic));
            topics.create(topic, Topics.INBOX_RETENTION);
            assertTrue(topics.exists(topic));
            assertTrue(topics.list().contains(topic));
            topics.delete(topic);
            Await.that("the topic is deleted", () -> !topics.exists(topic) && !topics.list().contains(topic));
        }
    }

    @Test
    void messagesArriveInOrderFromWhereItIsAsked() throws Exception {
        PeerId peer = new PeerId("in-order.00000000");
        EventCodec codec = codec();
        try (Topics topics = Topics.connect(servers, Map.of());
                Inboxes inboxes = Inboxes.connect(servers, Map.of(), codec);
                Outbox outbox = Outbox.connect(servers, Map.of(), codec)) {
            topics.create(new Topic.Inbox(peer), Topics.INBOX_RETENTION);
            outbox.send(peer, new Message.ResultAck(peer, new JobId("anna.job"), 1_000));
            assertTrue(outbox.flush(FLUSHING));
            inboxes.open(new Topic.Inbox(peer), Inboxes.From.END, this::note);
            for (int i = 0; i < 500; i++) {
                outbox.send(peer, new Message.ResultAck(peer, new JobId("anna.job"), i));
            }
            Await.that("all arrive", () -> arrived.size() >= 500);
            assertEquals(LongStream.range(0, 500).boxed().toList(), arrived);
        } finally {
            codec.close();
        }
    }

    @Test
    void whatIsNotThereIsGoneAndDelaysNobody() throws Exception {
        PeerId there = new PeerId("there.00000000");
        PeerId missing = new PeerId("missing.00000000");
        JobId job = new JobId("anna.journal");
        EventCodec codec = codec();
        try (Topics topics = Topics.connect(servers, Map.of());
                Inboxes inboxes = Inboxes.connect(servers, Map.of(), codec);
                Outbox outbox = Outbox.connect(servers, Map.of(), codec)) {
            topics.create(new Topic.Inbox(there), Topics.INBOX_RETENTION);
            topics.create(new Topic.Journal(job), Duration.ofDays(1));
            inboxes.open(new Topic.Inbox(there), Inboxes.From.END, this::note);
            outbox.onGone(gone::add);
            outbox.send(missing, new Message.ResultAck(there, job, 1));
            outbox.journal(job, new RootEvent.CancelRequested(job, 1));
            outbox.send(there, new Message.ResultAck(there, job, 2));
            Await.that("the other one arrives", () -> arrived.equals(List.of(2L)));
            Await.that("the missing one is reported", () -> gone.equals(List.of(missing)));
            List<Event> journal = new CopyOnWriteArrayList<>();
            inboxes.open(new Topic.Journal(job), Inboxes.From.BEGINNING, (event, _, _) -> journal.add(event));
            Await.that("the journal is kept", () -> journal
                    .equals(List.of(new Event.Journaled(new RootEvent.CancelRequested(job, 1)))));
        } finally {
            codec.close();
        }
    }
}
