package org.sluice.worker.search.device;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.opencl.DriverThread;
import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.opencl.OpenClException;
import org.sluice.worker.opencl.OpenClHangException;
import org.sluice.worker.search.Hits;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.Sha256;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SHA-256 and SHA-256d on a device, through OpenCL: see {@code search.cl}.
 *
 * <p>All its searches take turns on one {@link OpenClSession}, which is made when the first one runs. After an error it is thrown away,
 * and the next run makes another. Once the device has hung, all of them fail at once.
 */
public final class OpenClKernel implements SearchKernel, AutoCloseable {
    /** For how long a device is given something to do at a time, so that others can use it too: a screen that it draws. */
    public static final Duration BATCH = Duration.ofMillis(20);
    private static final long ITEMS_OF_UNIT = 8 * OpenClSession.ITEMS_IN_GROUP;
    private static final int LEAST_BREADTH = 1 << 14;
    /** So many are hashed by the reference in a part of a second. */
    private static final int MOST_BREADTH = 1 << 18;
    /** Who is told to stop waits so long for what the device has begun, and as many times as long as a batch should last. */
    private static final Duration GRACE = Duration.ofMillis(100);
    private static final int GRACE_BATCHES = 3;
    private static final Logger LOG = LoggerFactory.getLogger(OpenClKernel.class);

    private final OpenCl openCl;
    private final OpenClDevice device;
    private final String name;
    private final Duration batch;
    /** The only thread that enters the device's driver. */
    private final DriverThread driver;
    /** It belongs to that thread. */
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
        this.driver = openCl.thread("sluice-driver-" + name);
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

    /** Some groups of work-items for each compute unit: an even share may be less than one needs to be given any. */
    @Override
    public int breadth() {
        return Math.clamp(ITEMS_OF_UNIT * device.computeUnits() * device.vectorWidth(), LEAST_BREADTH,
                MOST_BREADTH);
    }

    @Override
    public boolean supports(Work.Plain work) {
        return Sha256.isAlgorithmOf(work);
    }

    @Override
    public Search prepare(Work.Plain work, Goal goal) {
        requireSupported(work);
        return new OpenClSearch(this, work, goal, new BatchSize(breadth(), batch.toNanos(), OpenClSession.ROOM));
    }

    /** Runs one of its searches; another that runs at the moment ends first. */
    synchronized long run(OpenClSearch search, long start, long end, Hits hits, BooleanSupplier stop) {
        long done = start;
        try {
            boolean isFirst = true;
            while (true) {
                boolean begins = isFirst;
                boolean goesOn = !stop.getAsBoolean();
                OpenClSession.Landing landing = driver.call(() -> {
                    OpenClSession working = session();
                    if (begins) {
                        working.begin(start);
                    }
                    return working.advance(search, end, goesOn);
                }, stop, GRACE.plus(batch.multipliedBy(GRACE_BATCHES)));
                if (landing == null) {
                    return done;
                }
                isFirst = false;
                for (long integer : landing.told()) {
                    if (search.isHit(integer) && !hits.found(integer)) {
                        return integer + 1;
                    }
                }
                done = landing.end();
            }
        } catch (OpenClException e) {
            driver.later(this::closeSession);
            throw e;
        } finally {
            driver.later(this::drain);
        }
    }

    private OpenClSession session() {
        OpenClSession current = session;
        if (current == null) {
            current = new OpenClSession(openCl, device, openCl.patience());
            session = current;
        }
        return current;
    }

    private void drain() {
        OpenClSession current = session;
        if (current != null) {
            current.drain();
        }
    }

    private void closeSession() {
        OpenClSession current = session;
        session = null;
        if (current != null) {
            current.close();
        }
    }

    /** Gives back what it has of the device, unless that hangs. */
    @Override
    public void close() {
        try {
            driver.call(() -> {
                closeSession();
                return true;
            });
        } catch (OpenClHangException e) {
            LOG.debug("{} cannot be given back: {}", name, e.getMessage());
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
