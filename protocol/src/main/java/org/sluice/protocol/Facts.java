package org.sluice.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

/**
 * What one peer knows of a job for good: which integers who has hashed, and the solutions among them.
 *
 * <p>Facts are only ever united, whatever their age and whoever brings them, so a fact that is lost, repeated or late does
 * no harm. The one exception is a peer that was caught lying: nothing it says is a fact.
 */
final class Facts {
    private final Range job;
    private final Map<PeerId, RangeSet> byPeer = new LinkedHashMap<>();
    private final NavigableMap<Long, Solution> solutions = new TreeMap<>();
    private final Set<PeerId> distrusted = new HashSet<>();
    private RangeSet covered = RangeSet.EMPTY;

    Facts(Range job) {
        this.job = job;
    }

    /** What was new to the receiver among the facts that it was told. */
    record News(List<Coverage> coverage, List<Solution> solutions, RangeSet covered) {
        boolean isEmpty() {
            return coverage.isEmpty();
        }
    }

    /** Unites what is known with what is told, as far as it lies in the job's range. */
    News unite(Collection<Coverage> told, Collection<Solution> found) {
        RangeSet whole = RangeSet.of(job);
        Map<PeerId, RangeSet> news = new LinkedHashMap<>();
        for (Coverage coverage : told) {
            if (!distrusted.contains(coverage.peer())) {
                RangeSet known = byPeer.getOrDefault(coverage.peer(), RangeSet.EMPTY);
                RangeSet fresh = coverage.ranges().intersection(whole).minus(known);
                if (!fresh.isEmpty()) {
                    byPeer.put(coverage.peer(), known.plus(fresh));
                    news.merge(coverage.peer(), fresh, RangeSet::plus);
                }
            }
        }
        List<Solution> freshSolutions = new ArrayList<>();
        for (Solution solution : found) {
            if (job.contains(solution.integer()) && !distrusted.contains(solution.peer())
                    && solutions.putIfAbsent(solution.integer(), solution) == null) {
                freshSolutions.add(solution);
                // A solution travels with the integers around it, so it makes its own integer worth telling again.
                RangeSet itself = RangeSet.of(solution.integer(), solution.integer() + 1);
                byPeer.merge(solution.peer(), itself, RangeSet::plus);
                news.merge(solution.peer(), itself, RangeSet::plus);
            }
        }
        RangeSet before = covered;
        List<Coverage> coverage = new ArrayList<>(news.size());
        List<Range> all = new ArrayList<>();
        news.forEach((peer, ranges) -> {
            coverage.add(new Coverage(peer, ranges));
            all.addAll(ranges.ranges());
        });
        RangeSet fresh = RangeSet.of(all).minus(before);
        covered = before.plus(fresh);
        return new News(coverage, freshSolutions, fresh);
    }

    /** Forgets everything that the peer has told, and returns what is covered no more. */
    RangeSet distrust(PeerId peer) {
        distrusted.add(peer);
        byPeer.remove(peer);
        solutions.values().removeIf(solution -> solution.peer().equals(peer));
        RangeSet before = covered;
        List<Range> rest = new ArrayList<>();
        byPeer.values().forEach(ranges -> rest.addAll(ranges.ranges()));
        covered = RangeSet.of(rest);
        return before.minus(covered);
    }

    /** Removes a solution that is none. */
    void drop(Solution solution) {
        solutions.remove(solution.integer());
    }

    Set<PeerId> distrusted() {
        return distrusted;
    }

    /** The integers that are proven hashed. */
    RangeSet covered() {
        return covered;
    }

    /** Who has hashed what. */
    Map<PeerId, RangeSet> byPeer() {
        return byPeer;
    }

    int rangeCount() {
        return covered.rangeCount() + byPeer.values().stream().mapToInt(RangeSet::rangeCount).sum();
    }

    /** Everything that is known of the given integers. */
    List<Coverage> of(RangeSet ranges) {
        List<Coverage> coverage = new ArrayList<>();
        byPeer.forEach((peer, hashed) -> {
            RangeSet common = hashed.intersection(ranges);
            if (!common.isEmpty()) {
                coverage.add(new Coverage(peer, common));
            }
        });
        return coverage;
    }

    /** All solutions, by integer. */
    NavigableMap<Long, Solution> solutions() {
        return solutions;
    }
}
