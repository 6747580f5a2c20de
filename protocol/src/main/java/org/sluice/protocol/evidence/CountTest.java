package org.sluice.protocol.evidence;

import java.util.Arrays;

/**
 * The test of whether a peer has fewer shares than it should: sequential, so that results of any size add up and it may be asked
 * after each of them, for ever.
 *
 * <p>Of N integers, X are shares; if all were hashed, X is distributed binomially with mean e = N / 2^s, and nearly as Poisson(e). If
 * a part p of them was skipped, here and there, the mean is (1 - p) e. The likelihood ratio of the two is, of Poisson distributions,
 * <pre>
 *     L_p = (1 - p)^X exp(p e)
 * </pre>
 * and its expectation for an honest peer is 1, or below 1 with the binomial distribution: with q = 2^-s it is (1 - q p)^N exp(p q N).
 * So the product of the ratios of all results is a non-negative supermartingale, and so is any mixture of such products, even of
 * products that begin later, if it is known when and with which weights before their results are. Here
 * <pre>
 *     M = sum over p of 1/5 x sum over k = 0, 1, 2 ... of w_k x (product of L_p over the results behind start k)
 *     p = 5%, 10%, 20%, 40%, 80%;    w_0 = 1/2,  w_k = 1/2 x 1 / (k (k + 1)),  which add up to 1
 * </pre>
 * where start k comes when {@value #SHARES_PER_START} x k shares were expected; the ratio of one that has not come is 1. By Ville's
 * inequality (J. Ville, Étude critique de la notion de collectif, 1939) M of an honest peer reaches 1/alpha with probability alpha at
 * most, however long it works and whatever it reports next, as long as it has not chosen that by its hashes. The later
 * starts keep a peer from living on what it has hashed before it began to skip: after so many honest shares that start k comes, it
 * is caught ln(k (k + 1)) / (p + (1 - p) ln(1 - p)) shares later than a peer that skips from the beginning, and never much later
 * (compare G. Lorden, Procedures for reacting to a change in distribution, Annals of Mathematical Statistics 42, 1971; M. Pollak,
 * Optimal detection of a change in distribution, Annals of Statistics 13, 1985).
 *
 * <p>For each p the sums over k follow a recursion, so that a logarithm for each is all that is remembered.
 */
final class CountTest {
    /** After how many expected shares a further start comes. */
    static final int SHARES_PER_START = 100;

    private static final double[] SKIPPED = {0.05, 0.1, 0.2, 0.4, 0.8};

    /** For each p, the logarithm of the sum over the starts that have come. */
    private final double[] logSums = new double[SKIPPED.length];
    private double expected;
    /** The last start that has come. */
    private double start;

    CountTest() {
        Arrays.fill(logSums, -Math.log(2));
    }

    /** So many shares were expected, and so many proven. */
    void add(double newlyExpected, long newlyProven) {
        for (int i = 0; i < SKIPPED.length; i++) {
            logSums[i] += newlyProven * Math.log1p(-SKIPPED[i]) + SKIPPED[i] * newlyExpected;
        }
        expected += newlyExpected;
        begin(Math.floor(expected / SHARES_PER_START));
    }

    /** The starts up to this one have come; what follows is counted for them. */
    private void begin(double last) {
        if (last <= start) {
            return;
        }
        double weight = 0.5 * (last - start) / ((start + 1) * (last + 1)); // 1/(k(k+1)) = 1/k - 1/(k+1): the sum telescopes
        for (int i = 0; i < logSums.length; i++) {
            logSums[i] = logOfSum(logSums[i], Math.log(weight));
        }
        start = last;
    }

    private static double logOfSum(double logA, double logB) {
        double higher = Math.max(logA, logB);
        return higher + Math.log1p(Math.exp(Math.min(logA, logB) - higher));
    }

    /** The natural logarithm of M, without the starts that have not come. */
    double logRatio() {
        double highest = Arrays.stream(logSums).max().orElseThrow();
        double sum = 0;
        for (double logSum : logSums) {
            sum += Math.exp(logSum - highest);
        }
        return highest + Math.log(sum / SKIPPED.length);
    }

    /** Of how many shares it was told that they were expected. */
    double expected() {
        return expected;
    }
}
