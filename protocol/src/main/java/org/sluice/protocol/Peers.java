package org.sluice.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Work;

/** Who is in the network, as the tracker and the peers' own answers tell. */
final class Peers {
    private final Address self;
    private Map<PeerId, PeerInfo> live = Map.of();
    private final Set<Address> dead = new HashSet<>();

    Peers(Address self) {
        this.self = self;
    }

    /**
     * Takes over the tracker's list.
     *
     * @return who was in the last list and is not in this one
     */
    List<PeerId> update(List<PeerInfo> list) {
        Map<PeerId, PeerInfo> next = new LinkedHashMap<>();
        list.forEach(info -> next.put(info.peer(), info));
        List<PeerId> vanished = new ArrayList<>();
        for (PeerId peer : live.keySet()) {
            if (!next.containsKey(peer)) {
                vanished.add(peer);
            }
        }
        live = next;
        // Whoever is not listed any more need not be remembered as dead: nobody will choose it.
        dead.removeIf(address -> address instanceof PeerId peer && !next.containsKey(peer) && !vanished.contains(peer));
        return vanished;
    }

    /** The peer did not answer. */
    void markDead(Address address) {
        dead.add(address);
    }

    /** The peer has said something. */
    void markAlive(Address address) {
        dead.remove(address);
    }

    boolean isDead(Address address) {
        return dead.contains(address);
    }

    /** Whether the peer is worth talking to: the root of a job always, another peer while it is listed and answers. */
    boolean isUsable(Address address) {
        return switch (address) {
            case PeerId peer -> live.containsKey(peer) && !dead.contains(peer);
            case JobId _ -> true;
        };
    }

    /** Whether the peer knows the algorithm. */
    boolean canDo(PeerId peer, Work work) {
        PeerInfo info = live.get(peer);
        return info != null && info.algorithms().contains(work.algorithm());
    }

    /** The peer's rate in hashes/s, 0 if it is not listed. */
    long rate(PeerId peer) {
        PeerInfo info = live.get(peer);
        return info == null ? 0 : info.hashesPerSecond();
    }

    /** All workers but this peer, with a known rate, that can do the work. */
    List<RosterEntry> workers(Work work) {
        List<RosterEntry> workers = new ArrayList<>();
        for (PeerInfo info : live.values()) {
            if (isWorker(info) && info.hashesPerSecond() > 0 && info.algorithms().contains(work.algorithm())) {
                workers.add(new RosterEntry(info.peer(), info.hashesPerSecond()));
            }
        }
        return workers;
    }

    /** All workers but this peer. */
    List<PeerId> workers() {
        List<PeerId> workers = new ArrayList<>();
        for (PeerInfo info : live.values()) {
            if (isWorker(info)) {
                workers.add(info.peer());
            }
        }
        return workers;
    }

    private boolean isWorker(PeerInfo info) {
        return info.role() == PeerInfo.Role.WORKER && !info.peer().equals(self) && !dead.contains(info.peer());
    }
}
