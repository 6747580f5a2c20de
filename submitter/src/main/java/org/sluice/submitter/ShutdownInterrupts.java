package org.sluice.submitter;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C and SIGTERM, as the JVM tells of them: by beginning to shut down.
 *
 * <p>The shutdown waits for its hooks while the command's own thread goes on, so the command can cancel its job, print what
 * there is and leave its network. The JVM then ends with 128 + the number of the signal, whatever the command returns.
 */
public final class ShutdownInterrupts implements Interrupts {
    private final Duration grace;

    /**
     * Watches for shutdown.
     *
     * @param grace how long a command may take to end
     */
    public ShutdownInterrupts(Duration grace) {
        this.grace = grace;
    }

    @Override
    public Watch watch() {
        HookWatch watch = new HookWatch();
        Runtime.getRuntime().addShutdownHook(watch.hook);
        return watch;
    }

    private final class HookWatch implements Watch {
        private final CountDownLatch closed = new CountDownLatch(1);
        private final Thread hook = new Thread(this::shuttingDown, "interrupted");
        private @Nullable Runnable action;
        private boolean interrupted;

        private void shuttingDown() {
            Runnable current;
            synchronized (this) {
                interrupted = true;
                current = action;
            }
            if (current == null) {
                return;
            }
            current.run();
            try {
                // When the time is up the process ends all the same.
                var _ = closed.await(grace.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void onInterrupt(Runnable action) {
            boolean late;
            synchronized (this) {
                this.action = action;
                late = interrupted;
            }
            if (late) {
                action.run();
            }
        }

        @Override
        public synchronized boolean interrupted() {
            return interrupted;
        }

        @Override
        public void close() {
            closed.countDown();
            if (!interrupted()) {
                try {
                    Runtime.getRuntime().removeShutdownHook(hook);
                } catch (IllegalStateException e) {
                    // The shutdown has just begun; the hook returns at once, for the watch is closed.
                }
            }
        }
    }
}
