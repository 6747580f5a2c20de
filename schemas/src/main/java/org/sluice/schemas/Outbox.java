package org.sluice.schemas;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that this JVM sends: one Kafka producer behind a bounded queue for each destination, and one thread.
 *
 * <p>Whoever hands something in never waits. What cannot be stored for the moment is kept and tried again for ever; when more
 * than 1,000 messages wait for one destination, its oldest is dropped and counted, because the protocol copes with losses.
 *
 * <p>A producer blocks its caller when it does not know a topic, and keeps for long what it sent to a topic that has
 * vanished. Therefore the existence of each topic is asked for, by another client and without waiting, before the first
 * record is sent to it and whenever acknowledgements stay out; so a destination that is gone or out of reach does not delay
 * the others. Each may have only little on its way at a time, so that it cannot fill the producer's memory either.
 *
 * <p>A journal's entries are never dropped. Until one is stored, nothing about its job is sent that was handed in after it,
 * to whomever. They go one at a time for each job, so they stay in order. Messages may be stored twice when an
 * acknowledgement is lost, which the protocol copes with too; the producer is therefore not idempotent, and has no state
 * that a broker could refuse for ever.
 */
public final class Outbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration MAX_BLOCK = Duration.ofMillis(250);
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(15);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration FORGET_IDLE = Duration.ofMinutes(5);
    private static final int KEPT_IDLE = 1_000;
    private static final int BATCH_BYTES = 8_192;
    private static final long BUFFER_BYTES = 64L << 20;
    /** Leaves room in the buffer, so that sending does not wait for memory. */
    private static final long MAX_BYTES_IN_FLIGHT = BUFFER_BYTES * 3 / 4;

    private final EventCodec codec;
    private final TopicLookup lookup;
    private final Producer<byte[], byte[]> producer;
    private final Thread thread;
    private final List<Consumer<Address>> goneListeners = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    /** Something may be there to do for the sending thread. */
    private final Condition work = lock.newCondition();
    /** Something is stored or given up. */
    private final Condition progress = lock.newCondition();
    // All below is guarded by the lock.
    private final Map<Address, Lane> lanes = new HashMap<>();
    /** The lanes that are not idle; the first is the one that has waited for its turn longest. */
    private final LinkedHashSet<Lane> busy = new LinkedHashSet<>();
    private final Unsettled unsettled = new Unsettled();
    private long bytesInFlight;
    private long dropped;
    private boolean reachable = true;
    private boolean closed;

    /** An outbox that does not send until it is started. */
    Outbox(EventCodec codec, TopicLookup lookup, Producer<byte[], byte[]> producer) {
        this.codec = codec;
        this.lookup = lookup;
        this.producer = producer;
        this.thread = Thread.ofPlatform().name("sluice-outbox").daemon().unstarted(this::run);
    }

    /**
     * Begins with nothing to send; it connects in the background.
     *
     * @param clientProperties security settings of the Kafka client; may be empty
     * @param codec encodes what is sent, with all schemas registered; it is not closed with the outbox
     * @throws ServersUnavailableException if no broker's name can be resolved
     */
    public static Outbox connect(Servers servers, Map<String, Object> clientProperties, EventCodec codec) {
        Map<String, Object> settings = Map.of(ProducerConfig.ACKS_CONFIG, "all", ProducerConfig.LINGER_MS_CONFIG, 0,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK.toMillis(), ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                false,
                // One after the other, or a retry overtakes what was sent before it.
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                (int) DELIVERY_TIMEOUT.toMillis(), ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES,
                ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        TopicLookup lookup = TopicLookup.of(KafkaClients.admin(servers, clientProperties, CHECK_TIMEOUT));
        Outbox outbox = new Outbox(codec, lookup, KafkaClients.create(servers, clientProperties, settings,
                properties -> new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())));
        outbox.start();
        return outbox;
    }

    void start() {
        thread.start();
    }

    /** Hands in a message; it never waits. */
    public void send(Address to, Message message) {
        add(to, new Event.Addressed(message));
    }

    /**
     * Hands in an entry of a job's journal: it is stored on the job's topic before anything about that job is sent that is
     * handed in later. It never waits.
     */
    public void journal(JobId job, RootEvent event) {
        add(job, new Event.Journaled(event));
    }

    /**
     * Has a listener told, each time it is noticed, that a destination's topic does not exist; what waited for it is
     * dropped. It is called on a thread of the outbox and must be quick.
     */
    public void onGone(Consumer<Address> listener) {
        goneListeners.add(listener);
    }

    /** How many messages were dropped since the start: destination gone, queue full, refused or too large. */
    public long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all that was handed in so far is stored or given up.
     *
     * @return false if the time was too short
     */
    public boolean flush(Duration timeout) {
        lock.lock();
        try {
            long end = unsettled.next();
            long left = timeout.toNanos();
            while (!unsettled.isSettledBefore(end)) {
                if (left <= 0 || closed) {
                    return false;
                }
                left = progress.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Stops sending; what is not stored yet is lost, so {@link #flush(Duration)} comes first where it matters. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(KafkaClients.CLOSE_TIMEOUT);
        lookup.close();
    }

    private void add(Address to, Event event) {
        lock.lock();
        try {
            if (closed) {
                dropped++;
                return;
            }
            Lane.Entry entry = unsettled.add(event);
            Lane lane = lanes.computeIfAbsent(to, address -> new Lane(address, System.nanoTime()));
            Lane.Entry tooOld = lane.add(entry);
            if (tooOld != null) {
                dropped++;
                finish(tooOld);
            }
            busy.add(lane);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The entry needs no more care. Needs the lock. */
    private void finish(Lane.Entry entry) {
        unsettled.settle(entry);
        progress.signalAll();
        work.signal();
    }

    private record Turn(Lane lane, Lane.Entry entry) {}

    private void run() {
        while (true) {
            Turn turn;
            try {
                turn = nextTurn();
            } catch (InterruptedException e) {
                LOG.error("the sending thread was interrupted; nothing is sent any more");
                return;
            }
            if (turn == null) {
                return;
            }
            transmit(turn.lane(), turn.entry());
        }
    }

    /** Waits for something that can be sent; null when the outbox is closed. */
    private @Nullable Turn nextTurn() throws InterruptedException {
        while (true) {
            List<Lane> uncertain;
            lock.lock();
            try {
                long now = System.nanoTime();
                Turn turn = closed ? null : findTurn(now);
                if (closed || turn != null) {
                    return turn;
                }
                uncertain = beginChecks(now);
                if (uncertain.isEmpty()) {
                    forgetIdle(now);
                    work.await(busy.isEmpty() ? FORGET_IDLE.toMillis() : TICK.toMillis(), TimeUnit.MILLISECONDS);
                }
            } finally {
                lock.unlock();
            }
            // Without the lock, because the answer may come at once.
            uncertain.forEach(lane -> lookup.ask(lane.topic, failure -> checked(lane, failure)));
        }
    }

    private @Nullable Turn findTurn(long now) {
        if (bytesInFlight >= MAX_BYTES_IN_FLIGHT) {
            return null;
        }
        for (Lane lane : busy) {
            Lane.Entry entry = lane.take(unsettled::mayBeSent, now);
            if (entry != null) {
                busy.remove(lane);
                busy.add(lane);
                return new Turn(lane, entry);
            }
        }
        return null;
    }

    private List<Lane> beginChecks(long now) {
        busy.removeIf(Lane::isIdle);
        return busy.stream().filter(lane -> lane.beginCheck(at -> now - at >= 0)).toList();
    }

    private void forgetIdle(long now) {
        if (lanes.size() > KEPT_IDLE) {
            lanes.values().removeIf(lane -> lane.isIdle() && now - lane.usedAt() > FORGET_IDLE.toNanos());
        }
    }

    /** On the thread of whoever answers. */
    private void checked(Lane lane, @Nullable Throwable failure) {
        boolean gone = false;
        lock.lock();
        try {
            long now = System.nanoTime();
            switch (failure) {
                case null -> {
                    lane.found(now);
                    reached();
                }
                case UnknownTopicOrPartitionException _,InvalidTopicException _ -> {
                    gone = lane.missed(now);
                    reached();
                }
                default -> {
                    lane.unanswered(now);
                    missed(failure);
                }
            }
            if (gone) {
                giveUp(lane);
            }
            work.signal();
        } finally {
            lock.unlock();
        }
        if (gone) {
            goneListeners.forEach(listener -> tell(listener, lane.address));
        }
    }

    private void giveUp(Lane lane) {
        LOG.debug("{} does not exist", lane.topic);
        lanes.remove(lane.address, lane);
        busy.remove(lane);
        for (Lane.Entry entry = lane.giveUp(); entry != null; entry = lane.giveUp()) {
            dropped++;
            finish(entry);
        }
    }

    private static void tell(Consumer<Address> listener, Address address) {
        try {
            listener.accept(address);
        } catch (RuntimeException e) {
            LOG.error("a listener failed when told that {} is gone", address, e);
        }
    }

    private void reached() {
        if (!reachable) {
            LOG.info("Kafka answers again");
            reachable = true;
        }
    }

    private void missed(Throwable failure) {
        if (reachable) {
            LOG.warn("Kafka does not answer, trying on: {}", failure.toString());
            reachable = false;
        }
    }

    /** Without the lock, because the producer may block for a moment. */
    private void transmit(Lane lane, Lane.Entry entry) {
        long bytes = 0;
        try {
            byte[] value = codec.encode(entry.event());
            Envelope envelope = Envelope.of(entry.event());
            // A batch takes at least so much of the producer's memory.
            bytes = Math.max(BATCH_BYTES, value.length);
            account(lane, bytes);
            long accounted = bytes;
            var _ = producer.send(new ProducerRecord<>(lane.topic, 0, null, envelope.key(), value, envelope.headers()),
                    (_, failure) -> transmitted(lane, entry, accounted, failure));
        } catch (RuntimeException e) {
            transmitted(lane, entry, bytes, e);
        }
    }

    private void account(Lane lane, long bytes) {
        lock.lock();
        try {
            lane.sent(bytes);
            bytesInFlight += bytes;
        } finally {
            lock.unlock();
        }
    }

    /** On the producer's thread, or on the outbox's own if the producer has refused at once. */
    private void transmitted(Lane lane, Lane.Entry entry, long bytes, @Nullable Exception failure) {
        lock.lock();
        try {
            long now = System.nanoTime();
            bytesInFlight -= bytes;
            if (failure == null) {
                lane.arrived(bytes, now);
                finish(entry);
                reached();
            } else if (failure instanceof RetriableException && !lane.isGone()) {
                lane.failed(entry, bytes, now);
                work.signal();
            } else {
                if (!lane.isGone() && !closed) {
                    LOG.error("{} not sent to {}: {}", Envelope.of(entry.event()).type(), lane.topic,
                            failure.toString());
                }
                lane.arrived(bytes, now);
                dropped++;
                finish(entry);
            }
        } finally {
            lock.unlock();
        }
    }
}
