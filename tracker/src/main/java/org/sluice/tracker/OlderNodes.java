package org.sluice.tracker;

import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

import org.sluice.schemas.kafka.OlderTopic;
import org.sluice.tracker.node.MalformedNodeException;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.Paths;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes of the layout before owners. They tell which topics of that layout still belong to somebody. */
public final class OlderNodes {
    private static final Logger LOG = LoggerFactory.getLogger(OlderNodes.class);

    private final Nodes nodes;

    OlderNodes(Nodes nodes) {
        this.nodes = nodes;
    }

    /** Whether a peer of that layout is registered now, readable or not. */
    public boolean isRegistered(String peer) {
        return nodes.read(Paths.olderPeer(peer)) != null;
    }

    /** The jobs of that layout that have a record, readable or not. */
    public Set<String> jobs() {
        Set<String> jobs = new HashSet<>(nodes.children(Paths.JOBS));
        jobs.removeIf(name -> !OlderTopic.isJob(name));
        return jobs;
    }

    /**
     * Deletes the records of jobs that have expired by the tracker's clock and have no owner process. A record that cannot be read
     * stays.
     *
     * @return the ids of these jobs
     */
    public Set<String> deleteExpiredJobs() {
        Set<String> deleted = jobs();
        deleted.removeIf(job -> !deleteIfExpired(job));
        return deleted;
    }

    private boolean deleteIfExpired(String job) {
        Nodes.Content content = nodes.read(Paths.jobsOf(job));
        if (content == null) {
            return false;
        }
        try {
            Instant expires = Instant.ofEpochMilli(content.stat().getCtime())
                    .plus(NodeData.timeToLive(content.data()));
            return expires.isBefore(nodes.time())
                    && nodes.delete(Paths.jobsOf(job), content.stat().getVersion());
        } catch (MalformedNodeException e) {
            LOG.debug("the record of {} cannot be read: {}", job, e.getMessage());
            return false;
        }
    }
}
