package org.sluice.deploy.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.sluice.protocol.Input;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.MalformedEventException;
import org.sluice.schemas.codec.SchemaRegistry;
import org.sluice.schemas.kafka.Inboxes;
import org.sluice.schemas.kafka.Outbox;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.Topics;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

import static org.junit.jupiter.api.Assertions.assertFalse;

/** A real broker; each process has an outbox of its own, as in a JVM of its own. */
final class KafkaTransport implements Transport {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final Duration STEP = Duration.ofMillis(5);
    private static final Duration ENDURED = Duration.ofSeconds(2);

    private final Broker broker;
    private final Servers servers;
    private final EventCodec codec;
    private final Topics topics;
    private final Inboxes inboxes;
    private final Map<Address, Member> processes = new HashMap<>();

    /** A broker that the cases of a test share, and that can be away for a while. */
    interface Broker {
        String bootstrapServers();

        void stop();

        void start();
    }

    private static final class Member {
        final List<Input> arrived = new CopyOnWriteArrayList<>();
        final List<Address> gone = new CopyOnWriteArrayList<>();
        final Outbox outbox;

        Member(Outbox outbox) {
            this.outbox = outbox;
            outbox.onGone(gone::add);
        }
    }

    KafkaTransport(Broker broker) {
        this.broker = broker;
        servers = new Servers(broker.bootstrapServers(), "mock://transport-contract");
        codec = new EventCodec(SchemaRegistry.connect(servers.registryUrl(), Map.of()));
        codec.registerAll();
        topics = Topics.connect(servers, Map.of());
        inboxes = Inboxes.connect(servers, Map.of(), codec);
    }

    @Override
    public void join(Address address) {
        Member process = new Member(Outbox.connect(servers, Map.of(), codec));
        processes.put(address, process);
        create(address, process);
    }

    private void create(Address address, Member process) {
        topics.create(topics(address), Topics.INBOX_RETENTION);
        for (Topic topic : topics(address)) {
            inboxes.open(topic, Inboxes.From.BEGINNING, (event, _, _) -> process.arrived.add(input(event)));
        }
    }

    private static List<Topic> topics(Address address) {
        return switch (address) {
            case PeerId peer -> List.of(new Topic.Inbox(peer));
            case JobId job -> Topic.ofJob(job);
        };
    }

    private static Input input(Event event) {
        return switch (event) {
            case Event.Addressed(Message message) -> new Input.MessageReceived(message);
            case Event.Journaled(RootEvent entry) -> new Input.Journaled(entry);
        };
    }

    private Member process(Address address) {
        return Objects.requireNonNull(processes.get(address));
    }

    @Override
    public void delete(Address address) {
        topics(address).forEach(inboxes::close);
        topics.delete(topics(address));
        until(() -> topics(address).stream().noneMatch(topic -> topics.exists(topic) || topics.list().contains(topic)),
                () -> address + " is not deleted");
    }

    @Override
    public void replace(JobId job) {
        Member root = process(job);
        until(() -> root.outbox.lost(job).isPresent(), () -> "nobody has noticed that the journal is lost");
        create(job, root);
        root.outbox.beginJournal(job);
    }

    @Override
    public void kill(Address address) {
        process(address).outbox.close();
    }

    @Override
    public void send(Address from, Address to, Message message) {
        process(from).outbox.send(to, message);
    }

    @Override
    public void journal(JobId job, RootEvent event) {
        process(job).outbox.journal(job, event);
    }

    @Override
    public List<Input> arrived(Address address) {
        return List.copyOf(process(address).arrived);
    }

    @Override
    public List<Address> gone(Address sender) {
        return List.copyOf(process(sender).gone);
    }

    @Override
    public List<Input> stored(JobId job) {
        List<Input> stored = new ArrayList<>();
        Topic.ofJob(job).forEach(topic -> stored.addAll(stored(topic)));
        return stored;
    }

    private List<Input> stored(Topic topic) {
        List<Input> stored = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> reader = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(servers.topics().of(topic), 0);
            reader.assign(List.of(partition));
            reader.seekToBeginning(List.of(partition));
            long end = reader.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            until(() -> {
                reader.poll(STEP).forEach(record -> stored.add(input(decoded(record))));
                return reader.position(partition) >= end;
            }, () -> "read only " + stored);
        }
        return stored;
    }

    private Event decoded(ConsumerRecord<byte[], byte[]> record) {
        try {
            return codec.decode(record.value());
        } catch (MalformedEventException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void breakDown() {
        broker.stop();
    }

    @Override
    public void endure() {
        assertFalse(processes.values()
                .stream()
                .map(process -> process.outbox.flush(ENDURED))
                .reduce(true, Boolean::logicalAnd), "all is stored, although there is no broker");
    }

    @Override
    public void repair() {
        broker.start();
    }

    @Override
    public void until(BooleanSupplier condition, Supplier<String> what) {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + BOUND + ": " + what.get());
            }
            LockSupport.parkNanos(STEP.toNanos());
        }
    }

    @Override
    public void close() {
        inboxes.close();
        processes.values().forEach(process -> process.outbox.close());
        topics.close();
        codec.close();
    }
}
