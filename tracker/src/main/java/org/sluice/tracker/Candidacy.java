package org.sluice.tracker;

import java.io.IOException;

import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.TrackerException;

import org.apache.curator.framework.recipes.leader.LeaderLatch;

/**
 * A process that stands for the role of which a network has one: of all that stand, the tracker lets one act. Whoever loses
 * the connection to the tracker acts no more from that moment, and stands again when it is back.
 */
public final class Candidacy implements AutoCloseable {
    private final LeaderLatch latch;

    Candidacy(Nodes nodes) {
        latch = new LeaderLatch(nodes.client(), Paths.STEWARDS);
        nodes.ask("standing for steward", _ -> {
            latch.start();
            return true;
        });
    }

    /** Whether this process is the one; to be asked before everything that only one may do. */
    public boolean isElected() {
        return latch.hasLeadership();
    }

    /** Leaves the role to others, at once if the tracker answers. */
    @Override
    public void close() {
        try {
            latch.close();
        } catch (IOException e) {
            throw new TrackerException("the role of steward could not be left: " + e.getMessage(), e);
        }
    }
}
