package org.sluice.submitter.bitcoin.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.Bytes;

import com.fasterxml.jackson.databind.JsonNode;

/** The members of a JSON object of which nothing is believed: whether they are there, of what type, and within which bounds. */
final class TemplateFields {
    private static final int SHOWN = 60;

    private final String name;
    private final JsonNode object;

    /**
     * Looks into an object.
     *
     * @param name what it is, as a message should call it, such as {@code transaction 3}
     */
    TemplateFields(String name, JsonNode object) throws InvalidTemplateException {
        this.name = name;
        this.object = object;
        if (!object.isObject()) {
            throw new InvalidTemplateException("the node's " + name + " is no JSON object, but " + shown(object));
        }
    }

    boolean has(String field) {
        return object.hasNonNull(field);
    }

    JsonNode require(String field) throws InvalidTemplateException {
        JsonNode value = object.get(field);
        if (value == null || value.isNull()) {
            throw new InvalidTemplateException("the node's " + name + " has no " + field);
        }
        return value;
    }

    long integer(String field, long least, long most) throws InvalidTemplateException {
        JsonNode value = require(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least
                || value.longValue() > most) {
            throw wrong(field, "must be " + least + " to " + most, value);
        }
        return value.longValue();
    }

    String text(String field, int longest) throws InvalidTemplateException {
        JsonNode value = require(field);
        if (!value.isTextual() || value.textValue().length() > longest) {
            throw wrong(field, "must be a text of at most " + longest + " characters", value);
        }
        return value.textValue();
    }

    Optional<String> optionalText(String field, int longest) throws InvalidTemplateException {
        return has(field) ? Optional.of(text(field, longest)) : Optional.empty();
    }

    /** Hexadecimal digits for as many bytes as there are. */
    Bytes hex(String field, int longest) throws InvalidTemplateException {
        return hex(field, require(field), 0, longest);
    }

    /** A hash as it is displayed, brought into hash order. */
    Bytes hash(String field) throws InvalidTemplateException {
        return hex(field, require(field), 32, 32).reversed();
    }

    /** The compact form of a target. */
    long bits(String field) throws InvalidTemplateException {
        return Long.parseLong(hex(field, require(field), 4, 4).toHex(), 16);
    }

    /** The members of an array. */
    List<JsonNode> array(String field, int most) throws InvalidTemplateException {
        JsonNode value = require(field);
        if (!value.isArray() || value.size() > most) {
            throw wrong(field, "must be an array of at most " + most, value);
        }
        List<JsonNode> members = new ArrayList<>(value.size());
        value.forEach(members::add);
        return members;
    }

    /** The values of an object whose members are all hexadecimal. */
    List<Bytes> hexValues(String field, int longest) throws InvalidTemplateException {
        JsonNode value = require(field);
        if (!value.isObject()) {
            throw wrong(field, "must be an object", value);
        }
        List<Bytes> values = new ArrayList<>();
        for (JsonNode member : value) {
            Bytes bytes = hex(field, member, 0, longest);
            if (bytes.length() > 0) {
                values.add(bytes);
            }
        }
        return values;
    }

    private Bytes hex(String field, JsonNode value, int least, int most) throws InvalidTemplateException {
        String wanted = "must be hex digits for " + (least == most ? "" : least + " to ") + most + " bytes";
        if (!value.isTextual() || value.textValue().length() > 2L * most || value.textValue().length() < 2L * least) {
            throw wrong(field, wanted, value);
        }
        try {
            return Bytes.fromHex(value.textValue());
        } catch (IllegalArgumentException e) {
            throw wrong(field, wanted, value);
        }
    }

    InvalidTemplateException wrong(String field, String wanted, JsonNode value) {
        return new InvalidTemplateException("the node's " + name + " is wrong: its " + field + " " + wanted
                + ", not " + shown(value));
    }

    private static String shown(JsonNode value) {
        if (value.isContainerNode()) {
            return value.isArray() ? "an array of " + value.size() : "an object";
        }
        String text = value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
