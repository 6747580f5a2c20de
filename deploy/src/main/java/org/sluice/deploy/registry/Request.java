package org.sluice.deploy.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;

/**
 * A request as the routes see it.
 *
 * @param path the parts between the slashes, decoded
 * @param query undecoded, empty when there is none
 */
record Request(String method, List<String> path, String query, String body) {
    private static final int MAXIMUM_BODY_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    static Request of(HttpExchange exchange) throws IOException, RegistryException {
        List<String> path = new ArrayList<>();
        for (String part : exchange.getRequestURI().getRawPath().split("/")) {
            if (!part.isEmpty()) {
                path.add(decode(part));
            }
        }
        String query = exchange.getRequestURI().getRawQuery();
        String method = exchange.getRequestMethod();
        return new Request(method.equals("HEAD") ? "GET" : method, List.copyOf(path), query == null ? "" : query,
                body(exchange.getRequestBody()));
    }

    private static String body(InputStream stream) throws IOException, RegistryException {
        byte[] body = stream.readNBytes(MAXIMUM_BODY_BYTES + 1);
        if (body.length > MAXIMUM_BODY_BYTES) {
            throw new RegistryException(413, "The request is larger than %d bytes".formatted(MAXIMUM_BODY_BYTES));
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    private static String decode(String part) throws RegistryException {
        try {
            // In a path, unlike in a form, a plus sign is a plus sign.
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RegistryException(400, "HTTP 400 Bad Request: " + e.getMessage());
        }
    }

    /** Whether the query says {@code name=true}. */
    boolean flag(String name) {
        return List.of(query.split("&")).contains(name + "=true");
    }

    /** The schema in the body. */
    String schema() throws RegistryException {
        JsonNode document = document();
        String type = document.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw RegistryException.invalidSchema("this registry knows AVRO, not " + type);
        }
        if (!document.path("references").isEmpty()) {
            throw RegistryException.invalidSchema("this registry knows no references");
        }
        JsonNode schema = document.path("schema");
        if (!schema.isTextual()) {
            throw RegistryException.invalidSchema("the request has no field \"schema\" with the schema as a string");
        }
        return schema.asText();
    }

    /** The compatibility level in the body. */
    CompatibilityLevel compatibility() throws RegistryException {
        return CompatibilityLevel.parse(document().path("compatibility").asText(""));
    }

    private JsonNode document() throws RegistryException {
        try {
            JsonNode document = JSON.readTree(body);
            if (document.isObject()) {
                return document;
            }
        } catch (IOException _) {
            // not JSON and JSON of another kind are the same mistake
        }
        throw new RegistryException(400, "The request's body is not a JSON object");
    }
}
