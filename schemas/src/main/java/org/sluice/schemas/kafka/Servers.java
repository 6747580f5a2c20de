package org.sluice.schemas.kafka;

import java.util.Optional;

/**
 * What a peer must know of the network: its name and its servers.
 *
 * @param bootstrapServers Kafka brokers, {@code host:port[,host:port...]}
 * @param registryUrl the schema registry, such as {@code http://host:port}; several are separated by commas
 * @param clusterId the id of the Kafka cluster, if it was published: brokers that lost all they had come back with another
 * @param topics the names of its topics, which begin with the network's
 */
public record Servers(String bootstrapServers, String registryUrl, Optional<String> clusterId,
        TopicNames topics) {
    public Servers {
        if (bootstrapServers.isBlank() || registryUrl.isBlank()) {
            throw new IllegalArgumentException("bootstrap servers and the registry's URL must not be blank");
        }
    }

    /** Servers of a network without a name of its own, of which the addresses are all that is known. */
    public Servers(String bootstrapServers, String registryUrl) {
        this(bootstrapServers, registryUrl, Optional.empty(), TopicNames.DEFAULT);
    }
}
