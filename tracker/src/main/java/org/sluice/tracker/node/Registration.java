package org.sluice.tracker.node;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Work;

/**
 * What a peer says of itself in the tracker.
 *
 * @param peer who
 * @param role what it does
 * @param rates how fast it hashes; 0 while it is not measured or paused, and for submitters
 * @param cores how many it hashes with; 0 for submitters
 * @param version the version of Sluice that it runs, at most {@value #MAX_TEXT} characters
 * @param algorithms what it can compute, upper case, at most {@value #MAX_ALGORITHMS}
 * @param kinds the {@linkplain Work#kind() kinds of work} that it can do, at most {@value #MAX_KINDS}; others than
 *     this version knows may be among them
 * @param host the name of its machine, if it cares to say
 * @param paused why it does not hash for the time being, if it does not
 */
public record Registration(PeerId peer, PeerInfo.Role role, Rates rates, int cores, String version,
        Set<String> algorithms, Set<String> kinds, Optional<String> host, Optional<String> paused) {
    /** Longest text in a registration, in characters. */
    public static final int MAX_TEXT = 255;
    /** Most algorithms that one peer may name. */
    public static final int MAX_ALGORITHMS = 64;
    /** Most kinds of work that one peer may name. */
    public static final int MAX_KINDS = 32;

    public Registration {
        algorithms = Set.copyOf(algorithms);
        kinds = Set.copyOf(kinds);
        if (cores < 0) {
            throw new IllegalArgumentException("a number of cores cannot be negative: " + cores);
        }
        if (algorithms.size() > MAX_ALGORITHMS) {
            throw new IllegalArgumentException("at most " + MAX_ALGORITHMS + " algorithms: " + algorithms.size());
        }
        if (kinds.size() > MAX_KINDS) {
            throw new IllegalArgumentException("at most " + MAX_KINDS + " kinds of work: " + kinds.size());
        }
        NodeData.checkText("version", version, MAX_TEXT);
        for (String kind : new TreeSet<>(kinds)) {
            NodeData.checkText("work", kind, MAX_TEXT);
        }
        for (String algorithm : new TreeSet<>(algorithms)) {
            NodeData.checkText("algorithm", algorithm, MAX_TEXT);
        }
        for (String algorithm : new TreeSet<>(rates.others().keySet())) {
            NodeData.checkText("algorithm", algorithm, MAX_TEXT);
        }
        host.ifPresent(name -> NodeData.checkText("host", name, MAX_TEXT));
        paused.ifPresent(why -> NodeData.checkText("paused", why, MAX_TEXT));
        if (paused.isPresent() && !rates.equals(Rates.same(0))) {
            throw new IllegalArgumentException("a paused peer has no rate, not " + rates);
        }
    }

    /** A peer that is not paused, is as fast at all that it can compute, and does all kinds of work that this version knows. */
    public Registration(PeerId peer, PeerInfo.Role role, long hashesPerSecond, int cores, String version,
            Set<String> algorithms, Optional<String> host) {
        this(peer, role, Rates.same(hashesPerSecond), cores, version, algorithms, Work.KINDS, host, Optional.empty());
    }

    /** The part that the protocol needs. */
    public PeerInfo info() {
        return new PeerInfo(peer, role, rates, algorithms, kinds);
    }

    /** The rate of all its slots together in hashes/s. */
    public long hashesPerSecond() {
        return rates.hashesPerSecond();
    }

    /** The same with other rates, hashing. */
    public Registration withRates(Rates other) {
        return new Registration(peer, role, other, cores, version, algorithms, kinds, host, Optional.empty());
    }

    /**
     * The same, not hashing for the time being. It has no rate then, so that peers that know nothing of pausing, too, leave
     * it out of their rosters.
     *
     * @param why what people read behind "paused"
     */
    public Registration pausedBecause(String why) {
        return new Registration(peer, role, Rates.same(0), cores, version, algorithms, kinds, host, Optional.of(why));
    }
}
