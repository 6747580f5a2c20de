package org.sluice.worker.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether a machine is idle, so that its volunteer does not notice the worker.
 *
 * <p>It must not flap. Two thresholds with a gap between them, and a time for which each must have been passed, see to that:
 * the machine counts as busy when others have taken more than a quarter of it for 10 s, and as idle again when they have
 * taken less than a tenth for a minute. Somebody who types is a reason at once, and for as long as it takes to read a page.
 */
public final class IdleDetector {
    static final double BUSY_LOAD = 0.25;
    static final double IDLE_LOAD = 0.10;
    static final Duration BUSY_AFTER = Duration.ofSeconds(10);
    static final Duration IDLE_AFTER = Duration.ofMinutes(1);
    static final Duration INPUT_LASTS = Duration.ofMinutes(3);

    private boolean loaded;
    /** Since when the load has been beyond the threshold that would change the verdict, null while it is not. */
    private @Nullable Instant beyondSince;

    /** Begins with a machine that others leave alone, as far as is known. */
    public IdleDetector() {}

    /**
     * Takes a new look into account.
     *
     * @param now a reading of a clock that does not jump, not before the last
     * @return why the machine is in use, empty if it is idle
     */
    public Optional<String> inUse(Instant now, Usage usage) {
        boolean beyond = loaded ? usage.load() < IDLE_LOAD : usage.load() > BUSY_LOAD;
        if (!beyond) {
            beyondSince = null;
        } else if (beyondSince == null) {
            beyondSince = now;
        }
        if (beyondSince != null) {
            Duration lasting = Duration.between(beyondSince, now);
            if (lasting.compareTo(loaded ? IDLE_AFTER : BUSY_AFTER) >= 0) {
                loaded = !loaded;
                beyondSince = null;
            }
        }
        if (usage.sinceInput().filter(input -> input.compareTo(INPUT_LASTS) < 0).isPresent()) {
            return Optional.of("somebody uses this machine");
        }
        return loaded ? Optional.of("other programs need this machine") : Optional.empty();
    }
}
