package org.sluice.worker.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * How long ago somebody typed, as far as the access times of terminals tell.
 *
 * <p>The kernel notes there when something was last read from a terminal: within some seconds, the last key. It takes the
 * time from the wall clock, which may be set, and anybody may set the time of his own terminal to what he likes. So a time is
 * compared with the wall clock only when its terminal is first seen, and one to come is no time then. Afterwards whatever
 * changes it is a key, pressed since the last look, and a clock that does not jump counts from there.
 */
final class TerminalInput {
    private final Map<String, Instant> accessed = new HashMap<>();
    private @Nullable Instant last;

    /** Terminals that have not been looked at. */
    TerminalInput() {}

    /**
     * Takes a new look into account.
     *
     * @param accessTimes of every terminal there is
     * @param wall what the wall clock shows
     * @param now a reading of a clock that does not jump, not before the last
     * @return how long ago somebody typed, never negative; empty if nothing is known
     */
    Optional<Duration> since(Map<String, Instant> accessTimes, Instant wall, Instant now) {
        accessTimes.forEach((terminal, time) -> {
            Instant before = accessed.put(terminal, time);
            if (before == null && !time.isAfter(wall)) {
                typed(now.minus(Duration.between(time, wall)));
            } else if (before != null && !before.equals(time)) {
                typed(now);
            }
        });
        accessed.keySet().retainAll(accessTimes.keySet());
        return Optional.ofNullable(last).map(time -> Duration.between(time, now));
    }

    private void typed(Instant time) {
        if (last == null || time.isAfter(last)) {
            last = time;
        }
    }
}
