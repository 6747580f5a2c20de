package org.sluice.protocol.account;

import java.time.Duration;

/**
 * How fast one slot of this machine really hashes one job.
 *
 * <p>The benchmark measures one kind of work on an idle machine. Another algorithm may be ten times slower, and the machine
 * may be busy with other things; so the steps themselves are measured, later ones counting more.
 */
public final class Pace {
    /** Of a new measurement in the mean. */
    private static final double WEIGHT = 0.3;
    /** What is shorter says more about the clock than about the machine. */
    private static final Duration SHORTEST = Duration.ofMillis(5);

    private double hashesPerSecond;

    /** A step has ended. */
    public void measured(long hashes, Duration time) {
        if (hashes == 0) {
            return;
        }
        if (time.compareTo(SHORTEST) >= 0) {
            double measured = hashes / (time.toNanos() / 1e9);
            hashesPerSecond = isKnown() ? hashesPerSecond + WEIGHT * (measured - hashesPerSecond) : measured;
        } else if (hashes >= hashesPerSecond * (SHORTEST.toNanos() / 1e9)) {
            // After a standstill the steps are too short to be measured: they grow until they can be. A small piece tells
            // nothing, for it was to be as short as that.
            hashesPerSecond *= 2;
        }
    }

    /** Whether a step has been measured. */
    public boolean isKnown() {
        return hashesPerSecond > 0;
    }

    /** The rate of one slot in hashes/s; the benchmark's as long as no step has been measured. */
    public double hashesPerSecond(long benchmarked) {
        return isKnown() ? hashesPerSecond : benchmarked;
    }
}
