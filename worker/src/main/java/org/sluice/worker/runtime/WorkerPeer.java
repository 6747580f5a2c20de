package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Coordinator;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.Inboxes;
import org.sluice.schemas.Topics;
import org.sluice.tracker.Presence;
import org.sluice.tracker.Registration;
import org.sluice.tracker.Subscription;
import org.sluice.worker.search.KernelChoice;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Slots;
import org.sluice.worker.search.WorkKind;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker in a network: its inbox, its node in the tracker, its hashing threads, and the coordinator that drives them.
 *
 * <p>Several may live in one JVM on shared {@link Connections}.
 */
public final class WorkerPeer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPeer.class);
    private static final Duration HAND_BACK = Duration.ofMillis(1_200);
    private static final Duration FLUSH = Duration.ofMillis(400);
    private static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);
    private static final Duration SWEEP_GRACE = Duration.ofMinutes(10);
    private static final Duration CLEAN_UP = Duration.ofMillis(400);

    private final Connections connections;
    private final PeerId self;
    private final Driver driver;
    private final Slots slots;
    private final Presence presence;
    private final Subscription peers;
    private final Runnable goneSubscription;
    private final Sweeper sweeper;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * What a worker can be told.
     *
     * @param name what people call it
     * @param threads how many integers it hashes at a time, 1 or more
     * @param version the version of Sluice that it runs
     * @param parameters limits and delays of the protocol
     */
    public record Options(String name, int threads, String version, Parameters parameters) {
        public Options {
            if (threads < 1) {
                throw new IllegalArgumentException("a worker needs at least 1 thread, not " + threads);
            }
        }
    }

    private WorkerPeer(Connections connections, Options options, KernelSelection kernels, Consumer<Notice> listener,
            RandomGenerator random) {
        this.connections = connections;
        self = PeerNames.incarnation(options.name(), random);
        Set<String> algorithms = Reference.algorithms();
        long alpha = alpha(kernels.current());
        Coordinator coordinator = new Coordinator(self, options.threads(), algorithms, options.parameters(),
                random);
        driver = new Driver("sluice-" + self, coordinator, effect -> carryOut(effect, listener));
        slots = new Slots(options.threads(), kernels, self, driver::offer);
        connections.topics().create(self, Topics.INBOX_RETENTION);
        connections.inboxes().open(self, Inboxes.From.END, new Inbox(self, driver));
        goneSubscription = connections.onGone(address -> driver.offer(new Input.DestinationGone(address)));
        driver.offer(new Input.RateMeasured(alpha));
        driver.start();
        Registration registration = new Registration(self, PeerInfo.Role.WORKER, alpha * options.threads(),
                options.threads(), options.version(), algorithms, Optional.of(PeerNames.host()));
        presence = connections.tracker().directory().register(registration);
        kernels.onChoice(_ -> {
            long faster = alpha(kernels.current());
            driver.offer(new Input.RateMeasured(faster));
            presence.update(registration.withHashesPerSecond(faster * options.threads()));
        });
        peers = connections.tracker().directory().watch(live -> driver.offer(new Input.PeersChanged(live)));
        sweeper = new Sweeper(connections, self, SWEEP_INTERVAL, SWEEP_GRACE);
    }

    /** Joins the network and begins to take work. */
    public static WorkerPeer start(Connections connections, Options options, KernelSelection kernels,
            Consumer<Notice> listener, RandomGenerator random) {
        return new WorkerPeer(connections, options, kernels, listener, random);
    }

    /** The rate of one slot: that of block headers, for which Sluice was made, or 1 while nothing is measured. */
    private static long alpha(KernelChoice kernels) {
        return kernels.measurement(WorkKind.HEADER).map(measurement -> Math.max(1, measurement.alpha())).orElse(1L);
    }

    /** Its identity. */
    public PeerId id() {
        return self;
    }

    private void carryOut(Effect effect, Consumer<Notice> listener) {
        switch (effect) {
            case Effect.Send send -> connections.outbox().send(send.to(), send.message());
            case Effect.StartHashing start -> slots.start(start.slot(), start.job(), start.range());
            case Effect.StopHashing stop -> slots.stop(stop.slot());
            case Effect.Tell tell -> listener.accept(tell.notice());
            case Effect.Leave _ -> {}
            case Effect.WakeAt _,Effect.Journal _ ->
                throw new IllegalStateException("a worker's driver does not pass on " + effect);
        }
    }

    /**
     * Waits until the worker has been closed.
     *
     * @throws IllegalStateException if its protocol has broken
     */
    public boolean awaitClosed(Duration timeout) throws InterruptedException {
        if (closed.getCount() > 0 && driver.awaitLeft(timeout)) {
            return closed.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        }
        return closed.getCount() == 0;
    }

    /** Hands back what is not hashed and leaves the network, within 2 seconds. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        driver.offer(new Input.StopRequested());
        try {
            if (!driver.awaitLeft(HAND_BACK)) {
                LOG.warn("{} leaves without having handed back its work in time", self);
            }
            connections.outbox().flush(FLUSH);
        } catch (IllegalStateException e) {
            LOG.warn("{} leaves without handing back its work: {}", self, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        driver.close();
        slots.close();
        sweeper.close();
        goneSubscription.run();
        peers.close();
        cleanUp();
        closed.countDown();
    }

    /** Removes the node and the topic; if the servers do not answer in time, a sweeper does it later. */
    private void cleanUp() {
        Thread cleaning = Thread.ofVirtual().start(() -> {
            presence.close();
            connections.inboxes().close(self);
            connections.topics().delete(self);
        });
        try {
            cleaning.join(CLEAN_UP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
