package org.sluice.protocol.account;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.Verifier;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

/**
 * What one peer knows of a job for good: which integers who has hashed, and the solutions among them.
 *
 * <p>Facts are only ever united, whatever their age and whoever brings them, so a fact that is lost, repeated or late does
 * no harm. The one exception is a peer that was caught lying: nothing it says is a fact. It is caught by what can be checked,
 * the solutions that it claims, and these are checked before anything that comes with them is united: so a peer that is
 * honest never passes on a false one, and whoever says it answers for it.
 */
public final class Facts {
    private final JobSpec job;
    private final Verifier verifier;
    private final Map<PeerId, RangeSet> byPeer = new LinkedHashMap<>();
    private final NavigableMap<Long, Solution> solutions = new TreeMap<>();
    private final Set<PeerId> distrusted = new HashSet<>();
    /** What those of them have claimed who were caught here. */
    private final Map<PeerId, Solution> lies = new LinkedHashMap<>();
    private RangeSet covered = RangeSet.EMPTY;
    /** Of how many separate ranges it consists who has hashed what. */
    private int facts;

    public Facts(JobSpec job, Verifier verifier) {
        this.job = job;
        this.verifier = verifier;
    }

    /** What was new to the receiver among the facts that it was told. */
    public record News(List<Coverage> coverage, List<Solution> solutions, RangeSet covered) {
        public boolean isEmpty() {
            return coverage.isEmpty();
        }
    }

    /** The first that is no solution of the job. One that is known already is not hashed again. */
    public Optional<Solution> firstLie(Collection<Solution> claimed) {
        return claimed.stream().filter(solution -> !isTrue(solution)).findFirst();
    }

    private boolean isTrue(Solution claimed) {
        Solution known = solutions.get(claimed.integer());
        return (known != null && known.digest().equals(claimed.digest()))
                || (job.range().contains(claimed.integer()) && verifier.verifies(job, claimed));
    }

    /** Unites what is known with what is told, as far as it lies in the job's range; the solutions have been checked. */
    public News unite(Collection<Coverage> told, Collection<Solution> found) {
        RangeSet whole = RangeSet.of(job.range());
        Map<PeerId, RangeSet> news = new LinkedHashMap<>();
        for (Coverage coverage : told) {
            if (!distrusted.contains(coverage.peer())) {
                RangeSet known = byPeer.getOrDefault(coverage.peer(), RangeSet.EMPTY);
                RangeSet fresh = coverage.ranges().intersection(whole).minus(known);
                if (!fresh.isEmpty() && hasRoomFor(coverage.peer(), fresh)) {
                    put(coverage.peer(), known, known.plus(fresh));
                    news.merge(coverage.peer(), fresh, RangeSet::plus);
                }
            }
        }
        List<Solution> freshSolutions = new ArrayList<>();
        for (Solution solution : found) {
            if (job.range().contains(solution.integer()) && !distrusted.contains(solution.peer())
                    && solutions.putIfAbsent(solution.integer(), solution) == null) {
                freshSolutions.add(solution);
                // A solution travels with the integers around it, so it makes its own integer worth telling again.
                RangeSet itself = RangeSet.of(solution.integer(), solution.integer() + 1);
                RangeSet known = byPeer.getOrDefault(solution.peer(), RangeSet.EMPTY);
                put(solution.peer(), known, known.plus(itself));
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

    /** More than any honest job has is not taken in: that is hashed again, if anybody has hashed it at all. */
    private boolean hasRoomFor(PeerId peer, RangeSet fresh) {
        return facts + fresh.rangeCount() <= Parameters.MAX_FACTS
                && (byPeer.size() < Parameters.MAX_HASHERS || byPeer.containsKey(peer));
    }

    private void put(PeerId peer, RangeSet before, RangeSet now) {
        byPeer.put(peer, now);
        facts += now.rangeCount() - before.rangeCount();
    }

    /**
     * Whether a liar is worth remembering: anybody can lie under any number of names, and of those who have hashed nothing of the
     * job some are enough.
     */
    public boolean hasRoomForLiar(PeerId liar) {
        return distrusted.size() < Parameters.REMEMBERED_LIARS || byPeer.containsKey(liar);
    }

    /** A peer has claimed what is no solution. */
    public void caught(PeerId liar, Solution lie) {
        lies.putIfAbsent(liar, lie);
    }

    /** What the peers who were caught lying have claimed, for others to see. */
    public Map<PeerId, Solution> lies() {
        return lies;
    }

    /** Forgets everything that the peer has told, and returns what is covered no more. */
    public RangeSet distrust(PeerId peer) {
        distrusted.add(peer);
        RangeSet said = byPeer.remove(peer);
        facts -= said == null ? 0 : said.rangeCount();
        solutions.values().removeIf(solution -> solution.peer().equals(peer));
        RangeSet before = covered;
        List<Range> rest = new ArrayList<>();
        byPeer.values().forEach(ranges -> rest.addAll(ranges.ranges()));
        covered = RangeSet.of(rest);
        return before.minus(covered);
    }

    /**
     * What alone these facts say of the job's end: found in mode FIRST as soon as there is a solution, otherwise when the whole
     * range is hashed; empty before.
     *
     * @param found whether a solution was found, by a peer that may have lied later
     */
    public Optional<Outcome> proven(boolean found) {
        boolean isWhole = covered.containsAll(RangeSet.of(job.range()));
        if (found && (isWhole || job.mode() == Mode.FIRST)) {
            return Optional.of(Outcome.FOUND);
        }
        return isWhole ? Optional.of(Outcome.EXHAUSTED) : Optional.empty();
    }

    public Set<PeerId> distrusted() {
        return distrusted;
    }

    /** Whether nothing that comes from there counts. */
    public boolean isDistrusted(Address teller) {
        return teller instanceof PeerId peer && distrusted.contains(peer);
    }

    /** The integers that are proven hashed. */
    public RangeSet covered() {
        return covered;
    }

    /** Who has hashed what. */
    public Map<PeerId, RangeSet> byPeer() {
        return byPeer;
    }

    public int rangeCount() {
        return covered.rangeCount() + facts;
    }

    /** Everything that is known of the given integers. */
    public List<Coverage> of(RangeSet ranges) {
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
    public NavigableMap<Long, Solution> solutions() {
        return solutions;
    }
}
