package org.sluice.protocol.step;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.random.RandomGenerator;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.PeerList;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Work;

/** Who is in the network, as the tracker and the peers' own answers tell. */
public final class Peers {
    private final Address self;
    private PeerList before = PeerList.EMPTY;
    private PeerList live = PeerList.EMPTY;
    /** The oldest first. */
    private final SequencedSet<Address> dead = new LinkedHashSet<>();
    private boolean areListed;

    Peers(Address self) {
        this.self = self;
    }

    /** Whether the tracker's list has come. */
    public boolean areListed() {
        return areListed;
    }

    /** Takes over the tracker's list. */
    public void update(PeerList list) {
        areListed = true;
        before = live;
        live = list;
        // Whoever is not listed any more need not be remembered as dead: nobody will choose it.
        dead.removeIf(address -> address instanceof PeerId peer && !live.contains(peer) && !before.contains(peer));
        // Whoever handed its work back and had no rate is there again when it has one.
        dead.removeIf(address -> address instanceof PeerId peer && hasResumed(peer));
    }

    private boolean hashes(PeerId peer) {
        PeerInfo info = live.find(peer);
        return info != null && info.hashesPerSecond() > 0;
    }

    private boolean hasResumed(PeerId peer) {
        PeerInfo earlier = before.find(peer);
        return earlier != null && earlier.hashesPerSecond() == 0 && hashes(peer);
    }

    /** Whether the peer is in the list. */
    public boolean isListed(PeerId peer) {
        return live.contains(peer);
    }

    /** The job is over, and its root with it. */
    void forget(JobId root) {
        dead.remove(root);
    }

    /** Whether there is a submitter, so that there may be a job. */
    public boolean hasSubmitter() {
        return !live.submitters().isEmpty();
    }

    /** Whether there is a submitter in this list that was not in the last. */
    public boolean hasNewSubmitter() {
        return !before.submitters().containsAll(live.submitters());
    }

    /** Whether the peer was in the last list and is not in this one. */
    public boolean hasVanished(PeerId peer) {
        return before.contains(peer) && !live.contains(peer);
    }

    /** The peer did not answer. */
    public void markDead(Address address) {
        dead.add(address);
        if (dead.size() > Parameters.REMEMBERED_PEERS) {
            dead.removeFirst();
        }
    }

    /** The peer has said something. */
    public void markAlive(Address address) {
        dead.remove(address);
    }

    public boolean isDead(Address address) {
        return dead.contains(address);
    }

    /** Whether the peer is worth talking to: the root of a job always, another peer while it is listed and answers. */
    public boolean isUsable(Address address) {
        return switch (address) {
            case PeerId peer -> live.contains(peer) && !dead.contains(peer);
            case JobId _ -> true;
        };
    }

    /** Whether the peer knows the algorithm and that kind of work. */
    public boolean canDo(PeerId peer, Work work) {
        PeerInfo info = live.find(peer);
        return info != null && info.canDo(work);
    }

    /** The peer's rate for the work in hashes/s, 0 if it is not listed or cannot do it. */
    public long rate(PeerId peer, Work work) {
        PeerInfo info = live.find(peer);
        return info == null ? 0 : info.rate(work);
    }

    /** All workers but this peer, that can do the work, with their rates for it, as far as these are known. */
    public List<RosterEntry> workers(Work work) {
        List<RosterEntry> workers = new ArrayList<>();
        for (PeerInfo info : live.peers()) {
            long rate = info.rate(work);
            if (rate > 0 && info.role() == PeerInfo.Role.WORKER && isOther(info.peer())) {
                workers.add(new RosterEntry(info.peer(), rate));
            }
        }
        return workers;
    }

    /** All workers but this peer. */
    public List<PeerId> workers() {
        return live.workers().stream().filter(this::isOther).toList();
    }

    /** All workers in the list, also those that do not answer. */
    public List<PeerId> listedWorkers() {
        return live.workers();
    }

    /** Any one worker but this peer. */
    public Optional<PeerId> anyWorker(RandomGenerator random) {
        return anyWorkers(1, random).stream().findFirst();
    }

    /** Any workers but this peer, at most so many, none twice. */
    List<PeerId> anyWorkers(int most, RandomGenerator random) {
        if (live.workers().size() <= 16 * most) {
            List<PeerId> left = new ArrayList<>(workers());
            List<PeerId> chosen = new ArrayList<>();
            while (chosen.size() < most && !left.isEmpty()) {
                chosen.add(left.remove(random.nextInt(left.size())));
            }
            return chosen;
        }
        // Of a long list a few are drawn without copying it; most are alive.
        Set<PeerId> chosen = new LinkedHashSet<>();
        for (int i = 0; i < 4 * most && chosen.size() < most; i++) {
            PeerId peer = live.workers().get(random.nextInt(live.workers().size()));
            if (isOther(peer)) {
                chosen.add(peer);
            }
        }
        return List.copyOf(chosen);
    }

    private boolean isOther(PeerId peer) {
        return !peer.equals(self) && !dead.contains(peer);
    }
}
