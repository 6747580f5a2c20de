package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.ServersUnavailableException;

import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that this JVM sends: one Kafka producer behind a bounded queue for each destination, and one thread.
 *
 * <p>Whoever hands something in never waits. What cannot be stored for the moment is kept and tried again for ever; when too
 * many messages wait for one destination or for all, the oldest of the longest queue is dropped, counted and told, because the
 * protocol copes with losses.
 *
 * <p>A producer blocks its caller when it does not know a topic, and keeps for long what it sent to a topic that has
 * vanished. Therefore the existence of each topic is asked for, by another client and without waiting, before the first
 * record is sent to it and whenever acknowledgements stay out; so a destination that is gone or out of reach does not delay
 * the others. Each may have only little on its way at a time, so that it cannot fill the producer's memory either.
 *
 * <p>Until a journal's entry is stored, nothing about its job is sent that was handed in after it, to whomever. Entries go one
 * at a time for each job, so they stay in order, and none is dropped while others are kept: when one cannot be stored, because
 * its topic is gone or refuses it or too many wait, the journal is lost. Whoever keeps it is told, and until it begins anew
 * nothing about its job is taken. A journal that this process may not write to is not lost: its entries wait, and listeners
 * are told. Messages may be stored twice when an
 * acknowledgement is lost, which the protocol copes with too; the producer is therefore not idempotent, and has no state
 * that a broker could refuse for ever.
 */
