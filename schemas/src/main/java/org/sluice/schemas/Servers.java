package org.sluice.schemas;

/**
 * What a peer must know of the network's servers.
 *
 * @param bootstrapServers Kafka brokers, {@code host:port[,host:port...]}
 * @param registryUrl the schema registry, such as {@code http://host:port}; several are separated by commas
 */
public record Servers(String bootstrapServers, String registryUrl) {
    public Servers {
        if (bootstrapServers.isBlank() || registryUrl.isBlank()) {
            throw new IllegalArgumentException("bootstrap servers and the registry's URL must not be blank");
        }
    }
}
