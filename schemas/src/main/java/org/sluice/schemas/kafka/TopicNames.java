package org.sluice.schemas.kafka;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

/**
 * The names of one network's Kafka topics: one for each address, {@code NETWORK.inbox.PEER} or {@code NETWORK.job.JOB}.
 *
 * <p>They begin with the network's name, so that several networks may share a Kafka cluster and none takes another's topics
 * for its own.
 *
 * @param network the network's name: 1 to 40 of {@code a-z}, {@code 0-9} and {@code -}
 */
public record TopicNames(String network) {
    /** Those of a network that was given no name. */
    public static final TopicNames DEFAULT = new TopicNames("sluice");

    private static final String NETWORK = "[a-z0-9-]{1,40}";
    private static final Pattern TOPIC = Pattern.compile("(" + NETWORK + ")\\.(inbox|job)\\.(.+)");

    public TopicNames {
        if (!network.matches(NETWORK)) {
            throw new IllegalArgumentException(
                    "a network's name is 1 to 40 of the characters a-z, 0-9 and -, not '" + network + "'");
        }
    }

    /** The topic on which everything addressed to the given peer or job's root arrives. */
    public String of(Address address) {
        return switch (address) {
            case PeerId peer -> network + ".inbox." + peer.value();
            case JobId job -> network + ".job." + job.value();
        };
    }

    /** The address whose topic this is, empty if it is not one of this network's. */
    public Optional<Address> address(String topic) {
        return topic.startsWith(network + ".") ? ofAnyNetwork(topic) : Optional.empty();
    }

    /** The address whose topic this is in whatever network, empty if it is not one of Sluice's. */
    public static Optional<Address> ofAnyNetwork(String topic) {
        Matcher parts = TOPIC.matcher(topic);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    parts.group(2).equals("inbox") ? new PeerId(parts.group(3)) : new JobId(parts.group(3)));
        } catch (IllegalArgumentException notAnIdentifier) {
            return Optional.empty();
        }
    }
}
