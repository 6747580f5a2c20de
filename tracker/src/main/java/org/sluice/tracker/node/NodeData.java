package org.sluice.tracker.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.TopicNames;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The JSON in the tracker's nodes. Unknown fields are ignored, so that newer peers may say more; whatever else is not as
 * expected is a {@link MalformedNodeException}. The identity in a node's path counts, none is read from its data.
 */
public final class NodeData {
    /** Largest data of a node that is looked at, in bytes. */
    static final int MAX_BYTES = 16 * 1024;
    /** Longest list of a network's servers in characters. */
    static final int MAX_ADDRESSES = 4096;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxNumberLength(30)
                    .maxStringLength(MAX_BYTES)
                    .build())
            .build());

    private NodeData() {}

    /**
     * The network's description.
     *
     * @throws IllegalArgumentException with one line that says which of the texts is too long or not plain
     */
    public static byte[] encode(Servers servers) {
        checkText("bootstrapServers", servers.bootstrapServers(), MAX_ADDRESSES);
        checkText("registryUrl", servers.registryUrl(), MAX_ADDRESSES);
        servers.clusterId().ifPresent(id -> checkText("clusterId", id, Registration.MAX_TEXT));
        ObjectNode json = JSON.createObjectNode()
                .put("name", servers.topics().network())
                .put("bootstrapServers", servers.bootstrapServers())
                .put("registryUrl", servers.registryUrl())
                .put("replication", servers.replication());
        servers.clusterId().ifPresent(id -> json.put("clusterId", id));
        return bytes(json);
    }

    public static Servers servers(byte @Nullable [] data) throws MalformedNodeException {
        JsonNode json = object(data);
        try {
            return new Servers(text(json, "bootstrapServers", MAX_ADDRESSES), text(json, "registryUrl", MAX_ADDRESSES),
                    optional(json, "clusterId"),
                    optional(json, "name").map(TopicNames::new).orElse(TopicNames.DEFAULT),
                    json.has("replication") ? (int) number(json, "replication", Servers.MOST_REPLICAS) : 1);
        } catch (IllegalArgumentException e) {
            throw new MalformedNodeException(String.valueOf(e.getMessage()));
        }
    }

    public static byte[] encode(Registration registration) {
        ObjectNode json = JSON.createObjectNode()
                .put("role", registration.role().name())
                .put("hashesPerSecond", registration.hashesPerSecond())
                .put("cores", registration.cores())
                .put("version", registration.version());
        new TreeSet<>(registration.algorithms()).forEach(json.putArray("algorithms")::add);
        new TreeSet<>(registration.kinds()).forEach(json.putArray("work")::add);
        if (!registration.rates().others().isEmpty()) {
            new TreeMap<>(registration.rates().others()).forEach(json.putObject("otherRates")::put);
        }
        registration.host().ifPresent(host -> json.put("host", host));
        registration.paused().ifPresent(why -> json.put("paused", why));
        return bytes(json);
    }

    public static Registration registration(PeerId peer, byte @Nullable [] data) throws MalformedNodeException {
        JsonNode json = object(data);
        Set<String> algorithms = texts(json, "algorithms", Registration.MAX_ALGORITHMS);
        // An older peer names none.
        Set<String> kinds = json.has("work") ? texts(json, "work", Registration.MAX_KINDS) : Work.FIRST_KINDS;
        try {
            return new Registration(peer, constant(PeerInfo.Role.class, json, "role"),
                    new Rates(number(json, "hashesPerSecond", Long.MAX_VALUE), otherRates(json)),
                    (int) number(json, "cores", Integer.MAX_VALUE),
                    text(json, "version", Registration.MAX_TEXT), algorithms, kinds, optional(json, "host"),
                    optional(json, "paused"));
        } catch (IllegalArgumentException e) {
            throw new MalformedNodeException(String.valueOf(e.getMessage()));
        }
    }

    private static Set<String> texts(JsonNode json, String field, int most) throws MalformedNodeException {
        JsonNode array = json.path(field);
        if (!array.isArray() || array.size() > most) {
            throw new MalformedNodeException("'" + field + "' is no list or too long");
        }
        Set<String> texts = new HashSet<>();
        for (JsonNode text : array) {
            texts.add(checked(field, text, Registration.MAX_TEXT));
        }
        return texts;
    }

    private static Map<String, Long> otherRates(JsonNode json) throws MalformedNodeException {
        JsonNode object = json.path("otherRates");
        if (object.isMissingNode()) { // Of a peer that is as fast at all that it can do, and of older ones.
            return Map.of();
        }
        if (!object.isObject()) {
            throw new MalformedNodeException("'otherRates' is no object");
        }
        Map<String, Long> rates = new HashMap<>();
        for (Map.Entry<String, JsonNode> other : object.properties()) {
            rates.put(other.getKey(), number(object, other.getKey(), Limits.MAX_RATE));
        }
        return rates;
    }

    public static byte[] encode(JobRecord job) {
        ObjectNode json = JSON.createObjectNode()
                .put("state", job.state().name())
                .put("created", job.created().toString())
                .put("expires", job.expires().toString())
                .put("description", job.description())
                .put("submitter", job.submitter().value())
                .put("rootEpoch", job.rootEpoch());
        if (job.campaign()) {
            json.put("campaign", true);
        }
        return bytes(json);
    }

    /**
     * Reads a job's record.
     *
     * @param entered when its node was created, by the tracker's clock: the record's own times are of a clock that may be
     *        wrong, so only how far they lie apart counts
     */
    public static JobRecord job(JobId job, byte @Nullable [] data, Instant entered) throws MalformedNodeException {
        JsonNode json = object(data);
        try {
            return new JobRecord(job, constant(JobState.class, json, "state"), entered,
                    entered.plus(timeToLive(json)),
                    text(json, "description", JobRecord.MAX_DESCRIPTION),
                    new PeerId(text(json, "submitter", Registration.MAX_TEXT)),
                    number(json, "rootEpoch", Limits.MAX_ROOT_EPOCH), json.path("campaign").booleanValue());
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new MalformedNodeException(String.valueOf(e.getMessage()));
        }
    }

    /** How long a job's record is kept, counted from the creation of its node. Records of older versions can be read too. */
    public static Duration timeToLive(byte @Nullable [] data) throws MalformedNodeException {
        return timeToLive(object(data));
    }

    private static Duration timeToLive(JsonNode json) throws MalformedNodeException {
        return Duration.between(instant(json, "created"), instant(json, "expires"));
    }

    public static byte[] encode(Owner owner) {
        return bytes(JSON.createObjectNode().put("claimant", owner.claimant()).put("epoch", owner.epoch()));
    }

    public static Owner owner(byte @Nullable [] data) throws MalformedNodeException {
        JsonNode json = object(data);
        return new Owner(text(json, "claimant", Registration.MAX_TEXT), number(json, "epoch", Limits.MAX_ROOT_EPOCH));
    }

    /**
     * Who holds a job's root.
     *
     * @param claimant a name that no two connections share
     * @param epoch the epoch that was granted with it
     */
    public record Owner(String claimant, long epoch) {}

    /** Refuses text that is too long or would not be a plain line on a terminal. */
    static void checkText(String field, String text, int maxLength) {
        if (text.length() > maxLength) {
            throw new IllegalArgumentException("'" + field + "' is longer than " + maxLength + " characters");
        }
        if (text.chars().anyMatch(NodeData::isNotPlain)) {
            throw new IllegalArgumentException("'" + field + "' holds control characters");
        }
    }

    /** Control characters, and those that reorder or break a line. */
    private static boolean isNotPlain(int c) {
        int type = Character.getType(c);
        return Character.isISOControl(c) || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }

    private static byte[] bytes(ObjectNode json) {
        byte[] bytes;
        try {
            bytes = JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("a node holds at most " + MAX_BYTES + " bytes, not " + bytes.length);
        }
        return bytes;
    }

    private static JsonNode object(byte @Nullable [] data) throws MalformedNodeException {
        if (data == null || data.length == 0) {
            throw new MalformedNodeException("it is empty");
        }
        if (data.length > MAX_BYTES) {
            throw new MalformedNodeException("it is larger than " + MAX_BYTES + " bytes");
        }
        JsonNode json;
        try {
            json = JSON.readTree(data);
        } catch (IOException e) {
            throw new MalformedNodeException("it is no JSON");
        }
        if (!json.isObject()) {
            throw new MalformedNodeException("it is no JSON object");
        }
        return json;
    }

    private static String text(JsonNode json, String field, int maxLength) throws MalformedNodeException {
        return checked(field, json.path(field), maxLength);
    }

    private static Optional<String> optional(JsonNode json, String field) throws MalformedNodeException {
        return json.hasNonNull(field) ? Optional.of(text(json, field, Registration.MAX_TEXT)) : Optional.empty();
    }

    private static String checked(String field, JsonNode value, int maxLength) throws MalformedNodeException {
        if (!value.isTextual()) {
            throw new MalformedNodeException("'" + field + "' is no text");
        }
        try {
            checkText(field, value.textValue(), maxLength);
        } catch (IllegalArgumentException e) {
            throw new MalformedNodeException(String.valueOf(e.getMessage()));
        }
        return value.textValue();
    }

    private static long number(JsonNode json, String field, long max) throws MalformedNodeException {
        JsonNode value = json.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0
                || value.longValue() > max) {
            throw new MalformedNodeException("'" + field + "' is no number from 0 to " + max);
        }
        return value.longValue();
    }

    private static Instant instant(JsonNode json, String field) throws MalformedNodeException {
        try {
            return Instant.parse(text(json, field, 40));
        } catch (DateTimeException e) {
            throw new MalformedNodeException("'" + field + "' is no time");
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode json, String field)
            throws MalformedNodeException {
        String name = text(json, field, 40);
        try {
            return Enum.valueOf(type, name);
        } catch (IllegalArgumentException e) {
            throw new MalformedNodeException("'" + field + "' is unknown: " + name);
        }
    }
}
