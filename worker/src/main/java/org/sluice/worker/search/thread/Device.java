package org.sluice.worker.search.thread;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.tracker.node.Subscription;
import org.sluice.worker.opencl.OpenClException;
import org.sluice.worker.opencl.OpenClHangException;
import org.sluice.worker.search.KernelCheck;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.Sha256;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.WrongResultException;
import org.sluice.worker.search.device.OpenClForm;
import org.sluice.worker.search.measure.Benchmark;
import org.sluice.worker.search.measure.CpuAffinity;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that hashes beside the processors, as a slot of its own, and whether it may.
 *
 * <p>It may once its kernel was checked and measured. One that fails rests, each time longer, and is checked and measured again: the trouble
 * may have been another program's, or the driver's. One that computes wrongly, or hangs, never hashes again. A kernel checks each find;
 * what a device overlooks is found out by known answers, for which it is asked now and then.
 */
public final class Device implements AutoCloseable {
    /** What devices can do, upper case. */
    public static final Set<String> ALGORITHMS = Sha256.ALGORITHMS;
    private static final Times TIMES = new Times(Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofMillis(100));
    private static final Duration LONGEST_REST = Duration.ofMinutes(30);
    /** A device that has hashed so many times as long as it last rested has recovered. */
    private static final int RECOVERED = 10;
    /** So many measurements may find that it hashes nothing. */
    private static final int MEASUREMENTS = 3;
    private static final int CASES = 60;
    /** A question for known answers is about so many integers at least, and has 2 to the power of so many hits, up to twice as many. */
    private static final int FEWEST_ASKED = 1 << 14;
    private static final int HITS_BITS = 10;
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
    /** When it was last asked for known answers of each form, in the JVM's nanoseconds: each has a program of its own. */
    private final Map<OpenClForm, Long> checkedAt = new ConcurrentHashMap<>();

    /** What a device is allowed to do. */
    public sealed interface State {
        /** It is being checked and measured. */
        record Unproven() implements State {}

        /** It hashes, if there is something to hash. */
        record Hashing(Measurement measurement) implements State {}

        /** It has failed and is left alone for a while. */
        record Resting(String why, Duration rest) implements State {}

        /** It computes wrongly, or hangs, and is never used again. */
        record Dropped(String why) implements State {}
    }

    /**
     * How much patience there is with a device.
     *
     * @param firstRest how long it rests after its first failure
     * @param betweenChecks how long it may hash a form of messages until it is asked for known answers of it again
     * @param warm how long it hashes at a time when nothing of it is to be compiled any more
     */
    record Times(Duration firstRest, Duration betweenChecks, Duration warm) {}

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
            if (fault instanceof WrongResultException || fault instanceof OpenClHangException) {
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
     * Asks it for known answers of a work, if it was not asked for any of such messages for a while.
     *
     * @throws WrongResultException if it gives others
     */
    void checkAgain(Work.Plain work) {
        Long last = checkedAt.get(OpenClForm.of(work));
        if (last == null || System.nanoTime() - last >= times.betweenChecks.toNanos()) {
            askForKnown(work);
        }
    }

    /** Asks for as many at a time as each of its parts takes some of. */
    private void askForKnown(Work.Plain work) {
        int asked = Math.max(FEWEST_ASKED, kernel.breadth());
        Goal goal = new Goal.TrailingZeroBits(Integer.SIZE - 1 - Integer.numberOfLeadingZeros(asked) - HITS_BITS);
        long start = random.nextLong(work.limit() - asked);
        mustAgree(new KernelCheck.Case(work, goal, new Range(start, start + asked)).differenceAtOnce(kernel));
        checkedAt.put(OpenClForm.of(work), System.nanoTime());
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
            for (int i = 0; i < CASES; i++) {
                permission.await();
                mustAgree(KernelCheck.disagreement(kernel, random, 1));
            }
            // Each is compiled by itself, and the cases that were drawn may have none of one.
            for (OpenClForm form : OpenClForm.values()) {
                permission.await();
                askForKnown(form.sample());
                warm(form.sample());
            }
            Measurement measured = measure();
            provenAt = System.nanoTime();
            enter(new State.Hashing(measured));
        } catch (RuntimeException | Error fault) { // Whatever a driver does must not end more than its device.
            failed(fault);
        }
    }

    /** Another program may have had it for the time of a whole measurement. */
    private Measurement measure() throws InterruptedException {
        Benchmark own = benchmark.on(new Benchmark.Terms(1, permission, CpuAffinity.NONE));
        for (int i = 0; i < MEASUREMENTS; i++) {
            Measurement measured = own.measure(kernel, WorkKind.HEADER, 1);
            if (measured.hashesPerSecond() > 0) {
                return measured;
            }
        }
        throw new OpenClException("it has hashed nothing while it was measured");
    }

    /**
     * Lets it hash more and more until that takes a while, and so much once more: some drivers compile a kernel only when it runs, and
     * once again when it runs with many work-items. A job would wait for that.
     */
    private void warm(Work.Plain work) throws InterruptedException {
        Search search = kernel.prepare(work, Benchmark.HARD);
        long count = kernel.breadth();
        boolean isOnceMore = false;
        while (true) {
            permission.await();
            long begin = System.nanoTime();
            search.run(0, count, _ -> true, () -> false);
            boolean isLong = System.nanoTime() - begin >= times.warm.toNanos();
            if ((isLong && isOnceMore) || count == work.limit()) {
                return;
            }
            isOnceMore = isLong;
            if (!isLong) {
                count = count > work.limit() / 2 ? work.limit() : 2 * count;
            }
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
