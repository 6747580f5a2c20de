package org.sluice.worker.runtime;

import java.util.HashMap;
import java.util.Map;

/**
 * What the clients of a network's servers are told besides their addresses, above all how to prove who they are. They are the
 * clients' own settings, under their own names; Sluice reads none of them, shows none and hands none on.
 *
 * @param kafka of Kafka's clients, such as {@code security.protocol}
 * @param tracker of ZooKeeper's client, such as {@code zookeeper.client.secure}
 * @param registry of the Confluent registry's client, such as {@code basic.auth.user.info} and {@code schema.registry.ssl.truststore.location}
 */
public record ClientProperties(Map<String, String> kafka, Map<String, String> tracker, Map<String, String> registry) {
    /** Servers that let everybody in. */
    public static final ClientProperties NONE = new ClientProperties(Map.of(), Map.of(), Map.of());

    public ClientProperties {
        kafka = Map.copyOf(kafka);
        tracker = Map.copyOf(tracker);
        registry = Map.copyOf(registry);
    }

    /** As Kafka's clients take them. */
    public Map<String, Object> forKafka() {
        return new HashMap<>(kafka);
    }

    /** As the registry's client takes them. */
    public Map<String, Object> forRegistry() {
        return new HashMap<>(registry);
    }

    /** Says how many there are, and nothing that may be a secret. */
    @Override
    public String toString() {
        return "properties: " + kafka.size() + " of Kafka, " + tracker.size() + " of the tracker, " + registry.size()
                + " of the registry";
    }
}
