package org.sluice.deploy.embedded;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.sluice.deploy.failure.NetworkException;
import org.sluice.schemas.codec.EventSchemas;
import org.sluice.schemas.codec.SchemaRegistry;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.tracker.Tracker;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Tag("slow")
final class EmbeddedNetworkTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    @Test
    void aRestartKeepsPortsTopicsSchemasAndNetworkInfo() throws Exception {
        String trackerAddress;
        Servers servers;
        String schemas;
        try (EmbeddedNetwork network = EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(folder))) {
            trackerAddress = network.trackerAddress();
            servers = network.servers();
            assertEquals(servers, published(trackerAddress));
            schemas = schemasOf(servers);
            assertTrue(schemas.contains("SubjobRequest"), schemas);
            try (Admin admin = admin(servers)) {
                admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get(30, SECONDS);
            }

            NetworkException refusal = assertThrows(NetworkException.class,
                    () -> EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(folder)));
            assertTrue(String.valueOf(refusal.getMessage()).contains("in use by another network"),
                    refusal.getMessage());
        }
        try (EmbeddedNetwork network = EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(folder))) {
            assertEquals(trackerAddress, network.trackerAddress());
            assertEquals(servers, network.servers());
            assertEquals(servers, published(trackerAddress));
            assertEquals(schemas, schemasOf(servers));
            try (Admin admin = admin(servers)) {
                assertTrue(admin.listTopics().names().get(30, SECONDS).contains("kept"));
            }
        }
    }

    @Test
    void whoJoinsFindsTheSchemasRegistered() throws Exception {
        try (EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
                SchemaRegistry registry = SchemaRegistry.connect(network.servers().registryUrl(), Map.of())) {
            String schemas = schemasOf(network.servers());
            Map<String, Integer> ids = new HashMap<>();
            EventSchemas.published().forEach((subject, schema) -> ids.put(subject, registry.register(subject, schema)));
            assertEquals(ids, network.schemaIds());
            assertEquals(schemas, schemasOf(network.servers()));
        }
    }

    @Test
    void aNetworkHasTheNameOfItsFirstStart() {
        TopicNames named = new TopicNames("night-shift");
        EmbeddedNetwork.Options options = EmbeddedNetwork.Options.loopback(folder);
        try (EmbeddedNetwork network = EmbeddedNetwork.start(options.named(named))) {
            assertEquals(named, published(network.trackerAddress()).topics());
        }
        try (EmbeddedNetwork network = EmbeddedNetwork.start(options)) {
            assertEquals(named, published(network.trackerAddress()).topics());
        }
        String refusal = String.valueOf(assertThrows(IllegalArgumentException.class,
                () -> EmbeddedNetwork.start(options.named(TopicNames.DEFAULT))).getMessage());
        assertTrue(refusal.contains("is named night-shift"), refusal);
    }

    @Test
    void aPortInUseIsNamedAndNothingIsLeftBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            for (EmbeddedNetwork.Options options : List.of(
                    new EmbeddedNetwork.Options(folder, "127.0.0.1", port, 0, 0),
                    new EmbeddedNetwork.Options(folder, "127.0.0.1", 0, port, 0),
                    new EmbeddedNetwork.Options(folder, "127.0.0.1", 0, 0, port))) {
                PortInUseException refusal = assertThrows(PortInUseException.class,
                        () -> EmbeddedNetwork.start(options));
                assertEquals(port, refusal.port());
                assertTrue(String.valueOf(refusal.getMessage()).contains("Port " + port), refusal.getMessage());
            }
        }
        // The folder was given back each time.
        DataFolder.open(folder).close();
    }

    @Test
    void aRememberedPortThatIsTakenIsGivenUp() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                DataFolder data = DataFolder.open(folder)) {
            data.remember(TopicNames.DEFAULT, taken.getLocalPort(), taken.getLocalPort(), taken.getLocalPort());
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            try (DataFolder data = DataFolder.open(folder)) {
                data.remember(TopicNames.DEFAULT, taken.getLocalPort(), 0, 0);
            }
            try (EmbeddedNetwork network = EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(folder))) {
                assertNotEquals("127.0.0.1:" + taken.getLocalPort(), network.trackerAddress());
                assertEquals(network.servers(), published(network.trackerAddress()));
            }
        }
    }

    @Test
    void aTemporaryNetworkLeavesNothingBehind() {
        Path data;
        try (EmbeddedNetwork network = EmbeddedNetwork.startTemporary()) {
            data = network.data();
            assertTrue(Files.isDirectory(data));
        }
        assertFalse(Files.exists(data));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "null", "{}", ""})
    void aDamagedRegistryIsNamedAndTheOthersAreStopped(String content) throws Exception {
        Path file = folder.resolve("registry/registry.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        NetworkException refusal = assertThrows(NetworkException.class,
                () -> EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(folder)));
        assertTrue(String.valueOf(refusal.getMessage()).contains("registry.json is damaged"), refusal.getMessage());
        Files.delete(file);
        EmbeddedNetwork.start(EmbeddedNetwork.Options.loopback(folder)).close();
    }

    private static Servers published(String trackerAddress) {
        try (Tracker tracker = Tracker.connect(trackerAddress, TIMEOUT)) {
            return tracker.network();
        }
    }

    private static Admin admin(Servers servers) {
        return Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()));
    }

    /** All subjects with the ids of their latest versions. */
    private static String schemasOf(Servers servers) throws Exception {
        StringBuilder all = new StringBuilder();
        String subjects = get(servers, "/subjects");
        for (String subject : subjects.substring(2, subjects.length() - 2).split("\",\"")) {
            all.append(get(servers, "/subjects/" + subject + "/versions/latest")).append('\n');
        }
        return all.toString();
    }

    private static String get(Servers servers, String path) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(URI.create(servers.registryUrl() + path)).build(),
                    BodyHandlers.ofString()).body();
        }
    }
}
