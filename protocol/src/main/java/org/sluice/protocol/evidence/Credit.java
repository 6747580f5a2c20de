package org.sluice.protocol.evidence;

/**
 * What a peer has contributed, measured by what it has proven.
 *
 * <p>Each proven share stands for the hashes that one takes on average. Their sum is an unbiased estimate of the hashes that were
 * made, whatever was claimed; of n shares of one strength its relative error is 1 / sqrt(n).
 *
 * @param shares how many shares the peer was the first to prove
 * @param hashes the sum of the hashes for which they stand
 * @param variance the sum of the squares of these, which estimates the variance of {@code hashes}
 */
public record Credit(long shares, double hashes, double variance) {
    /** Of a peer that has proven nothing. */
    public static final Credit NONE = new Credit(0, 0, 0);

    /** The same with further shares that stand for so many hashes each. */
    Credit plus(long further, double hashesPerShare) {
        return new Credit(shares + further, hashes + further * hashesPerShare,
                variance + further * hashesPerShare * hashesPerShare);
    }

    /** The standard deviation of {@link #hashes}. */
    public double standardError() {
        return Math.sqrt(variance);
    }
}
