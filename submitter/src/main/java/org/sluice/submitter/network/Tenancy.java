package org.sluice.submitter.network;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.sluice.protocol.value.JobId;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.JobRecord;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a campaign's expiry off as long as this process lives: nobody knows how long it takes, and when this process has died nobody can go
 * on with it.
 */
final class Tenancy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);

    private final JobId campaign;
    private final Runnable renewal;
    private final Duration pause;
    private final Thread thread = Thread.ofVirtual().name("sluice-tenancy").unstarted(this::run);
    private volatile boolean over;

    /** @param timeToLive from each time that the expiry is put off */
    Tenancy(Tracker tracker, JobRecord record, Duration timeToLive) {
        this(record.job(), () -> renew(tracker, record, timeToLive), timeToLive.dividedBy(4));
    }

    Tenancy(JobId campaign, Runnable renewal, Duration pause) {
        this.campaign = campaign;
        this.renewal = renewal;
        this.pause = pause;
    }

    void begin() {
        thread.start();
    }

    private void run() {
        while (true) {
            LockSupport.parkNanos(pause.toNanos());
            if (over) {
                return;
            }
            try {
                renewUnlessOver();
            } catch (RuntimeException e) { // Of the tracker's client, whatever it is: the next time may be luckier.
                LOG.debug("the expiry of {} cannot be put off", campaign, e);
            }
        }
    }

    /** Who closes this writes the end next: what was read before must not be written after it. */
    private synchronized void renewUnlessOver() {
        if (!over) {
            renewal.run();
        }
    }

    private static void renew(Tracker tracker, JobRecord record, Duration timeToLive) {
        tracker.jobs()
                .find(record.job())
                .filter(found -> found.rootEpoch() == record.rootEpoch() && !found.state().ended())
                .ifPresent(found -> tracker.jobs().update(found.withExpires(tracker.time().plus(timeToLive))));
    }

    /** Waits until the expiry is not being put off any more. */
    @Override
    public synchronized void close() {
        over = true;
        LockSupport.unpark(thread);
    }
}
