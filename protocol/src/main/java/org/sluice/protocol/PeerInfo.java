package org.sluice.protocol;

import java.util.Set;

import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;

/**
 * A live peer, as its node in the tracker describes it.
 *
 * @param peer who
 * @param role what it does
 * @param hashesPerSecond its rate over all its cores; 0 while it is not measured or paused, and for submitters
 * @param algorithms what it can compute, upper case
 */
public record PeerInfo(PeerId peer, Role role, long hashesPerSecond, Set<String> algorithms) {
    public PeerInfo {
        algorithms = Set.copyOf(algorithms);
        Limits.checkRate(hashesPerSecond, 0);
    }

    /** What a peer does. */
    public enum Role {
        /** Hashes. */
        WORKER,
        /** Starts jobs and never hashes. */
        SUBMITTER
    }
}
