package org.sluice.submitter.network;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the network from time to time whether it is there, and tells when that changes.
 *
 * <p>A root may have nothing to send for long, and nothing to hear: then only a question of its own shows that nobody would answer.
 */
final class NetworkPulse implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkPulse.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final BooleanSupplier question;
    private final Duration patience;
    private final Listener listener;
    private final ExecutorService asker = Executors.newSingleThreadExecutor(daemon("sluice-pulse-asker"));
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(daemon("sluice-pulse"));
    private @Nullable Future<Boolean> open;
    private boolean answers = true;

    /** Hears of changes, on a thread of the pulse. */
    interface Listener {
        /** The network answers again, or no more. */
        void changed(boolean answers);
    }

    /**
     * A pulse that does not beat yet; the network is taken to be there.
     *
     * @param question whether it answers; may take long, or fail
     * @param patience after which a question that is still open means no
     */
    NetworkPulse(BooleanSupplier question, Duration patience, Listener listener) {
        this.question = question;
        this.patience = patience;
        this.listener = listener;
    }

    /** Begins to ask. */
    static NetworkPulse start(BooleanSupplier question, Listener listener) {
        NetworkPulse pulse = new NetworkPulse(question, PATIENCE, listener);
        var _ = pulse.watch.scheduleWithFixedDelay(pulse::look, INTERVAL.toMillis(), INTERVAL.toMillis(),
                TimeUnit.MILLISECONDS);
        return pulse;
    }

    private static ThreadFactory daemon(String name) {
        return Thread.ofPlatform().daemon().name(name).factory();
    }

    /** Asks, or waits on for an answer that is still open. */
    void look() {
        try {
            boolean now = answered();
            if (now != answers) {
                answers = now;
                listener.changed(now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("looking for the network failed", e);
        }
    }

    private boolean answered() throws InterruptedException {
        Future<Boolean> asked = open == null ? asker.submit(question::getAsBoolean) : open;
        try {
            open = null;
            return asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            open = asked;
            return false;
        } catch (ExecutionException e) {
            LOG.debug("the network does not answer", e.getCause());
            return false;
        }
    }

    @Override
    public void close() {
        watch.shutdownNow();
        asker.shutdownNow();
    }
}
