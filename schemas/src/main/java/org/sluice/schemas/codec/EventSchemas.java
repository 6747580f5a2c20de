package org.sluice.schemas.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.sluice.schemas.avro.Adopt;
import org.sluice.schemas.avro.AdoptAck;
import org.sluice.schemas.avro.Cancel;
import org.sluice.schemas.avro.Ping;
import org.sluice.schemas.avro.Pong;
import org.sluice.schemas.avro.ResultAck;
import org.sluice.schemas.avro.RootEvent;
import org.sluice.schemas.avro.SubjobAck;
import org.sluice.schemas.avro.SubjobRequest;
import org.sluice.schemas.avro.SubjobResult;
import org.sluice.schemas.avro.WorkWanted;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;

/** The schemas of this version, one for each type of event; a schema's full name is its subject in the registry. */
public final class EventSchemas {
    private static final Map<String, Schema> ALL = byName(List.of(SubjobRequest.getClassSchema(),
            SubjobAck.getClassSchema(), SubjobResult.getClassSchema(), ResultAck.getClassSchema(),
            Ping.getClassSchema(), Pong.getClassSchema(), Adopt.getClassSchema(), AdoptAck.getClassSchema(),
            Cancel.getClassSchema(), WorkWanted.getClassSchema(), RootEvent.getClassSchema()));

    private EventSchemas() {}

    /** The schemas as the registry gets them: subject to JSON, each complete in itself. */
    public static Map<String, String> published() {
        Map<String, String> published = new LinkedHashMap<>();
        ALL.forEach((subject, schema) -> published.put(subject, json(schema)));
        return published;
    }

    /** The schemas by full name. */
    static Map<String, Schema> all() {
        return ALL;
    }

    private static Map<String, Schema> byName(List<Schema> schemas) {
        Map<String, Schema> byName = new LinkedHashMap<>();
        schemas.forEach(schema -> byName.put(schema.getFullName(), schema));
        // In this order they are registered, so a registry that begins anew gives them the ids that they had.
        return Collections.unmodifiableMap(byName);
    }

    /** Whether a schema that a registry has is one of this version, as it was registered. */
    static boolean isPublished(Schema stored) {
        Schema ours = ALL.get(stored.getFullName());
        return ours != null && new Schema.Parser().parse(json(ours)).equals(stored);
    }

    /** A schema as the registry gets it: without the Java class that the generator reads each string into. */
    public static String json(Schema schema) {
        try {
            return withoutJava(new ObjectMapper().readTree(schema.toString())).toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a generated schema is not JSON: " + schema.getFullName(), e);
        }
    }

    private static JsonNode withoutJava(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                object.remove("avro.java.string");
                object.properties().forEach(field -> field.setValue(withoutJava(field.getValue())));
                boolean bare = object.size() == 1 && object.path("type").isTextual();
                yield bare ? object.get("type") : object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, withoutJava(array.get(i)));
                }
                yield array;
            }
            // Jackson's classes are not sealed; all other nodes are leaves.
            default -> node;
        };
    }
}
