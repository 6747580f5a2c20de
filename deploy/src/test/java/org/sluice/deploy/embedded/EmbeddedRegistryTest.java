package org.sluice.deploy.embedded;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.sluice.deploy.failure.NetworkException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The registry as its users meet it: through Confluent's own client and through plain HTTP. */
final class EmbeddedRegistryTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ONE = record("");
    private static final String WITH_OPTIONAL = record(",{\"name\":\"b\",\"type\":\"int\",\"default\":0}");
    private static final String WITH_REQUIRED = record(",{\"name\":\"c\",\"type\":\"int\"}");

    @TempDir
    private Path folder;
    private EmbeddedRegistry registry;
    private HttpClient http;

    private static String record(String moreFields) {
        return "{\"type\":\"record\",\"name\":\"R\",\"namespace\":\"n\",\"fields\":[{\"name\":\"a\",\"type\":\"string\"}%s]}"
                .formatted(moreFields);
    }

    @BeforeEach
    void start() {
        registry = EmbeddedRegistry.start(EmbeddedRegistry.Options.loopback(folder, 0));
        http = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        http.close();
        registry.close();
    }

    private void restart() {
        int port = registry.port();
        registry.close();
        registry = EmbeddedRegistry.start(EmbeddedRegistry.Options.loopback(folder, port));
    }

    private CachedSchemaRegistryClient client() {
        return new CachedSchemaRegistryClient(registry.url(), 100);
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(registry.url() + path))
                .method(method, BodyPublishers.ofString(body))
                .build(), BodyHandlers.ofString());
    }

    private JsonNode ok(String method, String path, String body) throws Exception {
        HttpResponse<String> response = call(method, path, body);
        assertEquals(200, response.statusCode(), response.body());
        assertEquals("application/vnd.schemaregistry.v1+json",
                response.headers().firstValue("Content-Type").orElseThrow());
        return JSON.readTree(response.body());
    }

    private JsonNode ok(String path) throws Exception {
        return ok("GET", path, "");
    }

    private void refused(int status, int errorCode, String method, String path, String body) throws Exception {
        HttpResponse<String> response = call(method, path, body);
        assertEquals(status, response.statusCode(), response.body());
        JsonNode error = JSON.readTree(response.body());
        assertEquals(errorCode, error.path("error_code").intValue(), response.body());
        assertFalse(error.path("message").asText().isBlank());
    }

    private static String request(String schema) throws IOException {
        return JSON.writeValueAsString(Map.of("schema", schema));
    }

    private int register(String subject, String schema) throws Exception {
        return ok("POST", "/subjects/" + subject + "/versions", request(schema)).path("id").intValue();
    }

    @Test
    void confluentClientRegistersAndReads() throws Exception {
        int id = client().register("s", new AvroSchema(ONE));
        int next = client().register("s", new AvroSchema(WITH_OPTIONAL));

        // A second client knows nothing yet and has to ask.
        CachedSchemaRegistryClient client = client();
        assertEquals(new AvroSchema(ONE), client.getSchemaById(id));
        assertEquals(next, client.getLatestSchemaMetadata("s").getId());
        assertEquals(2, client.getLatestSchemaMetadata("s").getVersion());
        assertEquals(id, client.getSchemaMetadata("s", 1).getId());
        assertEquals(id, client.getId("s", new AvroSchema(ONE)));
        assertEquals(2, client.getVersion("s", new AvroSchema(WITH_OPTIONAL)));
        assertEquals(List.of(1, 2), client.getAllVersions("s"));
        assertEquals(List.of("s"), List.copyOf(client.getAllSubjects()));
        assertEquals(List.of("s"), List.copyOf(client.getAllSubjectsById(id)));
        assertEquals("s", client.getAllVersionsById(id).iterator().next().getSubject());
        assertEquals("READWRITE", client.getMode());
    }

    @Test
    void whoRunsItRegistersWithoutRequestsWhatClientsThenFind() throws Exception {
        int former = register("s", ONE);

        Map<String, Integer> ids = registry.register(Map.of("s", WITH_OPTIONAL, "t", ONE));

        assertEquals(Map.of("s", client().getId("s", new AvroSchema(WITH_OPTIONAL)), "t", former), ids);
        assertEquals(List.of(1, 2), client().getAllVersions("s"));
        assertEquals("FULL_TRANSITIVE", client().getCompatibility("s"));
        assertEquals("FULL_TRANSITIVE", client().getCompatibility("t"));
        assertEquals(ids, registry.register(Map.of("s", WITH_OPTIONAL, "t", ONE)));
        restart();
        assertEquals(List.of(1, 2), client().getAllVersions("s"));
    }

    @Test
    void whoRunsItRegistersAllOrNothing() throws Exception {
        register("s", ONE);
        Map<String, String> schemas = new LinkedHashMap<>();
        schemas.put("new", WITH_OPTIONAL);
        schemas.put("s", WITH_REQUIRED);

        assertThrows(NetworkException.class, () -> registry.register(schemas));

        assertEquals(List.of("s"), List.copyOf(client().getAllSubjects()));
        assertEquals(List.of(1), client().getAllVersions("s"));
    }

    @Test
    void confluentClientSetsAndTestsCompatibility() throws Exception {
        CachedSchemaRegistryClient client = client();
        assertEquals("BACKWARD", client.getCompatibility(null));
        assertEquals("FULL_TRANSITIVE", client.updateCompatibility(null, "FULL_TRANSITIVE"));
        assertEquals("NONE", client.updateCompatibility("other", "NONE"));
        assertEquals("FULL_TRANSITIVE", client.getCompatibility(null));
        assertEquals("NONE", client.getCompatibility("other"));

        client.register("s", new AvroSchema(ONE));
        assertTrue(client.testCompatibility("s", new AvroSchema(WITH_OPTIONAL)));
        assertFalse(client.testCompatibility("s", new AvroSchema(WITH_REQUIRED)));
        assertFalse(client.testCompatibilityVerbose("s", new AvroSchema(WITH_REQUIRED)).isEmpty());
    }

    @Test
    void confluentClientUnderstandsTheErrors() throws Exception {
        CachedSchemaRegistryClient client = client();
        assertEquals(40401, errorOf(() -> client.getLatestSchemaMetadata("none")));
        assertEquals(40403, errorOf(() -> client.getSchemaById(77)));
        client.register("s", new AvroSchema(ONE));
        assertEquals(40402, errorOf(() -> client.getSchemaMetadata("s", 9)));
        assertEquals(409, errorOf(() -> client.register("s", new AvroSchema(WITH_REQUIRED))));
    }

    private static int errorOf(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(RestClientException.class, call).getErrorCode();
    }

    @Test
    void idsVersionsAndLevelsOutliveARestart() throws Exception {
        ok("PUT", "/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}");
        ok("PUT", "/config/s", "{\"compatibility\":\"FORWARD\"}");
        int first = register("s", ONE);
        int second = register("s", WITH_OPTIONAL);

        restart();

        assertEquals(ONE, ok("/schemas/ids/" + first).path("schema").asText());
        assertEquals(second, ok("/subjects/s/versions/2").path("id").intValue());
        assertEquals("FULL_TRANSITIVE", ok("/config").path("compatibilityLevel").asText());
        assertEquals("FORWARD", ok("/config/s").path("compatibilityLevel").asText());
        assertEquals(second, register("s", WITH_OPTIONAL));
        assertEquals(second + 1, register("t", WITH_REQUIRED));
    }

    @Test
    void aSchemaHasOneIdInAllSubjects() throws Exception {
        int id = register("s", ONE);
        assertEquals(id, register("s", ONE));
        assertEquals(id, register("t", ONE));
        assertEquals("[1]", ok("/subjects/s/versions").toString());
        assertEquals("[{\"subject\":\"s\",\"version\":1},{\"subject\":\"t\",\"version\":1}]",
                ok("/schemas/ids/" + id + "/versions").toString());
        assertEquals("[\"s\",\"t\"]", ok("/subjects").toString());
    }

    @Test
    void answersInConfluentsWords() throws Exception {
        int id = register("a%2Fb%20c", ONE);
        String all = "{\"subject\":\"a/b c\",\"version\":1,\"id\":" + id + ",\"schema\":" + JSON.writeValueAsString(ONE)
                + "}";
        assertEquals(all, ok("/subjects/a%2Fb%20c/versions/latest").toString());
        assertEquals(all, ok("/subjects/a%2Fb%20c/versions/1").toString());
        assertEquals(all, ok("POST", "/subjects/a%2Fb%20c", request(ONE)).toString());
        assertEquals(ONE, ok("/subjects/a%2Fb%20c/versions/1/schema").toString());
        assertEquals(ONE, ok("/schemas/ids/" + id + "/schema").toString());
        assertEquals("{\"mode\":\"READWRITE\"}", ok("/mode").toString());
        assertEquals("{}", ok("/").toString());
        assertEquals("{\"compatibility\":\"NONE\"}", ok("PUT", "/config", "{\"compatibility\":\"NONE\"}").toString());
        assertEquals("{\"compatibilityLevel\":\"NONE\"}", ok("/config/x?defaultToGlobal=true").toString());
    }

    @Test
    void refusesInConfluentsWords() throws Exception {
        register("s", ONE);
        refused(404, 40401, "GET", "/subjects/none/versions", "");
        refused(404, 40401, "POST", "/subjects/none", request(ONE));
        refused(404, 40402, "GET", "/subjects/s/versions/2", "");
        refused(404, 40403, "POST", "/subjects/s", request(WITH_OPTIONAL));
        refused(404, 40403, "GET", "/schemas/ids/99", "");
        refused(404, 40408, "GET", "/config/s", "");
        refused(409, 409, "POST", "/subjects/s/versions", request(WITH_REQUIRED));
        refused(422, 42202, "GET", "/subjects/s/versions/first", "");
        refused(422, 42202, "GET", "/subjects/s/versions/0", "");
        refused(422, 42203, "PUT", "/config", "{\"compatibility\":\"SOME\"}");
        refused(400, 400, "PUT", "/config", "compatible");
        refused(404, 404, "GET", "/elsewhere", "");
        refused(405, 405, "DELETE", "/subjects/s/versions", "");
        assertEquals("[1]", ok("/subjects/s/versions").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"schema\":\"\"}", "{\"schema\":\"{\"}", "{\"schema\":\"\\\"nothing\\\"\"}", "{\"schema\":17}",
                    "{}", "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}",
                    "{\"schema\":\"\\\"int\\\"\",\"references\":[{\"name\":\"x\"}]}",
                    "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"9\\\",\\\"fields\\\":[]}\"}"})
    void refusesWhatIsNoAvroSchema(String body) throws Exception {
        refused(422, 42201, "POST", "/subjects/s/versions", body);
        assertEquals("[]", ok("/subjects").toString());
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        String name = "x".repeat(1 << 20);
        refused(413, 413, "POST", "/subjects/s/versions", request(ONE.replace("\"R\"", "\"" + name + "\"")));
        assertEquals("[]", ok("/subjects").toString());
    }

    @Test
    void refusesAbsurdNestingAndGoesOn() throws Exception {
        String nested = "{\"type\":\"array\",\"items\":".repeat(20_000) + "\"int\"" + "}".repeat(20_000);
        HttpResponse<String> response = call("POST", "/subjects/s/versions", request(nested));
        assertTrue(response.statusCode() >= 400, response.body());
        assertEquals(1, register("s", ONE));
    }

    /** Whether a schema with an added required (r) or optional (o) field, or with the field taken away again, may follow. */
    @ParameterizedTest
    @CsvSource({"NONE, true, true, true", "BACKWARD, false, true, true", "BACKWARD_TRANSITIVE, false, true, true",
            "FORWARD, true, true, false", "FORWARD_TRANSITIVE, true, true, false", "FULL, false, true, false",
            "FULL_TRANSITIVE, false, true, false"})
    void levelsDecideWhatMayFollow(String level, boolean requiredAdded, boolean optionalAdded, boolean requiredRemoved)
            throws Exception {
        ok("PUT", "/config", "{\"compatibility\":\"%s\"}".formatted(level));
        register("one", ONE);
        register("more", WITH_REQUIRED);
        assertEquals(requiredAdded, compatible("one", WITH_REQUIRED));
        assertEquals(optionalAdded, compatible("one", WITH_OPTIONAL));
        assertEquals(requiredRemoved, compatible("more", ONE));
        assertTrue(compatible("unknown", ONE));
    }

    private boolean compatible(String subject, String schema) throws Exception {
        return ok("POST", "/compatibility/subjects/" + subject + "/versions/latest", request(schema))
                .path("is_compatible")
                .booleanValue();
    }

    /** The field "b" comes as optional text, goes, and comes back as a number: only the first version objects. */
    @Test
    void onlyTransitiveLevelsLookFurtherBackThanTheLatest() throws Exception {
        String text = record(",{\"name\":\"b\",\"type\":\"string\",\"default\":\"\"}");
        ok("PUT", "/config", "{\"compatibility\":\"FULL\"}");
        register("s", text);
        register("s", ONE);
        String path = "/compatibility/subjects/s/versions";
        assertTrue(ok("POST", path, request(WITH_OPTIONAL)).path("is_compatible").booleanValue());
        ok("PUT", "/config/s", "{\"compatibility\":\"FULL_TRANSITIVE\"}");
        JsonNode verdict = ok("POST", path + "?verbose=true", request(WITH_OPTIONAL));
        assertFalse(verdict.path("is_compatible").booleanValue());
        assertTrue(verdict.path("messages").size() > 0);
        refused(409, 409, "POST", "/subjects/s/versions", request(WITH_OPTIONAL));
    }

    @Test
    void manyAtOnceGetOneIdEach() throws Exception {
        Map<String, Integer> ids = new ConcurrentHashMap<>();
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            threads.add(Thread.ofVirtual().start(() -> {
                CachedSchemaRegistryClient client = client();
                for (int number = 0; number < 10; number++) {
                    String schema = ONE.replace("\"R\"", "\"R" + number + "\"");
                    try {
                        int id = client.register("s" + number, new AvroSchema(schema));
                        ids.merge(schema, id, (one, other) -> one.equals(other) ? one : -1);
                    } catch (IOException | RestClientException e) {
                        ids.put(schema, -1);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(10, ids.size());
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), ids.values().stream().sorted().toList());
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        registry.close();
        Files.writeString(folder.resolve("registry.json"), "{\"schemas\":");
        NetworkException refusal = assertThrows(NetworkException.class,
                () -> EmbeddedRegistry.start(EmbeddedRegistry.Options.loopback(folder, 0)));
        assertTrue(String.valueOf(refusal.getMessage()).contains("registry.json"), refusal.getMessage());
    }

    @Test
    void aPortInUseIsNamed() {
        PortInUseException refusal = assertThrows(PortInUseException.class,
                () -> EmbeddedRegistry.start(EmbeddedRegistry.Options.loopback(folder, registry.port())));
        assertEquals(registry.port(), refusal.port());
    }

    @Test
    void isReachableOnLoopbackOnly() {
        assertTrue(registry.url().startsWith("http://127.0.0.1:"));
    }
}
