package org.sluice.simulator.world;

import java.time.Duration;
import java.time.Instant;

/** A peer's own monotonic clock: it began somewhere and runs a little too fast or too slow. */
public final class Clock {
    private final long origin;
    private final double pace;

    /**
     * A clock.
     *
     * @param origin its reading, in nanoseconds, when the simulation began
     * @param drift by what part of a second it gains each second
     */
    public Clock(long origin, double drift) {
        this.origin = origin;
        this.pace = 1 + drift;
    }

    /** What the clock shows at a virtual time. */
    Instant at(long time) {
        return Instant.EPOCH.plusNanos(reading(time));
    }

    private long reading(long time) {
        return origin + (pace == 1 ? time : (long) (time * pace));
    }

    /** The first virtual time at which the clock shows this or more. */
    long when(Instant instant) {
        long reading = Duration.between(Instant.EPOCH, instant).toNanos();
        long time = pace == 1 ? reading - origin : (long) ((reading - origin) / pace);
        while (reading(time) < reading) {
            time++;
        }
        return time;
    }
}
