package org.sluice.worker.limits;

import java.time.Duration;
import java.util.Optional;

/**
 * How much somebody else wants of this machine.
 *
 * @param load the part of all processors' time that other processes took since the last look, 0 to 1
 * @param sinceInput how long ago somebody typed or moved the mouse, not negative; empty where that cannot be read
 */
public record Usage(double load, Optional<Duration> sinceInput) {
    public Usage {
        if (!(load >= 0 && load <= 1)) {
            throw new IllegalArgumentException("a load is from 0 to 1, not " + load);
        }
        sinceInput.filter(Duration::isNegative).ifPresent(input -> {
            throw new IllegalArgumentException("nobody has typed in time to come: " + input);
        });
    }
}
