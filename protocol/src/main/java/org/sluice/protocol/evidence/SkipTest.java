package org.sluice.protocol.evidence;

import java.util.Optional;

import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

/**
 * The sequential test of one peer in one job: its shares are {@linkplain CountTest counted}, and the {@linkplain GapTest gaps}
 * between them measured. Each may accuse an honest peer with half of the probability that both together may.
 *
 * <p>It is fed with what the peer itself has claimed, and with nothing else. An alarm stays.
 */
public final class SkipTest {
    /** The probability with which an honest peer is ever accused in a job, at most. */
    public static final double ALPHA = 1e-6;

    private final double alarmAt;
    final CountTest count = new CountTest();
    final GapTest gaps;
    private long proven;
    private Optional<Alarm> alarm = Optional.empty();

    public SkipTest() {
        this(ALPHA);
    }

    /** A test that accuses an honest peer with this probability at most. */
    public SkipTest(double alpha) {
        alarmAt = Math.log(2 / alpha);
        gaps = new GapTest(alpha / 2);
    }

    /**
     * The peer has claimed these ranges, for the first time, and with them shares that were checked.
     *
     * @param goal what the shares meet
     * @param ranges the ranges, strung together in rising order behind those before
     * @param claim has the shares, among them all that the peer claims in the ranges; others do not count
     */
    public void add(ShareGoal goal, RangeSet ranges, Shares claim) {
        long[] shares = claim.integers().toArray();
        long counted = 0;
        int at = 0;
        for (Range range : ranges) {
            long from = range.start();
            while (at < shares.length && shares[at] < range.start()) {
                at++;
            }
            for (; at < shares.length && shares[at] < range.end(); at++) {
                pass(goal.expectedShares(shares[at] - from));
                gaps.share();
                from = shares[at] + 1;
                counted++;
            }
            pass(goal.expectedShares(range.end() - from));
        }
        count(goal.expectedShares(ranges), counted);
    }

    void count(double newlyExpected, long newlyProven) {
        count.add(newlyExpected, newlyProven);
        proven += newlyProven;
        double logRatio = count.logRatio();
        if (logRatio >= alarmAt && alarm.isEmpty()) {
            alarm = Optional.of(new Alarm.TooFew(count.expected(), proven, logRatio));
        }
    }

    private void pass(double expected) {
        gaps.pass(expected);
        if (gaps.length() >= gaps.limit() && alarm.isEmpty()) {
            alarm = Optional.of(new Alarm.TooFarApart(gaps.length(), gaps.limit()));
        }
    }

    /** What the peer is accused of, if anything. */
    public Optional<Alarm> alarm() {
        return alarm;
    }

    /** How many shares were expected of the peer. */
    public double expected() {
        return count.expected();
    }

    /** How many of them it has proven. */
    public long proven() {
        return proven;
    }
}
