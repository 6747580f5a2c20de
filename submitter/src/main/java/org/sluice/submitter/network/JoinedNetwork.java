package org.sluice.submitter.network;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

import org.sluice.submitter.JobRunner;
import org.sluice.submitter.Network;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.NetworkAddress;

/** A network that this process has joined as a submitter. */
public final class JoinedNetwork implements Network {
    private final Connections connections;
    private final String version;

    private JoinedNetwork(Connections connections, String version) {
        this.connections = connections;
        this.version = version;
    }

    /**
     * Joins the network that a tracker knows.
     *
     * @param address where it is
     * @param patience how long to wait for it
     * @param version the version of Sluice that this process runs
     */
    public static JoinedNetwork join(NetworkAddress address, Duration patience, String version) {
        return new JoinedNetwork(Connections.join(address, patience), version);
    }

    /** The same for a tracker whose servers let everybody in. */
    public static JoinedNetwork join(String tracker, Duration patience, String version) {
        return join(NetworkAddress.open(tracker), patience, version);
    }

    /**
     * The same for who has registered the schemas of this version.
     *
     * @param schemaIds their ids in the network's registry, by subject
     */
    public static JoinedNetwork join(String tracker, Duration patience, String version,
            Map<String, Integer> schemaIds) {
        return new JoinedNetwork(Connections.join(tracker, patience, schemaIds), version);
    }

    /** What this process has joined with, for peers that live in it too. */
    public Connections connections() {
        return connections;
    }

    @Override
    public String tracker() {
        return connections.tracker().address();
    }

    @Override
    public JobRunner runner() {
        return new KafkaJobRunner(connections, version, new SecureRandom());
    }

    @Override
    public void close() {
        connections.close();
    }
}
