package org.sluice.schemas.kafka;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A topic with a name of the layout before owners, {@code NETWORK.inbox.PEER} or {@code NETWORK.job.JOB}. A job had one topic
 * then. This version does not read them.
 *
 * <p>No such name is also one of today's layout: there, the last word of a peer's id has no hyphen, and a job's id has a point.
 *
 * @param name of the topic
 * @param kind what it was for
 * @param id whose it was
 */
public record OlderTopic(String name, Kind kind, String id) {
    private static final int LONGEST_ID = 100;
    private static final Pattern PEER = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]*-[a-z0-9]{8}");
    private static final Pattern JOB = Pattern.compile("(integers|header)-\\d{8}-\\d{6}-[0-9a-f]{8}");

    /** What a topic was for. */
    public enum Kind {
        INBOX, JOB
    }

    /** Whether this is a job's id of that layout. */
    public static boolean isJob(String id) {
        return JOB.matcher(id).matches();
    }

    /** The network's topic of this name, if it is of that layout. */
    static Optional<OlderTopic> of(TopicNames network, String name) {
        Matcher parts = Pattern.compile(Pattern.quote(network.network()) + "\\.(inbox|job)\\.(.+)").matcher(name);
        if (!parts.matches() || parts.group(2).length() > LONGEST_ID) {
            return Optional.empty();
        }
        String id = parts.group(2);
        if (parts.group(1).equals("job")) {
            return isJob(id) ? Optional.of(new OlderTopic(name, Kind.JOB, id)) : Optional.empty();
        }
        return PEER.matcher(id).matches() ? Optional.of(new OlderTopic(name, Kind.INBOX, id)) : Optional.empty();
    }
}
