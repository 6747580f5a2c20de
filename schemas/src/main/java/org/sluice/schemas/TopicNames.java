package org.sluice.schemas;

import java.util.Optional;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

/** The names of Kafka topics: one for each address, {@code sluice.inbox.<peerId>} or {@code sluice.job.<jobId>}. */
public final class TopicNames {
    private static final String INBOX = "sluice.inbox.";
    private static final String JOB = "sluice.job.";

    private TopicNames() {}

    /** The topic on which everything addressed to the given peer or job's root arrives. */
    public static String of(Address address) {
        return switch (address) {
            case PeerId peer -> INBOX + peer.value();
            case JobId job -> JOB + job.value();
        };
    }

    /** The address whose topic this is, empty if it is not one of Sluice's. */
    public static Optional<Address> address(String topic) {
        try {
            if (topic.startsWith(INBOX)) {
                return Optional.of(new PeerId(topic.substring(INBOX.length())));
            }
            if (topic.startsWith(JOB)) {
                return Optional.of(new JobId(topic.substring(JOB.length())));
            }
            return Optional.empty();
        } catch (IllegalArgumentException notAnIdentifier) {
            return Optional.empty();
        }
    }
}
