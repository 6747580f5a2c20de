package org.sluice.submitter.events;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.MalformedEventException;
import org.sluice.schemas.console.StoredEvent;
import org.sluice.schemas.kafka.KafkaClients;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.schemas.kafka.UnreadableRecords;
import org.sluice.submitter.request.UsageException;
import org.sluice.worker.runtime.ClientProperties;

import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The topics as Kafka keeps them, read with a consumer of its own that belongs to no group.
 *
 * <p>Kafka delivers topic after topic. So that a conversation between peers reads as one, what was stored before the call
 * is put in order of its time: a record is handed over once every topic that is still behind has a later one waiting. What
 * is stored after the call is handed over as it comes.
 */
public final class KafkaEventLog implements EventLog {
    private static final Duration POLL = Duration.ofMillis(200);
    /** How often to look for topics that are new. */
    private static final Duration DISCOVERY = Duration.ofSeconds(2);
    private static final int PATIENCE_MILLIS = 10_000;

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Decoder decoder;
    private final Servers servers;
    private final TopicNames names;
    private final AutoCloseable afterwards;

    KafkaEventLog(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer, Decoder decoder,
            Servers servers, AutoCloseable afterwards) {
        this.consumer = consumer;
        this.decoder = decoder;
        this.servers = servers;
        this.names = servers.topics();
        this.afterwards = afterwards;
    }

    /**
     * Reads from a network's servers.
     *
     * @param properties what its clients are told besides
     */
    public static KafkaEventLog connect(Servers servers, ClientProperties properties) {
        try (ResourceStack opening = new ResourceStack()) {
            EventCodec codec = opening.add(EventCodec.connect(servers.registryUrl(), properties.forRegistry()));
            KafkaEventLog log = new KafkaEventLog(
                    KafkaClients.consumer(servers, properties.forKafka(),
                            Map.of(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS)),
                    codec::decode, servers, codec);
            var _ = opening.keep();
            return log;
        }
    }

    /** Makes events of records' values. */
    @FunctionalInterface
    interface Decoder {
        /** The event in the bytes. */
        org.sluice.schemas.codec.Event decode(byte[] bytes) throws MalformedEventException;
    }

    @Override
    public void read(Topics topics, From from, Until until, Consumer<StoredRecord> records)
            throws InterruptedException {
        try {
            new Reading(topics, records).run(from, until);
        } catch (InterruptException e) {
            throw (InterruptedException) new InterruptedException("reading was interrupted").initCause(e);
        } catch (TimeoutException e) {
            throw new KafkaException(
                    "Kafka at " + servers.bootstrapServers()
                            + " does not answer; is the network running, and reachable from here?",
                    e);
        } catch (KafkaException e) {
            throw KafkaClients.refused(servers, "read the topics", e);
        }
    }

    @Override
    public void close() {
        consumer.close();
        try {
            afterwards.close();
        } catch (Exception e) {
            throw new IllegalStateException("closing the codec failed", e);
        }
    }

    /** One call of {@link #read}. */
    private final class Reading implements UnreadableRecords.Taker {
        private final Topics topics;
        private final Consumer<StoredRecord> records;
        /** Partitions that are not yet read up to where they ended at the call, and that end. */
        private final Map<TopicPartition, Long> behind = new HashMap<>();
        /** When the last record of each that could be read was stored, by the broker's clock. */
        private final Map<TopicPartition, Long> lastTimes = new HashMap<>();
        private final TimeOrder<TopicPartition, ConsumerRecord<byte[], byte[]>> order = new TimeOrder<>(
                ConsumerRecord::timestamp);

        Reading(Topics topics, Consumer<StoredRecord> records) {
            this.topics = topics;
            this.records = records;
        }

        void run(From from, Until until) throws InterruptedException {
            Set<TopicPartition> partitions = existing();
            if (partitions.isEmpty()) {
                wanted().ifPresent(names -> {
                    throw new UsageException("there is no topic " + String.join(" or ", names)
                            + "; it was never created, or its peer has left or its job has expired");
                });
                // Kafka lists only topics that this process may see. This fails if it may not see those of the network.
                var _ = exists(names.absent());
            }
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            switch (from) {
                case NOW -> ends.forEach(consumer::seek);
                case BEGINNING -> consumer.beginningOffsets(partitions).forEach((partition, beginning) -> {
                    consumer.seek(partition, beginning);
                    long end = ends.getOrDefault(partition, beginning);
                    if (beginning < end) {
                        behind.put(partition, end);
                        order.expect(partition);
                    }
                });
            }
            long looked = System.nanoTime();
            while (until == Until.INTERRUPTED || !behind.isEmpty()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("reading was interrupted");
                }
                poll();
                if (System.nanoTime() - looked > DISCOVERY.toNanos()) {
                    assign(existing(), until);
                    looked = System.nanoTime();
                }
            }
        }

