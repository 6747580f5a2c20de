package org.sluice.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.sluice.protocol.value.PeerId;

import org.jspecify.annotations.Nullable;

/**
 * An immutable list of live peers, with an index.
 *
 * <p>Many peers of one process, and thousands in the simulator, are told the same list: it is indexed once for all of them.
 */
public final class PeerList {
    public static final PeerList EMPTY = new PeerList(List.of());

    private final List<PeerInfo> peers;
    private final List<PeerId> workers = new ArrayList<>();
    private final Map<PeerId, PeerInfo> index;
    private final Set<PeerId> submitters = new HashSet<>();

    private PeerList(List<PeerInfo> peers) {
        this.peers = peers;
        this.index = HashMap.newHashMap(peers.size());
        for (PeerInfo info : peers) {
            index.put(info.peer(), info);
            if (info.role() == PeerInfo.Role.WORKER) {
                workers.add(info.peer());
            } else {
                submitters.add(info.peer());
            }
        }
    }

    /** The list of these peers, each of which stands in it once. */
    public static PeerList of(Collection<PeerInfo> peers) {
        return new PeerList(List.copyOf(peers));
    }

    /** All of them, in the order in which they were given. */
    public List<PeerInfo> peers() {
        return peers;
    }

    public List<PeerId> workers() {
        return workers;
    }

    public Set<PeerId> submitters() {
        return submitters;
    }

    @Nullable
    public PeerInfo find(PeerId peer) {
        return index.get(peer);
    }

    public boolean contains(PeerId peer) {
        return index.containsKey(peer);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerList list && peers.equals(list.peers);
    }

    @Override
    public int hashCode() {
        return peers.hashCode();
    }

    @Override
    public String toString() {
        return peers.toString();
    }
}
