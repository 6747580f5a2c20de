package org.sluice.worker.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.Identifier;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.worker.Coordinator;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Topic;
import org.sluice.tracker.Presence;
import org.sluice.tracker.node.Registration;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.measure.CpuAffinity;
import org.sluice.worker.search.thread.Device;
import org.sluice.worker.search.thread.HashingThreads;

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
    private static final Duration CLEAN_UP = Duration.ofMillis(400);

    private final Connections connections;
    private final Options options;
    private final KernelSelection kernels;
    private final PeerId self;
    /** What each slot can do. */
    private final List<Set<String>> slotAlgorithms;
    private final Driver driver;
    private final HashingThreads slots;
    private final Registration unmeasured;
    private final Presence presence;
    private final ResourceStack resources;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Optional<String> paused;
    /** Whether the protocol was told to pause. */
    private boolean rests;

    /**
     * What a worker can be told.
     *
     * @param name what people call it, an {@linkplain Identifier identifier's name}
     * @param threads how many integers its processors hash at a time; 0 if devices alone are to hash
     * @param devices what hashes beside them, or instead
     * @param share of its time that each of them may hash, above 0 and at most 1
     * @param affinity the CPUs that these threads are bound to
     * @param priority of these threads
     * @param version the version of Sluice that it runs
     * @param parameters limits and delays of the protocol
     * @param paused why it does not hash at first, if it does not
     */
    public record Options(String name, int threads, List<Device> devices, double share, CpuAffinity affinity,
            HashingPriority priority,
            String version, Parameters parameters, Optional<String> paused) {
        public Options {
            name = Identifier.checkedName("a worker's name", name);
            devices = List.copyOf(devices);
            if (threads < 0 || slots(threads, devices) < 1) {
                throw new IllegalArgumentException("a worker needs at least 1 thread or device, not " + threads);
            }
        }

        private static int slots(int threads, List<Device> devices) {
            return threads + devices.size();
        }

        /** How many integers it hashes at a time. */
        int slots() {
            return slots(threads, devices);
        }

        /** A worker that is its user's own: it may use all that its threads can get, at once. */
        public Options(String name, int threads, String version, Parameters parameters) {
            this(name, threads, List.of(), 1, CpuAffinity.NONE, HashingPriority.NORMAL, version, parameters,
                    Optional.empty());
        }
    }

    private WorkerPeer(Connections connections, Options options, KernelSelection kernels, Consumer<Notice> listener,
            RandomGenerator random) throws InterruptedException {
        this.connections = connections;
        this.options = options;
        this.kernels = kernels;
        paused = options.paused();
        self = PeerNames.incarnation(options.name(), random);
        slotAlgorithms = new ArrayList<>(Collections.nCopies(options.threads(), Reference.algorithms()));
        slotAlgorithms.addAll(Collections.nCopies(options.devices().size(), Device.ALGORITHMS));
        Coordinator coordinator = new Coordinator(self, slotAlgorithms, Reference::verifies, options.parameters(),
                random);
        driver = new Driver("sluice-" + self, coordinator, effect -> carryOut(effect, listener));
        unmeasured = new Registration(self, PeerInfo.Role.WORKER, 0, options.slots(), options.version(),
                options.threads() > 0 ? Reference.algorithms() : Device.ALGORITHMS, Optional.of(PeerNames.host()));
        try (ResourceStack opening = new ResourceStack(); ResourceStack atServers = new ResourceStack()) {
            atServers.add(() -> connections.topics().delete(new Topic.Inbox(self)));
            atServers.add(InboxWatch.open(connections, self, driver));
            opening.add(connections.cannotDoWithout(self)::run);
            opening.add(driver);
            slots = opening.add(options.priority()
                    .begin(() -> new HashingThreads(options.threads(), kernels, options.devices(), self,
                            options.share(),
                            options.affinity(), driver::offer)));
            opening.add(connections.outbox().onGone(address -> driver.offer(new Input.DestinationGone(address)))::run);
            driver.offer(new Input.RateMeasured(rates()));
            rests = whyNotHashing().isPresent();
            if (rests) {
                driver.offer(new Input.PauseRequested());
            }
            driver.start();
            presence = atServers.add(connections.tracker().directory().register(registration()));
            opening.add(kernels.onChoice(_ -> changed()));
            options.devices().forEach(device -> opening.add(device.onChange(_ -> changed())));
            changed(); // What a device was found to do meanwhile nobody has told.
            opening.add(connections.tracker()
                    .directory()
                    .watch(live -> driver.offer(new Input.PeersChanged(live))));
            ResourceStack left = atServers.keep();
            resources = new ResourceStack();
            resources.add(() -> cleanUp(left));
            resources.add(opening.keep());
        }
        // It would stay in everybody's list, and be deaf.
        driver.whenBroken(() -> Thread.ofPlatform().name("sluice-leave-" + self).start(this::close));
    }

    /**
     * Joins the network and begins to take work.
     *
     * @throws InterruptedException if the calling thread is interrupted meanwhile
     */
    public static WorkerPeer start(Connections connections, Options options, KernelSelection kernels,
            Consumer<Notice> listener, RandomGenerator random) throws InterruptedException {
        return new WorkerPeer(connections, options, kernels, listener, random);
    }

    /**
     * The rate of one slot: that of block headers, for which Sluice was made, or 1 while nothing is measured; of it the share
     * that the slot may use.
     */
    private long alpha() {
        double measured = kernels.current().measurement(WorkKind.HEADER).map(Measurement::alpha).orElse(1L);
        return Math.max(1, (long) (measured * options.share()));
    }

    /** The rate of each slot. */
    private List<Long> rates() {
        List<Long> rates = new ArrayList<>(Collections.nCopies(options.threads(), alpha()));
        options.devices().forEach(device -> rates.add(device.hashesPerSecond()));
        return rates;
    }

    /** Why it does not hash for the time being, if it does not. */
    private Optional<String> whyNotHashing() {
        boolean isAble = options.threads() > 0
                || options.devices().stream().anyMatch(device -> device.hashesPerSecond() > 0);
        return paused.or(() -> isAble ? Optional.empty() : Optional.of("no device of its can hash"));
    }

    /** What it says of itself in the tracker. */
    private Registration registration() {
        return whyNotHashing().map(unmeasured::pausedBecause)
                .orElseGet(() -> unmeasured.withRates(Rates.of(slotAlgorithms, rates())));
    }

    /** What it can do, or whether it may, is not what it was. */
    private synchronized void changed() {
        boolean now = whyNotHashing().isPresent();
        driver.offer(new Input.RateMeasured(rates()));
        if (now != rests) {
            driver.offer(now ? new Input.PauseRequested() : new Input.ResumeRequested());
            rests = now;
        }
        presence.update(registration());
    }

    /**
     * Pauses, or resumes: a paused worker hands back its work at once and takes none, but stays in the network. Does not wait.
     *
     * @param why what others read behind "paused"; empty to hash again
     */
    public synchronized void pause(Optional<String> why) {
        paused = why;
        changed();
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
        return driver.awaitLeft(timeout) && closed.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
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
        resources.close();
        closed.countDown();
    }

    /** Removes the node and the topic; if the servers do not answer in time, the steward does it later. */
    private void cleanUp(ResourceStack left) {
        Thread cleaning = Thread.ofVirtual().start(() -> {
            try {
                left.close();
            } catch (RuntimeException e) {
                LOG.debug("what {} leaves behind at the servers could not be removed", self, e);
            }
        });
        try {
            cleaning.join(CLEAN_UP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
