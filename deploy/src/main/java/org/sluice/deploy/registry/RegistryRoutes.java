package org.sluice.deploy.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Confluent's REST paths on a {@link SchemaStore}: one request in, one JSON document out. */
public final class RegistryRoutes implements HttpHandler {
    private static final Logger log = LoggerFactory.getLogger(RegistryRoutes.class);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> MODE = Map.of("mode", "READWRITE");

    private final SchemaStore store;
    private final List<Route> routes;

    public RegistryRoutes(SchemaStore store) {
        this.store = store;
        this.routes = List.of(
                Route.of("GET", "/subjects", (_, _) -> store.subjects()),
                Route.of("POST", "/subjects/*", (request, path) -> all(store.lookUp(path.get(0), request.schema()))),
                Route.of("GET", "/subjects/*/versions", (_, path) -> store.versions(path.get(0))),
                Route.of("POST", "/subjects/*/versions",
                        (request, path) -> Map.of("id", store.register(path.get(0), request.schema()))),
                Route.of("GET", "/subjects/*/versions/*", (_, path) -> all(store.version(path.get(0), path.get(1)))),
                Route.of("GET", "/subjects/*/versions/*/schema",
                        (_, path) -> tree(store.version(path.get(0), path.get(1)).schema())),
                Route.of("GET", "/schemas/types", (_, _) -> List.of("AVRO")),
                Route.of("GET", "/schemas/ids/*", (_, path) -> Map.of("schema", store.schema(id(path.get(0))))),
                Route.of("GET", "/schemas/ids/*/schema", (_, path) -> tree(store.schema(id(path.get(0))))),
                Route.of("GET", "/schemas/ids/*/subjects",
                        (_, path) -> store.usesOf(id(path.get(0))).stream().map(RegisteredSchema::subject).toList()),
                Route.of("GET", "/schemas/ids/*/versions",
                        (_, path) -> store.usesOf(id(path.get(0))).stream().map(RegistryRoutes::use).toList()),
                Route.of("GET", "/config", (_, _) -> level(store.compatibility())),
                Route.of("PUT", "/config", (request, _) -> setLevel(request)),
                Route.of("GET", "/config/*", (request, path) -> level(request, path.get(0))),
                Route.of("PUT", "/config/*", (request, path) -> setLevel(request, path.get(0))),
                Route.of("POST", "/compatibility/subjects/*/versions",
                        (request, path) -> verdict(request, store.objections(path.get(0), request.schema()))),
                Route.of("POST", "/compatibility/subjects/*/versions/*",
                        (request, path) -> verdict(request,
                                store.objections(path.get(0), request.schema(), path.get(1)))),
                Route.of("GET", "/mode", (_, _) -> MODE), Route.of("GET", "/mode/*", (_, _) -> MODE));
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            try {
                send(exchange, 200, answer(Request.of(exchange)));
            } catch (RegistryException e) {
                send(exchange, e.httpStatus(), error(e.errorCode(), String.valueOf(e.getMessage())));
            } catch (UncheckedIOException e) {
                log.warn("{}", e.getMessage());
                send(exchange, 500, error(50001, "Error in the backend data store"));
            } catch (RuntimeException e) {
                log.warn("A registry request failed: {} {}", exchange.getRequestMethod(), exchange.getRequestURI(), e);
                send(exchange, 500, error(500, "Internal Server Error"));
            }
        }
    }

    private static void send(HttpExchange exchange, int status, Object answer) throws IOException {
        byte[] body = JSON.writeValueAsBytes(answer);
        exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private Object answer(Request request) throws RegistryException {
        if (request.path().isEmpty()) {
            return Map.of();
        }
        boolean known = false;
        for (Route route : routes) {
            Optional<List<String>> variables = route.variables(request.path());
            if (variables.isPresent()) {
                if (route.method().equals(request.method())) {
                    return route.action().answer(request, variables.get());
                }
                known = true;
            }
        }
        throw known
                ? new RegistryException(405, "HTTP 405 Method Not Allowed")
                : new RegistryException(404, "HTTP 404 Not Found");
    }

    private Object level(Request request, String subject) throws RegistryException {
        Optional<CompatibilityLevel> own = store.compatibility(subject);
        if (own.isEmpty() && request.flag("defaultToGlobal")) {
            return level(store.compatibility());
        }
        return level(own.orElseThrow(() -> RegistryException.noSubjectCompatibility(subject)));
    }

    private Object setLevel(Request request) throws RegistryException {
        CompatibilityLevel level = request.compatibility();
        store.setCompatibility(level);
        return Map.of("compatibility", level);
    }

    private Object setLevel(Request request, String subject) throws RegistryException {
        CompatibilityLevel level = request.compatibility();
        store.setCompatibility(subject, level);
        return Map.of("compatibility", level);
    }

    private static Object level(CompatibilityLevel level) {
        return Map.of("compatibilityLevel", level);
    }

    private static Object verdict(Request request, List<String> objections) {
        Map<String, Object> verdict = new LinkedHashMap<>();
        verdict.put("is_compatible", objections.isEmpty());
        if (request.flag("verbose")) {
            verdict.put("messages", objections);
        }
        return verdict;
    }

    private static Object all(RegisteredSchema schema) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("subject", schema.subject());
        all.put("version", schema.version());
        all.put("id", schema.id());
        all.put("schema", schema.schema());
        return all;
    }

    private static Object use(RegisteredSchema schema) {
        Map<String, Object> use = new LinkedHashMap<>();
        use.put("subject", schema.subject());
        use.put("version", schema.version());
        return use;
    }

    private static Object error(int code, String message) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("error_code", code);
        error.put("message", message);
        return error;
    }

    private static Object tree(String schema) {
        try {
            return JSON.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored schema is not JSON: " + schema, e);
        }
    }

    private static int id(String text) throws RegistryException {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException _) {
            throw new RegistryException(404, "HTTP 404 Not Found");
        }
    }
}
