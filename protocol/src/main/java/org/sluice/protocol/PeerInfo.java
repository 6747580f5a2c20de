package org.sluice.protocol;

import java.util.Set;

import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Work;

/**
 * A live peer, as its node in the tracker describes it.
 *
 * @param peer who
 * @param role what it does
 * @param rates how fast it hashes; 0 while it is not measured or paused, and for submitters
 * @param algorithms what it can compute, upper case
 * @param kinds the {@linkplain Work#kind() kinds of work} that it can do; others than this version knows may be among them
 */
public record PeerInfo(PeerId peer, Role role, Rates rates, Set<String> algorithms, Set<String> kinds) {
    public PeerInfo {
        algorithms = Set.copyOf(algorithms);
        kinds = Set.copyOf(kinds);
    }

    /** A peer that says nothing of kinds of work. */
    public PeerInfo(PeerId peer, Role role, Rates rates, Set<String> algorithms) {
        this(peer, role, rates, algorithms, Work.FIRST_KINDS);
    }

    /** A peer that is as fast at all that it can compute. */
    public PeerInfo(PeerId peer, Role role, long hashesPerSecond, Set<String> algorithms) {
        this(peer, role, Rates.same(hashesPerSecond), algorithms);
    }

    /** The rate of all its slots together in hashes/s. */
    public long hashesPerSecond() {
        return rates.hashesPerSecond();
    }

    /** Whether it can do the work. */
    public boolean canDo(Work work) {
        return algorithms.contains(work.algorithm()) && kinds.contains(work.kind());
    }

    /** Its rate for the work in hashes/s; 0 if it cannot do that, or hashes nothing for the time being. */
    public long rate(Work work) {
        return canDo(work) ? rates.of(work.algorithm()) : 0;
    }

    /** What a peer does. */
    public enum Role {
        /** Hashes. */
        WORKER,
        /** Starts jobs and never hashes. */
        SUBMITTER
    }
}
