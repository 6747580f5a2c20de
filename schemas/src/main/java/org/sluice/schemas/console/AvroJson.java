package org.sluice.schemas.console;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

import org.sluice.protocol.value.Range;
import org.sluice.schemas.avro.Evidence;
import org.sluice.schemas.avro.Ranges;
import org.sluice.schemas.codec.AvroValues;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Renders Avro records as JSON for people and scripts: fields as the schema names them, integers as numbers with all their
 * digits, bytes as lower-case hexadecimal, enums by name, fields that are null left out.
 *
 * <p>Two records are shown by what they mean and not as they are packed: ranges as a list of {@code {"start","end"}}, and
 * evidence with its {@code integers}.
 */
final class AvroJson {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private AvroJson() {}

    static JsonNode of(SpecificRecord record) {
        return switch (record) {
            case Ranges ranges -> ranges(ranges);
            case Evidence evidence -> evidence(evidence);
            // Generated classes cannot be sealed; all others are shown field by field.
            default -> fields(record);
        };
    }

    private static ObjectNode fields(SpecificRecord record) {
        ObjectNode object = JSON.objectNode();
        for (Schema.Field field : record.getSchema().getFields()) {
            Object value = record.get(field.pos());
            if (value != null) {
                object.set(field.name(), value(value));
            }
        }
        return object;
    }

    private static JsonNode value(@Nullable Object value) {
        return switch (value) {
            case null -> JSON.nullNode();
            case SpecificRecord record -> of(record);
            case List<?> list -> {
                ArrayNode array = JSON.arrayNode(list.size());
                list.forEach(item -> array.add(value(item)));
                yield array;
            }
            case Long number -> JSON.numberNode(number);
            case Integer number -> JSON.numberNode(number);
            case Boolean bool -> JSON.booleanNode(bool);
            case ByteBuffer bytes -> {
                byte[] content = new byte[bytes.remaining()];
                bytes.duplicate().get(content);
                yield JSON.textNode(HexFormat.of().formatHex(content));
            }
            // Strings and enums.
            default -> JSON.textNode(value.toString());
        };
    }

    private static ArrayNode ranges(Ranges ranges) {
        ArrayNode array = JSON.arrayNode();
        for (Range range : AvroValues.decode(ranges)) {
            array.addObject().put("start", range.start()).put("end", range.end());
        }
        return array;
    }

    private static ObjectNode evidence(Evidence packed) {
        ObjectNode object = JSON.objectNode().put("peer", packed.getPeer()).put("zeroBits", packed.getZeroBits());
        ArrayNode integers = object.putArray("integers");
        AvroValues.decode(packed).integers().forEach(integers::add);
        return object;
    }
}
