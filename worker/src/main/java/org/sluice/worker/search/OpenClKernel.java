package org.sluice.worker.search;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.opencl.OpenClException;

import org.jspecify.annotations.Nullable;

/**
 * SHA-256 and SHA-256d on a device, through OpenCL: see {@code search.cl}.
 *
 * <p>All its searches take turns on one {@link OpenClSession}, which is made when the first one runs. After an error it is thrown away,
 * and the next run makes another.
 */
public final class OpenClKernel implements SearchKernel, AutoCloseable {
    /** For how long a device is given something to do at a time, so that others can use it too: a screen that it draws. */
    public static final Duration BATCH = Duration.ofMillis(20);

    private final OpenCl openCl;
    private final OpenClDevice device;
    private final String name;
    private final Duration batch;
    private @Nullable OpenClSession session;

    /**
     * A kernel for one device.
     *
     * @param name what people call it
     * @param batch how long the device is busy at a time
     */
    public OpenClKernel(OpenCl openCl, OpenClDevice device, String name, Duration batch) {
        this.openCl = openCl;
        this.device = device;
        this.name = name;
        this.batch = batch;
    }

    /** The device. */
    public OpenClDevice device() {
        return device;
    }

    /** The same with vectors of another width than the device prefers: 1, 2, 4, 8 or 16. */
    OpenClKernel ofVectorWidth(int width) {
        return new OpenClKernel(openCl, device.withVectorWidth(width), name, batch);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isOnProcessor() {
        return false;
    }

    @Override
    public boolean supports(Work work) {
        return Sha256.isAlgorithmOf(work);
    }

    @Override
    public Search prepare(Work work, Goal goal) {
        requireSupported(work);
        return new OpenClSearch(this, work, goal, new BatchSize(batch.toNanos(), OpenClSession.ROOM));
    }

    /** Runs one of its searches; another that runs at the moment ends first. */
    synchronized long run(OpenClSearch search, long start, long end, Hits hits, BooleanSupplier stop) {
        try {
            OpenClSession current = session;
            if (current == null) {
                current = new OpenClSession(openCl, device);
                session = current;
            }
            return current.run(search, start, end, hits, stop);
        } catch (OpenClException e) {
            close();
            throw e;
        }
    }

    /** Gives back what it has of the device. */
    @Override
    public synchronized void close() {
        OpenClSession current = session;
        session = null;
        if (current != null) {
            current.close();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
