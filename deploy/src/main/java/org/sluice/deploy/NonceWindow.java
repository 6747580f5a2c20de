package org.sluice.deploy;

import java.time.Duration;

import org.sluice.protocol.value.Range;

/** A part of a header's nonces that a machine searches in a given time, around one that is known to fit. */
final class NonceWindow {
    /** All nonces of a header. */
    static final Range ALL = new Range(0, 1L << 32);
    /** Enough for several workers to divide, however slow a machine is. */
    static final long LEAST = 1 << 20;

    private NonceWindow() {}

    /**
     * The window in whose middle a nonce stands, or which ends where the nonces end.
     *
     * @param rate hashes per second
     */
    static Range around(long nonce, long rate, Duration time) {
        if (nonce < ALL.start() || nonce >= ALL.end()) {
            throw new IllegalArgumentException(nonce + " is no nonce");
        }
        double wanted = rate * (time.toMillis() / 1e3);
        long size = (long) Math.clamp(wanted, (double) LEAST, (double) ALL.size());
        long start = Math.clamp(nonce - size / 2, ALL.start(), ALL.end() - size);
        return new Range(start, start + size);
    }

    /** How long hashing a range takes at a rate, in whole seconds and at least one. */
    static Duration time(Range range, long rate) {
        return Duration.ofSeconds(Math.max(1, Math.round((double) range.size() / rate)));
    }
}
