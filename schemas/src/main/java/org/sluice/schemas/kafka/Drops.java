package org.sluice.schemas.kafka;

import java.time.Duration;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what was handed in and not sent, and says so now and then, however much it is: a part of {@link Outbox}, guarded by
 * its lock.
 */
final class Drops {
    private static final Logger LOG = LoggerFactory.getLogger(Drops.class);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(30);

    private long count;
    private long said;
    private String reason = "";
    private long saidAt;

    Drops(long now) {
        saidAt = now - BETWEEN_LINES.toNanos();
    }

    /** What nobody waits for any more, such as what was meant for a peer that is gone. */
    void expected() {
        count++;
        said++;
    }

    /** What should have been sent. */
    void lost(String why, long now) {
        count++;
        reason = why;
        say(now);
    }

    /** Says what was lost since the last time, unless that was a moment ago. */
    void say(long now) {
        if (count > said && now - saidAt >= BETWEEN_LINES.toNanos()) {
            LOG.warn("{} messages were dropped, the last of them because {}", count - said, reason);
            said = count;
            saidAt = now;
        }
    }

    /** How many since the start. */
    long count() {
        return count;
    }
}
