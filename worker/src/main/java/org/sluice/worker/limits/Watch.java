package org.sluice.worker.limits;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks again and again whether a worker may hash by its schedule and by what else the machine does.
 *
 * <p>Whoever owns it calls {@link #look()} every second or so.
 */
public final class Watch {
    private static final Duration BETWEEN_LOOKS_AT_USAGE = Duration.ofSeconds(5);

    private final PauseReasons reasons;
    private final Optional<Schedule> schedule;
    private final Optional<Function<Instant, Usage>> usage;
    private final Clock wallClock;
    private final Supplier<Instant> steadyClock;
    private final IdleDetector detector = new IdleDetector();
    private Instant nextLookAtUsage = Instant.MIN;

    /**
     * A watch that has not looked yet.
     *
     * @param reasons is told what comes out
     * @param schedule when the worker may hash, if not always
     * @param usage what else the machine does, asked with a reading of the steady clock, if that matters
     * @param wallClock the local time
     * @param steadyClock a clock that does not jump
     */
    public Watch(PauseReasons reasons, Optional<Schedule> schedule, Optional<Function<Instant, Usage>> usage,
            Clock wallClock,
            Supplier<Instant> steadyClock) {
        this.reasons = reasons;
        this.schedule = schedule;
        this.usage = usage;
        this.wallClock = wallClock;
        this.steadyClock = steadyClock;
    }

    /** A look. */
    public void look() {
        LocalDateTime local = LocalDateTime.now(wallClock);
        reasons.set(PauseReasons.Source.SCHEDULE, schedule.filter(hours -> !hours.isOpen(local))
                .map(hours -> "outside its schedule " + hours));
        Instant now = steadyClock.get();
        if (usage.isPresent() && !now.isBefore(nextLookAtUsage)) {
            nextLookAtUsage = now.plus(BETWEEN_LOOKS_AT_USAGE);
            reasons.set(PauseReasons.Source.IDLE_DETECTOR, detector.inUse(now, usage.get().apply(now)));
        }
    }
}
