package org.sluice.tracker.node;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.sluice.schemas.kafka.VitalThread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One named thread that runs tasks in order, survives what they throw, and takes none after it was closed. */
public final class OwnThread implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnThread.class);

    private final ScheduledThreadPoolExecutor executor;

    public OwnThread(String name) {
        executor = new ScheduledThreadPoolExecutor(1, task -> new VitalThread(name, task),
                new ThreadPoolExecutor.DiscardPolicy());
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setRemoveOnCancelPolicy(true);
    }

    public void run(Runnable task) {
        executor.execute(() -> guard(task));
    }

    public void runAfter(Duration delay, Runnable task) {
        var _ = executor.schedule(() -> guard(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Interrupts what runs, drops what waits. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    private void guard(Runnable task) {
        try {
            task.run();
        } catch (TrackerException e) {
            LOG.debug("{}", e.getMessage());
        } catch (RuntimeException e) {
            if (!executor.isShutdown()) {
                LOG.warn("A task of the tracker's client failed", e);
            }
        } catch (Error e) {
            VitalThread.died(e);
            throw e;
        }
    }
}
