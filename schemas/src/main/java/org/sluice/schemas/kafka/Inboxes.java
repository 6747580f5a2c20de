package org.sluice.schemas.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToLongFunction;

import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.MalformedEventException;
import org.sluice.schemas.codec.ServersUnavailableException;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All inboxes that this JVM reads: one Kafka consumer with assigned partitions, no group, and one thread.
 *
 * <p>Positions are looked up by the thread that opens an inbox, so that the reading thread waits for nothing but the next
 * records. When the brokers are out of reach it keeps trying for ever and goes on where it stopped; if that place is no longer
 * kept, with the oldest record that is. Nor does it wait for the schema registry: an inbox whose next record has a schema that
 * is not known yet stands still until the registry was asked, and Kafka keeps what is in it. Records that are not events, or that cannot be read any more, are skipped, counted and
 * told to the handler.
 */
public final class Inboxes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Inboxes.class);
    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration ASK_AGAIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(500);
    private static final Duration CLOSED_CHECK = Duration.ofMillis(100);
    private static final int FETCH_BYTES = 8 << 20;

    /** Where reading begins. */
    public enum From {
        /** With the oldest event that the topic still has. */
        BEGINNING,
        /** With what is stored from now on. */
        END
    }

    /** Takes what arrives on one inbox, on the reading thread of all; it must be quick, so it puts into a queue. */
    public interface Handler {
        /**
         * An event has arrived.
         *
         * @param storedAt when it was stored, by the broker's clock
         * @param offset its place on the topic
         */
        void received(Event event, Instant storedAt, long offset);

        /**
         * A record was skipped because it is not an event.
         *
         * @param offset its place on the topic
         * @param why the reason in one line
         */
        default void skipped(long offset, String why) {}
    }

    private final Servers servers;
    private final EventCodec codec;
    private final Admin admin;
    private final Consumer<byte[], byte[]> consumer;
    private final Thread thread;
    /** What other threads want of the consumer, which only its own thread may touch. */
    private final BlockingQueue<FutureTask<?>> changes = new LinkedBlockingQueue<>();
    private final Set<Topic> opened = ConcurrentHashMap.newKeySet();
    private final AtomicLong skipped = new AtomicLong();
    private final List<java.util.function.Consumer<AccessRefusedException>> refusedListeners = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    // Of the reading thread alone.
    private final Map<TopicPartition, Handler> handlers = new HashMap<>();
    /** Inboxes that wait for the schema of a record, and its offset: until it is known they are not read any further. */
    private final Map<TopicPartition, Long> postponed = new HashMap<>();
    private @Nullable String trouble;

    private Inboxes(Servers servers, EventCodec codec, Admin admin, Consumer<byte[], byte[]> consumer) {
        this.servers = servers;
        this.codec = codec;
        this.admin = admin;
        this.consumer = consumer;
        this.thread = new VitalThread("sluice-inboxes", this::run);
    }

    /**
     * Begins with no inbox open; it connects in the background.
     *
     * @param clientProperties security settings of the Kafka client; may be empty
     * @param codec decodes what arrives; it is not closed with the inboxes
     * @throws ServersUnavailableException if no broker's name can be resolved
     */
    public static Inboxes connect(Servers servers, Map<String, Object> clientProperties, EventCodec codec) {
        Map<String, Object> settings = Map.of(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        try (ResourceStack opening = new ResourceStack()) {
            Admin admin = opening.add(KafkaClients.admin(servers, clientProperties, OPEN_TIMEOUT));
            Inboxes inboxes = new Inboxes(servers, codec, admin,
                    KafkaClients.consumer(servers, clientProperties, settings));
            inboxes.thread.start();
            var _ = opening.keep();
            return inboxes;
        }
    }

    /**
     * Opens an inbox, or a journal; returns when its position is fixed, so that nothing stored afterwards is missed. Must
     * not be called by a handler.
     *
     * @throws ServersUnavailableException if the topic does not exist or Kafka does not answer
     * @throws IllegalStateException if the inbox is open already
     */
    public void open(Topic topic, From from, Handler handler) {
        open(topic, handler, partition -> position(topic, partition, from));
    }

    /**
     * Opens an inbox, or a journal, at a place that is known.
     *
     * @param offset of the first event to be handed over
     */
    public void open(Topic topic, long offset, Handler handler) {
        open(topic, handler, _ -> offset);
    }

    private void open(Topic topic, Handler handler, ToLongFunction<TopicPartition> start) {
        if (!opened.add(topic)) {
            throw new IllegalStateException("the topic " + servers.topics().of(topic) + " is open already");
        }
        try {
            TopicPartition partition = new TopicPartition(servers.topics().of(topic), 0);
            long position = start.applyAsLong(partition);
            change(() -> {
                handlers.put(partition, handler);
                consumer.assign(handlers.keySet());
                consumer.seek(partition, position);
            });
        } catch (RuntimeException e) {
            opened.remove(topic);
            throw e;
        }
    }

    private long position(Topic topic, TopicPartition partition, From from) {
        if (!Topics.exist(servers, admin, List.of(topic))) {
            throw new ServersUnavailableException("the topic " + partition.topic() + " does not exist", null);
        }
        return Topics.offset(servers, admin, partition.topic(), switch (from) {
            case BEGINNING -> OffsetSpec.earliest();
            case END -> OffsetSpec.latest();
        });
    }

    /** Closes an inbox or a journal, if it is open; its handler is not called any more once this has returned. */
    public void close(Topic topic) {
        TopicPartition partition = new TopicPartition(servers.topics().of(topic), 0);
        change(() -> {
            postponed.remove(partition);
            if (handlers.remove(partition) != null) {
                consumer.assign(handlers.keySet());
            }
        });
        opened.remove(topic);
    }

    /**
     * Tells a listener, each time, that the brokers do not let this process read what it has opened. It is called on the
     * reading thread and must be quick.
     *
     * @return ends it
     */
    public Runnable onRefused(java.util.function.Consumer<AccessRefusedException> listener) {
        refusedListeners.add(listener);
        return () -> refusedListeners.remove(listener);
    }

    /** How many records were skipped since the start because they are not events or could not be read. */
    public long skipped() {
        return skipped.get();
    }

    @Override
    public void close() {
        closed = true;
        changes.add(new FutureTask<>(() -> null));
        consumer.wakeup();
        if (!onReadingThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private boolean onReadingThread() {
        return Thread.currentThread().equals(thread);
    }

    /** Has the reading thread do something with the consumer and waits until it is done. */
    private void change(Runnable action) {
        if (onReadingThread()) {
            action.run();
            return;
        }
        FutureTask<?> change = new FutureTask<>(action, null);
        changes.add(change);
        consumer.wakeup();
        while (true) {
            try {
                change.get(CLOSED_CHECK.toMillis(), TimeUnit.MILLISECONDS);
                return;
            } catch (TimeoutException notYet) {
                if (closed) {
                    throw new IllegalStateException("the inboxes are closed", notYet);
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("the inboxes could not be changed", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ServersUnavailableException("interrupted while the inboxes change", e);
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                carryOutChanges();
                if (!handlers.isEmpty()) {
                    read();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("the reading thread was interrupted", e);
        } finally {
            consumer.close(CloseOptions.timeout(KafkaClients.CLOSE_TIMEOUT));
            admin.close(KafkaClients.CLOSE_TIMEOUT);
        }
    }

    /** Waits for a change if there is no inbox to read. */
    private void carryOutChanges() throws InterruptedException {
        FutureTask<?> change = handlers.isEmpty() ? changes.take() : changes.poll();
        while (change != null) {
            change.run();
            change = changes.poll();
        }
    }

    private void read() throws InterruptedException {
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                deliver(record);
            }
            if (trouble != null) {
                LOG.info("inboxes are read again");
                trouble = null;
            }
        } catch (WakeupException somethingToDo) {
            LOG.trace("woken");
        } catch (KafkaException e) {
            if (!UnreadableRecords.mayHaveCaused(e) || !skipUnreadable()) {
                pause(e);
            }
        }
    }

    private boolean skipUnreadable() {
        try {
            return UnreadableRecords.skip(consumer, new UnreadableRecords.Taker() {
                @Override
                public void read(ConsumerRecord<byte[], byte[]> unharmed) {
                    deliver(unharmed);
                }

                @Override
                public void skipped(TopicPartition partition, long offset, String why) {
                    skip(partition, offset, why);
                }
            });
        } catch (WakeupException somethingToDo) {
            LOG.trace("woken");
            return true;
        } catch (KafkaException e) {
            LOG.debug("what cannot be read could not be stepped over", e);
            return false;
        }
    }

    private void pause(KafkaException failure) throws InterruptedException {
        if (KafkaClients.isAccessRefused(failure)) {
            AccessRefusedException refusal = KafkaClients.accessRefused(servers, "read the inboxes", failure);
            refusedListeners.forEach(listener -> listener.accept(refusal));
        }
        String message = String.valueOf(failure.getMessage());
        if (!message.equals(trouble)) {
            LOG.warn("inboxes cannot be read, trying on: {}", message);
            trouble = message;
        }
        FutureTask<?> change = changes.poll(PAUSE_AFTER_ERROR.toMillis(), TimeUnit.MILLISECONDS);
        if (change != null) {
            change.run();
        }
    }

    private void deliver(ConsumerRecord<byte[], byte[]> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Handler handler = handlers.get(partition);
        if (handler == null || postponed.containsKey(partition)) {
            return;
        }
        @Nullable
        Event event;
        try {
            byte[] value = record.value();
            if (value == null) {
                throw new MalformedEventException("the record has no value");
            }
            event = codec.decodeAtOnce(value);
            if (event == null) {
                postpone(partition, record.offset(), value);
                return;
            }
        } catch (MalformedEventException e) {
            skip(partition, record.offset(), e.reason());
            return;
        }
        call(partition, record.offset(),
                () -> handler.received(event, Instant.ofEpochMilli(record.timestamp()), record.offset()));
    }

    /** Reads the inbox on, from this record, once the registry has been asked for its schema; the others go on meanwhile. */
    private void postpone(TopicPartition partition, long offset, byte[] value) {
        postponed.put(partition, offset);
        consumer.pause(List.of(partition));
        Thread.ofVirtual().name("sluice-schemas").start(() -> {
            try {
                while (!closed && !codec.learn(value)) {
                    Thread.sleep(ASK_AGAIN);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts it", e);
            } finally {
                changes.add(new FutureTask<>(() -> readOn(partition), null));
                consumer.wakeup();
            }
        });
    }

    private void readOn(TopicPartition partition) {
        Long offset = postponed.remove(partition);
        if (offset != null) {
            consumer.seek(partition, offset);
            consumer.resume(List.of(partition));
        }
    }

    private void skip(TopicPartition partition, long offset, String why) {
        Handler handler = handlers.get(partition);
        if (handler != null && !postponed.containsKey(partition)) {
            skipped.incrementAndGet();
            LOG.debug("{} at {} skipped: {}", partition.topic(), offset, why);
            call(partition, offset, () -> handler.skipped(offset, why));
        }
    }

    /** Calls a handler; its errors are its owner's, and must not stop the inboxes of the others. */
    private static void call(TopicPartition partition, long offset, Runnable handler) {
        try {
            handler.run();
        } catch (RuntimeException e) {
            LOG.error("the handler of {} failed at offset {}", partition.topic(), offset, e);
        }
    }
}
