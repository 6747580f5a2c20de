package org.sluice.deploy.failure;

import java.time.Duration;

import org.sluice.deploy.output.StandardStreams;
import org.sluice.deploy.output.Trace;
import org.sluice.schemas.kafka.VitalThread;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process when a thread dies that it cannot live without, so that whoever supervises it starts it again.
 *
 * <p>It leaves the network as for any other reason to end, but does not wait for that longer than a moment.
 */
public final class ThreadDeaths implements Thread.UncaughtExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadDeaths.class);
    private static final Duration LEAVING = Duration.ofSeconds(5);

    @Override
    public void uncaughtException(Thread thread, Throwable failure) {
        if (!(thread instanceof VitalThread)) {
            LOG.warn("the thread {} has died: {}", thread.getName(), failure.toString());
            LOG.debug("where that was", failure);
            return;
        }
        // First of all: what is printed may wait for who reads it.
        Thread.ofPlatform().daemon().start(ThreadDeaths::haltSoon);
        StandardStreams
                .lastWords("sluice: the thread " + thread.getName() + " has died, without which nothing goes on: "
                        + failure.toString().lines().findFirst().orElse("") + "; start this process again");
        if (Logging.verbose()) {
            Trace.lines(failure).forEach(StandardStreams::lastWords);
        }
        // Not by this thread, whose end others may wait for while the process ends.
        Thread.ofPlatform().daemon().start(() -> System.exit(Failures.INFRASTRUCTURE));
    }

    private static void haltSoon() {
        try {
            Thread.sleep(LEAVING);
        } catch (InterruptedException e) {
            // Then at once.
        }
        Runtime.getRuntime().halt(Failures.INFRASTRUCTURE);
    }
}
