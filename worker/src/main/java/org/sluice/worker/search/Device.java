package org.sluice.worker.search;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.tracker.Subscription;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that hashes beside the processors, as a slot of its own, and whether it may.
 *
 * <p>It may once its kernel was checked and measured. One that fails rests, each time longer, and is checked and measured again: the trouble
 * may have been another program's, or the driver's. One that computes wrongly never hashes again. A kernel checks each find;
 * what a device overlooks is found out by known answers, for which it is asked now and then.
 */
public final class Device implements AutoCloseable {
    /** What devices can do, upper case. */
    public static final Set<String> ALGORITHMS = Sha256.ALGORITHMS;
    private static final Times TIMES = new Times(Duration.ofSeconds(30), Duration.ofMinutes(1));
    private static final Duration LONGEST_REST = Duration.ofMinutes(30);
    /** A device that has hashed so many times as long as it last rested has recovered. */
    private static final int RECOVERED = 10;
    private static final int CASES = 60;
    /** A check again goes through so many integers, of which one in so many is a hit: some for each of its parts. */
    private static final int CHECKED = 1 << 14;
    private static final Goal OF_CHECK = new Goal.TrailingZeroBits(6);
    private static final Logger LOG = LoggerFactory.getLogger(Device.class);

    private final SearchKernel kernel;
    private final Benchmark benchmark;
    private final Permission permission;
    private final Times times;
    private final RandomGenerator random;
    private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile State state = new State.Unproven();
    private Duration rest;
    private long provenAt;
    private volatile long checkedAt = System.nanoTime();

    /** What a device is allowed to do. */
    public sealed interface State {
        /** It is being checked and measured. */
        record Unproven() implements State {}

        /** It hashes, if there is something to hash. */
        record Hashing(Measurement measurement) implements State {}

        /** It has failed and is left alone for a while. */
        record Resting(String why, Duration rest) implements State {}

        /** It computes wrongly and is never used again. */
        record Dropped(String why) implements State {}
    }

    /**
     * How much patience there is with a device.
     *
     * @param firstRest how long it rests after its first failure
     * @param betweenChecks how long it may hash until it is asked for known answers again
     */
    record Times(Duration firstRest, Duration betweenChecks) {}

    private Device(SearchKernel kernel, Benchmark benchmark, Permission permission, Times times,
            RandomGenerator random) {
        this.kernel = kernel;
        this.benchmark = benchmark;
        this.permission = permission;
        this.times = times;
        this.random = random;
        this.rest = times.firstRest;
        this.thread = Thread.ofPlatform().name("sluice-device-" + kernel.name()).daemon().unstarted(this::watch);
    }

    /**
     * Begins to check and measure a device.
     *
     * @param benchmark how to measure it
     * @param permission whether anything may be hashed
     * @param random the source of the cases by which it is checked; may be used by any thread
     */
    public static Device start(SearchKernel kernel, Benchmark benchmark, Permission permission,
            RandomGenerator random) {
        Device device = of(kernel, benchmark, permission, TIMES, random);
        device.begin();
        return device;
    }

    /** One that is not checked yet. */
    static Device of(SearchKernel kernel, Benchmark benchmark, Permission permission, Times times,
            RandomGenerator random) {
        return new Device(kernel, benchmark, permission, times, random);
    }

    void begin() {
        thread.start();
    }

    /** The kernel by which it hashes. */
    public SearchKernel kernel() {
        return kernel;
    }

    /** What it may do now. */
    public State state() {
        return state;
    }

    /** Its rate for block headers; 0 while it must not hash. */
    public long hashesPerSecond() {
        return state instanceof State.Hashing(var measurement) ? measurement.alpha() : 0;
    }

    /**
     * Tells of each change from now on, by one thread at a time and in their order.
     *
     * @return ends it
     */
    public Subscription onChange(Consumer<State> listener) {
        Consumer<State> own = now -> listener.accept(now);
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    /** Checks it no more; what it may do stays so. */
    @Override
    public void close() {
        thread.interrupt();
    }

    /** Its search has failed. */
    void failed(Throwable fault) {
        LOG.debug("{} has failed", kernel.name(), fault);
        String why = fault.getMessage() == null ? fault.toString() : fault.getMessage();
        synchronized (this) {
            if (state instanceof State.Dropped || state instanceof State.Resting) {
                return;
            }
            if (fault instanceof WrongResultException) {
                enter(new State.Dropped(why));
                return;
            }
            if (state instanceof State.Hashing && System.nanoTime() - provenAt > RECOVERED * rest.toNanos()) {
                rest = times.firstRest;
            }
            enter(new State.Resting(why, rest));
            rest = rest.multipliedBy(2).compareTo(LONGEST_REST) < 0 ? rest.multipliedBy(2) : LONGEST_REST;
        }
    }

    /**
     * Asks it for known answers of a work, if it was not asked for a while.
     *
     * @throws WrongResultException if it gives others
     */
    void checkAgain(Work work) {
        if (System.nanoTime() - checkedAt < times.betweenChecks.toNanos()) {
            return;
        }
        askForKnown(work);
        checkedAt = System.nanoTime();
    }

    private void askForKnown(Work work) {
        long start = random.nextLong(work.limit() - CHECKED);
        mustAgree(new KernelCheck.Case(work, OF_CHECK, new Range(start, start + CHECKED)).difference(kernel, random));
    }

    private static void mustAgree(Optional<String> difference) {
        difference.ifPresent(text -> {
            throw new WrongResultException("it computes wrongly, " + text);
        });
    }

    private void watch() {
        try {
            while (!(state instanceof State.Dropped)) {
                prove();
                awaitFailure();
                if (state instanceof State.Resting(var _, var duration)) {
                    Thread.sleep(duration);
                    enter(new State.Unproven());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} is not watched any more", kernel.name(), e);
        }
    }

    private void prove() throws InterruptedException {
        try {
            permission.await();
            mustAgree(KernelCheck.disagreement(kernel, random, CASES));
            // Each is compiled by itself, and the cases that were drawn may have none of one.
            for (WorkKind kind : WorkKind.values()) {
                askForKnown(kind.sample());
            }
            Measurement measured = benchmark.measure(kernel, WorkKind.HEADER, 1);
            provenAt = System.nanoTime();
            checkedAt = provenAt;
            enter(new State.Hashing(measured));
        } catch (RuntimeException | Error fault) { // Whatever a driver does must not end more than its device.
            failed(fault);
        }
    }

    private synchronized void awaitFailure() throws InterruptedException {
        while (state instanceof State.Hashing) {
            wait();
        }
    }

    private synchronized void enter(State next) {
        state = next;
        notifyAll();
        listeners.forEach(listener -> listener.accept(next));
    }
}
