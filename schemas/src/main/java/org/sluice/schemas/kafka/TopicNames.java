package org.sluice.schemas.kafka;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Identifier;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

/**
 * The names of one network's Kafka topics: {@code NETWORK.inbox.NAME.INCARNATION} of a peer, {@code NETWORK.job.OWNER.JOB} and
 * {@code NETWORK.root.OWNER.JOB} of a job (decision 0030).
 *
 * <p>They begin with the network's name, so that several networks may share a Kafka cluster and none takes another's topics
 * for its own; then comes what they are for, and who owns them, so that rights can be given by the first words of a name.
 *
 * @param network the network's {@linkplain Identifier name}
 */
public record TopicNames(String network) {
    /** Those of a network that was given no name. */
    public static final TopicNames DEFAULT = new TopicNames("sluice");

    private static final Topic ABSENT = new Topic.Inbox(new PeerId("nobody.00000000"));
    private static final String INBOX = "inbox";
    private static final String JOURNAL = "job";
    private static final String ROOT = "root";
    private static final Pattern TOPIC = Pattern
            .compile("[a-z0-9-]{1,40}\\.(" + INBOX + "|" + JOURNAL + "|" + ROOT + ")\\.(.+)");

    public TopicNames {
        network = Identifier.checkedName("a network's name", network);
    }

    /** The name of a topic. */
    public String of(Topic topic) {
        return network + "." + switch (topic) {
            case Topic.Inbox(PeerId peer) -> INBOX + "." + peer.value();
            case Topic.Journal(JobId job) -> JOURNAL + "." + job.value();
            case Topic.RootInbox(JobId job) -> ROOT + "." + job.value();
        };
    }

    /** The name of the topic on which everything addressed to the given peer or job's root arrives. */
    public String of(Address address) {
        return of(Topic.of(address));
    }

    /**
     * The name of a topic that does not exist. Kafka lists only topics that a process may see; one that may not look this topic up may
     * not see the network's topics.
     */
    public String absent() {
        return of(ABSENT);
    }

    /** The topic of this name, empty if it is not one of this network's. */
    public Optional<Topic> topic(String name) {
        return name.startsWith(network + ".") ? ofAnyNetwork(name) : Optional.empty();
    }

    /** The topic of this name in whatever network, empty if it is not one of Sluice's. */
    public static Optional<Topic> ofAnyNetwork(String name) {
        Matcher parts = TOPIC.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String owner = parts.group(2);
        try {
            return Optional.of(switch (parts.group(1)) {
                case INBOX -> new Topic.Inbox(new PeerId(owner));
                case JOURNAL -> new Topic.Journal(job(owner));
                default -> new Topic.RootInbox(job(owner));
            });
        } catch (IllegalArgumentException notAnIdentifier) {
            return Optional.empty();
        }
    }

    private static JobId job(String text) {
        JobId job = new JobId(text);
        if (job.isTemplate()) {
            throw new IllegalArgumentException(job + " has no topics of its own");
        }
        return job;
    }
}
