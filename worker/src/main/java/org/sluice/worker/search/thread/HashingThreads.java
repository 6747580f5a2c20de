package org.sluice.worker.search.thread;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

import org.sluice.protocol.Input;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.measure.CpuAffinity;

/**
 * The hashing threads of a peer, the original document's subjob processes: one for each slot. Those of devices come last.
 *
 * <p>{@link #start}, {@link #stop} and {@link #close} are called by the peer's protocol thread; they never wait for
 * hashing. Every start is answered by exactly one {@link Input.HashingEnded}, delivered on the slot's thread when the
 * slot is already idle again. Its hashed integers are always a prefix of the range, and all the solutions in it are
 * named.
 */
public final class HashingThreads implements AutoCloseable {
    private final List<HashingThread> slots;

    /**
     * Starts the threads, daemons named {@code sluice-hash-0} and so on.
     *
     * @param count how many, 1 or more
     * @param kernels chooses the kernel for a work; asked before every range, so that a better choice is taken up at
     *     once
     * @param self the finder to be named in solutions
     * @param ended is told of every end, on the slot's thread; it must be quick and must not throw
     */
    public HashingThreads(int count, Function<Work, SearchKernel> kernels, PeerId self,
            Consumer<Input.HashingEnded> ended) {
        this(count, kernels, self, 1, ended);
    }

    /**
     * Starts threads that each keep to a share of a processor's time.
     *
     * @param share above 0 and at most 1, which is no limit
     */
    public HashingThreads(int count, Function<Work, SearchKernel> kernels, PeerId self, double share,
            Consumer<Input.HashingEnded> ended) {
        this(count, kernels, List.of(), self, share, CpuAffinity.NONE, ended);
    }

    /**
     * Starts threads that hash, each within a share of a processor's time, and one for each device.
     *
     * @param count how many threads hash themselves, 0 or more
     * @param devices what hashes for the others
     * @param affinity the CPUs that threads which hash themselves are bound to
     */
    public HashingThreads(int count, Function<Work, SearchKernel> kernels, List<Device> devices, PeerId self,
            double share,
            CpuAffinity affinity, Consumer<Input.HashingEnded> ended) {
        if (count < 0 || count + devices.size() < 1) {
            throw new IllegalArgumentException("there must be 1 slot or more, not " + count + " and " + devices.size());
        }
        List<HashingThread> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new HashingThread(all.size(), new PreparedSearches(kernels), self, share, affinity, ended));
        }
        for (Device device : devices) {
            all.add(new HashingThread(all.size(), new DeviceSearches(device), self, 1, CpuAffinity.NONE, ended));
        }
        this.slots = List.copyOf(all);
        slots.forEach(HashingThread::begin);
    }

    /** How many slots there are. */
    public int count() {
        return slots.size();
    }

    /**
     * Hashes a range on an idle slot. In mode FIRST the slot ends with its first hit.
     *
     * @throws IllegalStateException if the slot is busy or closed
     */
    public void start(int slot, JobSpec job, Range range) {
        slots.get(slot).start(job, range);
    }

    /** Ends hashing on a slot within some milliseconds; nothing happens if it is idle. */
    public void stop(int slot) {
        slots.get(slot).stop();
    }

    /** Ends hashing on all slots and their threads. What was being hashed is still told of, shortly after. */
    @Override
    public void close() {
        slots.forEach(HashingThread::close);
    }
}
