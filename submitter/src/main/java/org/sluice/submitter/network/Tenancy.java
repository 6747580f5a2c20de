package org.sluice.submitter.network;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

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

    private final Tracker tracker;
    private final JobRecord record;
    private final Duration timeToLive;
    private final Thread thread = Thread.ofVirtual().name("sluice-tenancy").unstarted(this::run);
    private volatile boolean over;

    /** @param timeToLive from each time that the expiry is put off */
    Tenancy(Tracker tracker, JobRecord record, Duration timeToLive) {
        this.tracker = tracker;
        this.record = record;
        this.timeToLive = timeToLive;
    }

    void begin() {
        thread.start();
    }

    private void run() {
        while (true) {
            LockSupport.parkNanos(timeToLive.dividedBy(4).toNanos());
            if (over) {
                return;
            }
            try {
                renew();
            } catch (RuntimeException e) { // Of the tracker's client, whatever it is: the next time may be luckier.
                LOG.debug("the expiry of {} cannot be put off", record.job(), e);
            }
        }
    }

    private void renew() {
        tracker.jobs()
                .find(record.job())
                .filter(found -> found.rootEpoch() == record.rootEpoch() && !found.state().ended())
                .ifPresent(found -> tracker.jobs().update(found.withExpires(tracker.time().plus(timeToLive))));
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
    }
}