public final class Outbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TICK = Duration.ofMillis(50);
    /** Most entries of one journal that wait or are on their way: a root can tell of so many parts at once. */
    static final int MAX_JOURNAL = 150_000;
    /** Most messages that wait or are on their way in all. */
    static final int MAX_UNSETTLED = 50_000;

    private final Servers servers;
    private final EventCodec codec;
    private final TopicLookup lookup;
    private final Producer<byte[], byte[]> producer;
    private final Thread thread;
    private final List<Consumer<Address>> goneListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<JobId>> lostListeners = new CopyOnWriteArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    /** Something may be there to do for the sending thread. */
    private final Condition work = lock.newCondition();
    /** Something is stored or given up. */
    private final Condition progress = lock.newCondition();
    // All below is guarded by the lock.
    private final OutboxLanes lanes;
    private final Unsettled unsettled = new Unsettled();
    /** Journals that were lost and have not begun anew, and why. */
    private final Map<JobId, String> lost = new HashMap<>();
    private final OutboxRefusals refusals;
    private final Drops drops = new Drops(System.nanoTime());
    private boolean reachable = true;
    private boolean closed;

    /** An outbox that does not send until it is started. */
    Outbox(Servers servers, EventCodec codec, TopicLookup lookup, Producer<byte[], byte[]> producer) {
        this.servers = servers;
        this.refusals = new OutboxRefusals(servers);
        this.lanes = new OutboxLanes(servers.topics());
        this.codec = codec;
        this.lookup = lookup;
        this.producer = producer;
        this.thread = new VitalThread("sluice-outbox", this::run);
    }

    /**
     * Begins with nothing to send; it connects in the background.
     *
     * @param clientProperties security settings of the Kafka client; may be empty
     * @param codec encodes what is sent, with all schemas registered; it is not closed with the outbox
     * @throws ServersUnavailableException if no broker's name can be resolved
     */
    public static Outbox connect(Servers servers, Map<String, Object> clientProperties, EventCodec codec) {
        try (ResourceStack opening = new ResourceStack()) {
            TopicLookup lookup = opening
                    .add(TopicLookup.of(KafkaClients.admin(servers, clientProperties, CHECK_TIMEOUT)));
            Outbox outbox = new Outbox(servers, codec, lookup,
                    KafkaClients.producer(servers, clientProperties));
            outbox.start();
            var _ = opening.keep();
            return outbox;
        }
    }

    void start() {
        thread.start();
    }

    /** Hands in a message; it never waits. */
    public void send(Address to, Message message) {
        add(Topic.of(to), new Event.Addressed(message));
    }

    /**
     * Hands in an entry of a job's journal: it is stored on the journal's topic before anything about that job is sent that is
     * handed in later. It never waits.
     */
    public void journal(JobId job, RootEvent event) {
        add(new Topic.Journal(job), new Event.Journaled(event));
    }

    /**
     * Has a listener told, each time it is noticed, that a destination's topic does not exist; what waited for it is
     * dropped. It is called on a thread of the outbox and must be quick.
     *
     * @return ends it
     */
    public Runnable onGone(Consumer<Address> listener) {
        goneListeners.add(listener);
        return () -> goneListeners.remove(listener);
    }

    /**
     * Has a listener told, each time, that a job's journal is lost: none of the entries that waited will be stored, and nothing
     * about the job is taken until {@link #beginJournal}. It is called on any thread and must be quick.
     *
     * @return ends it
     */
    public Runnable onJournalLost(Consumer<JobId> listener) {
        lostListeners.add(listener);
        return () -> lostListeners.remove(listener);
    }

    /**
     * Tells a listener, each time, that a broker does not let this process write to a topic, or look it up. It is called on any
     * thread and must be quick.
     *
     * @return ends it
     */
    public Runnable onRefused(BiConsumer<Topic, AccessRefusedException> listener) {
        return refusals.listen(listener);
    }

    /**
     * Hands in an entry of a job's journal, and waits until it is stored.
     *
     * @throws AccessRefusedException if this process may not write there
     * @throws ServersUnavailableException if the entry is not stored in time, or the journal is lost
     */
    public void store(JobId job, RootEvent event, Duration timeout) {
        journal(job, event);
        if (flush(timeout)) {
            return;
        }
        AccessRefusedException refusal = locked(() -> Optional.ofNullable(refusals.of(job))).orElse(null);
        if (refusal != null) {
            throw refusal;
        }
        throw new ServersUnavailableException("the journal of " + job + " cannot be written, for " + lost(job)
                .orElseGet(() -> "Kafka at " + servers.bootstrapServers() + " did not answer within "
                        + timeout.toSeconds() + " s; is the network running?"),
                null);
    }

    /** Why a job's journal is lost; empty if it is not. */
    public Optional<String> lost(JobId job) {
        return locked(() -> Optional.ofNullable(lost.get(job)));
    }

    /** What is handed in about a job whose journal was lost is taken again; or nobody keeps the journal any more. */
    public void beginJournal(JobId job) {
        var _ = locked(() -> {
            refusals.forget(job);
            return Optional.ofNullable(lost.remove(job));
        });
    }

    /** How many events were dropped since the start: destination gone, queue full, refused or too large. */
    public long dropped() {
        return locked(drops::count);
    }

    /**
     * Waits until all that was handed in so far is stored, or given up if it is a message.
     *
     * @return false if the time was too short, or a journal is lost or must not be written
     */
    public boolean flush(Duration timeout) {
        lock.lock();
        try {
            long end = unsettled.next();
            long left = timeout.toNanos();
            while (!unsettled.isSettledBefore(end)) {
                if (left <= 0 || closed || refusals.areThere()) {
                    return false;
                }
                left = progress.awaitNanos(left);
            }
            return lost.isEmpty();
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

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void add(Topic to, Event event) {
        boolean journalLost = false;
        Optional<JobId> job = Envelope.of(event).job().map(JobId::campaign);
        lock.lock();
        try {
            long now = System.nanoTime();
            boolean journaled = event instanceof Event.Journaled;
            if (closed || job.filter(lost::containsKey).isPresent()) {
                drops.expected();
                return;
            }
            Lane lane = lanes.to(to, journaled, now);
            if (lane == null) {
                drops.lost("messages wait for too many destinations", now);
                return;
            }
            drop(lane.add(unsettled.add(event)), lane, now);
            if (unsettled.messages() > MAX_UNSETTLED) {
                lanes.longest().ifPresent(longest -> drop(longest.dropOldest(), longest, now));
            }
            journalLost = journaled && job.isPresent() && unsettled.journaled(job.get()) > MAX_JOURNAL
                    && lose(job.get(), "more than " + MAX_JOURNAL + " entries wait for Kafka");
            work.signal();
        } finally {
            lock.unlock();
        }
        if (journalLost) {
            job.ifPresent(this::tellLost);
        }
    }

    private void drop(Lane.@Nullable Entry entry, Lane lane, long now) {
        if (entry != null) {
            drops.lost("too many wait for " + lane.topic, now);
            finish(entry);
        }
    }

    /**
     * Gives up a journal, and what must not be sent before it; false if it was lost already. Needs the lock; then the listeners
     * are to be told without it.
     */
    private boolean lose(JobId job, String why) {
        if (lost.putIfAbsent(job, why) != null) {
            return false;
        }
        LOG.warn("the journal of {} is lost: {}", job, why);
        Predicate<Lane.Entry> ofJob = entry -> entry.job().equals(Optional.of(job));
        // The journal's entries last: they tell what must not be sent without them.
        lanes.busy()
                .forEach(lane -> giveUp(lane, ofJob.and(entry -> !entry.journaled() && !unsettled.mayBeSent(entry))));
        lanes.busy().forEach(lane -> giveUp(lane, ofJob.and(Lane.Entry::journaled)));
        return true;
    }

    /** The entry needs no more care. Needs the lock. */
    private void finish(Lane.Entry entry) {
        unsettled.settle(entry);
        progress.signalAll();
        work.signal();
    }

    private void run() {
        while (true) {
            OutboxLanes.Turn turn;
            try {
                turn = nextTurn();
            } catch (InterruptedException e) {
                throw new IllegalStateException("the sending thread was interrupted", e);
            }
            if (turn == null) {
                return;
            }
            transmit(turn.lane(), turn.entry());
        }
    }

    /** Waits for something that can be sent; null when the outbox is closed. */
    private OutboxLanes.@Nullable Turn nextTurn() throws InterruptedException {
        while (true) {
            List<Lane> uncertain;
            lock.lock();
            try {
                long now = System.nanoTime();
                OutboxLanes.Turn turn = closed ? null : lanes.next(unsettled::mayBeSent, now);
                if (closed || turn != null) {
                    return turn;
                }
                uncertain = lanes.beginChecks(now);
                if (uncertain.isEmpty()) {
                    lanes.forgetIdle(now);
                    drops.say(now);
                    work.await(lanes.areIdle() ? OutboxLanes.FORGET_IDLE.toMillis() : TICK.toMillis(),
                            TimeUnit.MILLISECONDS);
                }
            } finally {
                lock.unlock();
            }
            // Without the lock, because the answer may come at once.
            uncertain.forEach(lane -> lookup.ask(lane.topic, failure -> checked(lane, failure)));
        }
    }

    /** On the thread of whoever answers. */
    private void checked(Lane lane, @Nullable Throwable failure) {
        boolean gone = false;
        boolean journalLost = false;
        AccessRefusedException refusal;
        lock.lock();
        try {
            long now = System.nanoTime();
            refusal = refusal(lane, failure);
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
                    if (refusal == null) {
                        missed(failure);
                    }
                }
            }
            if (gone) {
                journalLost = lane.destination instanceof Topic.Journal(JobId job) && unsettled.journaled(job) > 0
                        && lose(job, "its topic does not exist");
                LOG.debug("{} does not exist", lane.topic);
                giveUp(lane, _ -> true);
                lanes.remove(lane);
            }
            work.signal();
        } finally {
            lock.unlock();
        }
        refusals.tell(lane.destination, refusal);
        switch (lane.destination) {
            case Topic.Journal(JobId job) -> {
                if (journalLost) {
                    tellLost(job);
                }
            }
            case Topic.Inbox _,Topic.RootInbox _ -> {
                if (gone) {
                    goneListeners.forEach(listener -> tell(listener, lane.destination.owner()));
                }
            }
        }
    }

    /** Notes a failure that is a refusal, and returns it, to be told without the lock. Needs the lock. */
    private @Nullable AccessRefusedException refusal(Lane lane, @Nullable Throwable failure) {
        boolean waits = lane.destination instanceof Topic.Journal(JobId job) && unsettled.journaled(job) > 0;
        AccessRefusedException refusal = refusals.note(lane, waits, failure);
        if (refusal != null) {
            progress.signalAll();
        }
        return refusal;
    }

    private void giveUp(Lane lane, Predicate<Lane.Entry> which) {
        for (Lane.Entry entry = lane.removeFirst(which); entry != null; entry = lane.removeFirst(which)) {
            drops.expected();
            finish(entry);
        }
    }

    private void tellLost(JobId job) {
        lostListeners.forEach(listener -> tell(listener, job));
    }

    private static <A extends Address> void tell(Consumer<A> listener, A address) {
        try {
            listener.accept(address);
        } catch (RuntimeException e) {
            LOG.error("a listener failed when told that {} is gone or lost", address, e);
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
            bytes = KafkaClients.producerMemory(value);
            long accounted = bytes;
            var _ = locked(() -> lanes.sent(lane, accounted));
            var _ = producer.send(
                    new ProducerRecord<>(lane.topic, 0, null, envelope.key(), value,
                            envelope.headers(servers.topics())),
                    (_, failure) -> transmitted(lane, entry, accounted, failure));
        } catch (RuntimeException e) {
            transmitted(lane, entry, bytes, e);
        }
    }

    /** On the producer's thread, or on the outbox's own if the producer has refused at once. */
    private void transmitted(Lane lane, Lane.Entry entry, long bytes, @Nullable Exception failure) {
        Optional<JobId> journal = entry.job().filter(_ -> entry.journaled());
        boolean journalLost = false;
        AccessRefusedException refusal;
        lock.lock();
        try {
            long now = System.nanoTime();
            refusal = refusal(lane, failure);
            if (failure == null) {
                lanes.arrived(lane, bytes, now);
                finish(entry);
                journal.ifPresent(refusals::forget);
                reached();
            } else if ((failure instanceof RetriableException || (refusal != null && journal.isPresent()))
                    && !lane.isGone()
                    && journal.filter(lost::containsKey).isEmpty()) {
                drop(lanes.failed(lane, entry, bytes, now), lane, now);
                work.signal();
            } else {
                lanes.arrived(lane, bytes, now);
                // Where the topic is gone the journal is lost already, and may have begun anew.
                journalLost = journal.isPresent() && !lane.isGone() && lose(journal.get(), failure.toString());
                if (lane.isGone() || closed || journal.isPresent()) {
                    drops.expected();
                } else {
                    drops.lost(lane.topic + " does not take " + Envelope.of(entry.event()).type() + ": " + failure,
                            now);
                }
                finish(entry);
            }
        } finally {
            lock.unlock();
        }
        refusals.tell(lane.destination, refusal);
        if (journalLost) {
            journal.ifPresent(this::tellLost);
        }
    }
}
