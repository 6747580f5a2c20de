package org.sluice.tracker.node;

import java.util.Optional;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

/** The paths of all nodes in the tracker. */
public final class Paths {
    public static final String NETWORK = "/sluice/network";
    static final String TIME = "/sluice/time";
    public static final String PEERS = "/sluice/peers";
    public static final String JOBS = "/sluice/jobs";
    private static final String LIVE = "/live";

    private Paths() {}

    public static String peer(PeerId peer) {
        return PEERS + "/" + peer.value();
    }

    public static String live(PeerId peer) {
        return peer(peer) + LIVE;
    }

    public static String job(JobId job) {
        return JOBS + "/" + job.value();
    }

    public static String owner(JobId job) {
        return job(job) + "/owner";
    }

    /** The peer whose live node has this path, if it is the path of one. */
    public static Optional<PeerId> peerOfLive(String path) {
        if (!path.startsWith(PEERS + "/") || !path.endsWith(LIVE)
                || path.length() <= PEERS.length() + 1 + LIVE.length()) {
            return Optional.empty();
        }
        return peerNamed(path.substring(PEERS.length() + 1, path.length() - LIVE.length()));
    }

    /** The peer of this name, if it is a name that a peer can have. */
    public static Optional<PeerId> peerNamed(String name) {
        try {
            return Optional.of(new PeerId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The job of this name, if it is a name that a job can have. */
    public static Optional<JobId> jobNamed(String name) {
        try {
            return Optional.of(new JobId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