        private void poll() throws InterruptedException {
            if (consumer.assignment().isEmpty()) {
                Thread.sleep(POLL); // Kafka's consumer does not poll without an assignment.
                return;
            }
            try {
                consumer.poll(POLL).forEach(this::read);
            } catch (KafkaException e) {
                if (!UnreadableRecords.mayHaveCaused(e) || !UnreadableRecords.skip(consumer, this)) {
                    throw e;
                }
            }
            // Positions, not records, tell what is read: a record that was deleted has an offset too.
            behind.entrySet().removeIf(partition -> {
                boolean reached = consumer.position(partition.getKey()) >= partition.getValue();
                if (reached) {
                    order.expectNoMore(partition.getKey());
                }
                return reached;
            });
            order.drain(record -> records.accept(stored(record)));
            consumer.resume(consumer.paused());
            Set<TopicPartition> full = order.full();
            full.retainAll(consumer.assignment());
            consumer.pause(full);
        }

        @Override
        public void read(ConsumerRecord<byte[], byte[]> unharmed) {
            TopicPartition partition = new TopicPartition(unharmed.topic(), unharmed.partition());
            lastTimes.put(partition, unharmed.timestamp());
            order.add(partition, unharmed);
        }

        /** Nobody knows when it was stored, but that it was after the one before it; so it is told of at once. */
        @Override
        public void skipped(TopicPartition partition, long offset, String why) {
            records.accept(new StoredRecord.Malformed(partition.topic(), offset,
                    Instant.ofEpochMilli(lastTimes.getOrDefault(partition, 0L)), why));
        }

        /** The names of the topics that are wanted, if not all are. */
        private Optional<List<String>> wanted() {
            return switch (topics) {
                case Topics.All _ -> Optional.empty();
                case Topics.Some(List<Topic> some) -> Optional.of(some.stream().map(names::of).toList());
                case Topics.One(String name) -> Optional.of(List.of(name));
            };
        }

        private Set<TopicPartition> existing() {
            return wanted().map(some -> some.stream().filter(this::exists))
                    .orElseGet(() -> consumer.listTopics()
                            .keySet()
                            .stream()
                            .filter(name -> names.topic(name).isPresent()))
                    // Sluice's topics have one partition.
                    .map(topic -> new TopicPartition(topic, 0))
                    .collect(Collectors.toCollection(HashSet::new));
        }

        /** Whether a topic exists; fails if this process may not see it. */
        private boolean exists(String name) {
            try {
                List<PartitionInfo> partitions = consumer.partitionsFor(name);
                return partitions != null && !partitions.isEmpty();
            } catch (InvalidTopicException e) {
                return false;
            }
        }

        /** Gives up the topics that are gone, lest they are waited for, and takes up the new ones of a growing network. */
        private void assign(Set<TopicPartition> existing, Until until) {
            Set<TopicPartition> gone = new HashSet<>(consumer.assignment());
            gone.removeAll(existing);
            gone.forEach(partition -> {
                behind.remove(partition);
                order.expectNoMore(partition);
            });
            Set<TopicPartition> added = new HashSet<>(existing);
            added.removeAll(consumer.assignment());
            if (until == Until.CAUGHT_UP) {
                added.clear();
            }
            if (gone.isEmpty() && added.isEmpty()) {
                return;
            }
            Map<TopicPartition, Long> positions = new HashMap<>(consumer.beginningOffsets(added));
            Set<TopicPartition> kept = new HashSet<>(consumer.assignment());
            kept.removeAll(gone);
            kept.forEach(partition -> positions.put(partition, consumer.position(partition)));
            consumer.assign(positions.keySet());
            positions.forEach(consumer::seek);
        }
    }

    private StoredRecord stored(ConsumerRecord<byte[], byte[]> record) {
        Instant storedAt = Instant.ofEpochMilli(record.timestamp());
        if (record.value() == null) {
            return new StoredRecord.Malformed(record.topic(), record.offset(), storedAt, "it has no value");
        }
        try {
            return new StoredRecord.Understood(new StoredEvent(record.topic(), record.offset(), storedAt,
                    decoder.decode(record.value())));
        } catch (MalformedEventException e) {
            return new StoredRecord.Malformed(record.topic(), record.offset(), storedAt, e.reason());
        }
    }
}
