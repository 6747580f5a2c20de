package org.sluice.schemas.kafka;

import java.util.Optional;

/**
 * What a peer must know of the network: its name and its servers.
 *
 * @param bootstrapServers Kafka brokers, {@code host:port[,host:port...]}
 * @param registryUrl the schema registry, such as {@code http://host:port}; several are separated by commas
 * @param clusterId the id of the Kafka cluster, if it was published: brokers that lost all they had come back with another
 * @param topics the names of its topics, which begin with the network's
 * @param replication how many brokers keep each of its topics, 1 to {@value #MOST_REPLICAS}
 */
public record Servers(String bootstrapServers, String registryUrl, Optional<String> clusterId,
        TopicNames topics, int replication) {
    /** More copies than anybody has brokers for. */
    public static final int MOST_REPLICAS = 99;

    public Servers {
        if (bootstrapServers.isBlank() || registryUrl.isBlank()) {
            throw new IllegalArgumentException("bootstrap servers and the registry's URL must not be blank");
        }
        if (replication < 1 || replication > MOST_REPLICAS) {
            throw new IllegalArgumentException("a topic is kept by 1 to " + MOST_REPLICAS + " brokers, not by "
                    + replication);
        }
    }

    /** Servers of a network without a name of its own, of which the addresses are all that is known. */
    public Servers(String bootstrapServers, String registryUrl) {
        this(bootstrapServers, registryUrl, Optional.empty(), TopicNames.DEFAULT, 1);
    }

    /**
     * Whether these are servers of the same network: who has joined it goes on, whatever is said anew of where some of its brokers are
     * or of topics to come. Brokers that have lost all they had are another cluster, and so is a network without an id.
     */
    public boolean isOfSameNetworkAs(Servers other) {
        return equals(other)
                || (clusterId.isPresent() && clusterId.equals(other.clusterId) && topics.equals(other.topics)
                        && registryUrl.equals(other.registryUrl));
    }

    /**
     * How many brokers must have stored a record before it counts as stored: one less than keep it, so that one may be away,
     * and two at least where there are three.
     */
    public int minInSyncReplicas() {
        return Math.max(1, replication - 1);
    }
}
