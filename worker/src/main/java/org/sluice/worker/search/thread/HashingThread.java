package org.sluice.worker.search.thread;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.sluice.protocol.Input;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.worker.search.measure.CpuAffinity;
import org.sluice.worker.search.measure.DutyCycle;
import org.sluice.worker.search.measure.ThreadClock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One hashing thread of {@link HashingThreads}.
 *
 * <p>A kernel that throws, or that tells of a hit that is none, costs only the range it was given: nothing of it
 * counts as hashed. When it has failed repeatedly in one search the portable kernel takes over; a {@link Device} rests. Where no other
 * kernel is left to try, a failure is told of only after a pause, lest the peer spins.
 */
final class HashingThread implements Runnable {
    private static final long FAILURE_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(HashingThread.class);

    private final int index;
    private final SlotSearches searches;
    private final PeerId self;
    private final CpuAffinity affinity;
    private final Consumer<Input.HashingEnded> ended;
    private final DutyCycle duty;
    private final Thread thread;
    private final AtomicReference<@Nullable Assignment> current = new AtomicReference<>();
    private volatile boolean closed;

    /** What the slot is doing. */
    private static final class Assignment {
        final JobSpec job;
        final Range range;
        volatile boolean stopped;

        Assignment(JobSpec job, Range range) {
            this.job = job;
            this.range = range;
        }
    }

    HashingThread(int index, SlotSearches searches, PeerId self, double share, CpuAffinity affinity,
            Consumer<Input.HashingEnded> ended) {
        this.index = index;
        this.searches = searches;
        this.self = self;
        this.affinity = affinity;
        this.ended = ended;
        this.duty = new DutyCycle(share, ThreadClock.ofSystem());
        this.thread = Thread.ofPlatform().name("sluice-hash-" + index).daemon().unstarted(this);
    }

    /** Starts the thread. */
    void begin() {
        thread.start();
    }

    void start(JobSpec job, Range range) {
        if (closed) {
            throw new IllegalStateException("slot " + index + " was started after it was closed");
        }
        if (!current.compareAndSet(null, new Assignment(job, range))) {
            throw new IllegalStateException("slot " + index + " was started with " + range + " while it is busy");
        }
        LockSupport.unpark(thread);
    }

    void stop() {
        Assignment assignment = current.get();
        if (assignment != null) {
            assignment.stopped = true;
            LockSupport.unpark(thread);
        }
    }

    void close() {
        closed = true;
        stop();
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        affinity.bind(index);
        while (true) {
            Assignment assignment = current.get();
            if (assignment != null) {
                Input.HashingEnded end = hash(assignment);
                current.set(null); // First idle, then told of: the answer may be the next start.
                ended.accept(end);
            } else if (closed) {
                return;
            } else {
                LockSupport.park(this);
            }
        }
    }

    private Input.HashingEnded hash(Assignment assignment) {
        JobSpec job = assignment.job;
        Range range = assignment.range;
        SlotSearches.Prepared prepared = searches.of(job.work(), job.goal());
        BooleanSupplier stop = () -> assignment.stopped || closed;
        Finds finds = new Finds(job, range, self, stop);
        duty.rested();
        long begin = System.nanoTime();
        try {
            long next = prepared.search().run(range.start(), range.end(), finds, () -> {
                rest(duty.worked(), stop);
                return stop.getAsBoolean();
            });
            duty.worked();
            RangeSet hashed = finds.endedBefore(next);
            prepared.succeeded();
            LOG.debug("slot {} hashed {} integers in {} us with {}", index, hashed.size(),
                    TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin), prepared.kernelName());
            return new Input.HashingEnded(index, job.id(), hashed, finds.solutions());
        } catch (Throwable fault) { // Whatever a kernel does wrong, an Error too, must not end the thread.
            LOG.warn("kernel {} failed on {} of job {}: {}", prepared.kernelName(), range, job.id(), fault.toString());
            LOG.debug("where it failed", fault);
            if (!prepared.failed(fault)) {
                pause(stop);
            }
            return new Input.HashingEnded(index, job.id(), RangeSet.EMPTY, List.of());
        }
    }

    /** Every kernel looks at the stop signal each millisecond or so: there it rests too, until it is stopped. */
    private void rest(long nanos, BooleanSupplier stop) {
        long left = nanos;
        while (left > 0 && !stop.getAsBoolean()) {
            LockSupport.parkNanos(this, left);
            left = duty.rested();
        }
    }

    private void pause(BooleanSupplier stop) {
        long until = System.nanoTime() + FAILURE_PAUSE_NANOS;
        long left = FAILURE_PAUSE_NANOS;
        while (left > 0 && !stop.getAsBoolean()) {
            LockSupport.parkNanos(this, left);
            left = until - System.nanoTime();
        }
    }
}
