package org.sluice.protocol.root;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

import org.sluice.protocol.account.Facts;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

/**
 * What came of a job.
 *
 * @param job the job
 * @param outcome how it ended
 * @param solutions the solutions that were verified, in rising order of their integers
 * @param hashes how many hashes were reported in all, integers that were hashed twice counted twice
 * @param overlapHashes how many of them were of integers that somebody else had hashed too
 * @param gaps the integers of the job's range that are not proven hashed
 * @param shares who hashed how much, the largest share first
 * @param elapsed how long the job took
 */
public record Answer(JobSpec job, Outcome outcome, List<Solution> solutions, BigInteger hashes,
        BigInteger overlapHashes, RangeSet gaps, List<Share> shares, Duration elapsed) {
    public Answer {
        solutions = List.copyOf(solutions);
        shares = List.copyOf(shares);
    }

    static Answer of(JobSpec job, Outcome outcome, Collection<Solution> verified, Facts facts,
            Predicate<PeerId> isAlive,
            Duration elapsed) {
        BigInteger hashes = BigInteger.ZERO;
        for (RangeSet ranges : facts.byPeer().values()) {
            hashes = hashes.add(BigInteger.valueOf(ranges.size()));
        }
        double all = hashes.doubleValue();
        List<Share> shares = new ArrayList<>();
        facts.byPeer()
                .forEach((peer, ranges) -> shares.add(new Share(peer, ranges.size(), all == 0 ? 0 : ranges.size() / all,
                        isAlive.test(peer))));
        shares.sort(Comparator.comparingLong(Share::hashes).reversed().thenComparing(Share::peer));
        List<Solution> solutions = new ArrayList<>(verified);
        solutions.sort(Comparator.comparingLong(Solution::integer));
        BigInteger overlap = hashes.subtract(BigInteger.valueOf(facts.covered().size()));
        return new Answer(job, outcome, solutions, hashes, overlap, RangeSet.of(job.range()).minus(facts.covered()),
                shares, elapsed);
    }

    /**
     * One peer's part.
     *
     * @param peer who
     * @param hashes how many integers it hashed
     * @param share its part of all hashes, 0 to 1
     * @param alive whether it was alive when the job ended
     */
    public record Share(PeerId peer, long hashes, double share, boolean alive) {}
}
