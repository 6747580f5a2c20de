package org.sluice.protocol.evidence;

/**
 * The test of whether a peer has skipped a piece: its ranges are strung together in the order in which it claims them, and no two
 * shares may lie too far apart.
 *
 * <p>Lengths are counted in expected shares, N / 2^s, so that the strength may change. The way to the next share, in an honest
 * peer's ranges, is longer than g with probability (1 - 2^-s)^N, which is at most exp(-g), whatever was before. The k-th way may have the
 * length
 * <pre>
 *     g_k = ln(1 / alpha_k),    alpha_k = alpha x 6 / (pi^2 k^2),    the sum of all alpha_k is alpha
 * </pre>
 * so that an honest peer is accused with probability alpha at most, for ever (the union bound; alpha is spent as 1/k^2, compare
 * K. K. G. Lan, D. L. DeMets, Discrete sequential boundaries, Biometrika 70, 1983). With alpha = 5 10^-7, 1,000
 * shares allow a way of 28.8, a million one of 42.6.
 */
final class GapTest {
    private final double alpha;
    /** Which way this is, from 1. */
    private double number = 1;
    private double length;

    /** A test that accuses an honest peer with this probability at most. */
    GapTest(double alpha) {
        this.alpha = alpha;
    }

    /** So many shares were expected up to here, and none is there. */
    void pass(double newlyExpected) {
        length += newlyExpected;
    }

    /** The next integer is a share. */
    void share() {
        number++;
        length = 0;
    }

    /** How many shares have been expected since the last. */
    double length() {
        return length;
    }

    /** The length that is too much for an honest peer. */
    double limit() {
        return Math.log(Math.PI * Math.PI * number * number / (6 * alpha));
    }
}
