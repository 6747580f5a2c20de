package org.sluice.tracker.node;

import java.util.Optional;

import org.sluice.protocol.value.Identifier;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

/**
 * The paths of all nodes in the tracker.
 *
 * <p>A peer's and a job's nodes stand below one of their owner's name: ZooKeeper lets whoever may write a node delete its
 * children, so rights can be given by name and nobody can take away another's (decision 0030).
 */
public final class Paths {
    public static final String NETWORK = "/sluice/network";
    static final String TIME = "/sluice/time";
    /** Below which those stand who would look after the network. */
    public static final String STEWARDS = "/sluice/stewards";
    public static final String PEERS = "/sluice/peers";
    public static final String JOBS = "/sluice/jobs";

    private Paths() {}

    /** The node below which the peers of a name stand. */
    public static String peersCalled(String name) {
        return PEERS + "/" + name;
    }

    public static String peer(PeerId peer) {
        return peersCalled(peer.name()) + "/" + peer.incarnation();
    }

    /** The node below which the jobs of an owner stand. */
    public static String jobsOf(String owner) {
        return JOBS + "/" + owner;
    }

    /** That of a job's record; the templates of a campaign have the campaign's. */
    public static String job(JobId job) {
        return jobsOf(job.owner()) + "/" + job.name();
    }

    /** A peer's node in the layout before owners. A job's node had the path that an {@linkplain #jobsOf owner's} has now. */
    public static String olderPeer(String peer) {
        return PEERS + "/" + peer + "/live";
    }

    public static String owner(JobId job) {
        return job(job) + "/owner";
    }

    /** The peer whose node has this path, if it is the path of one. */
    public static Optional<PeerId> peerAt(String path) {
        int name = PEERS.length() + 1;
        int incarnation = path.lastIndexOf('/') + 1;
        return path.startsWith(PEERS + "/") && incarnation > name
                ? peer(path.substring(name, incarnation - 1), path.substring(incarnation))
                : Optional.empty();
    }

    /** The peer of this name and incarnation, if they are what a peer can have. */
    public static Optional<PeerId> peer(String name, String incarnation) {
        try {
            return Optional.of(new PeerId(name + "." + incarnation));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The job of this owner and name, if they are what a job can have. */
    public static Optional<JobId> job(String owner, String name) {
        try {
            return Optional.of(new JobId(owner + "." + name)).filter(job -> !job.isTemplate());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a node below {@link #PEERS} or {@link #JOBS} can be that of an owner. */
    public static boolean isOwner(String node) {
        return Identifier.isName(node);
    }
}
