package org.sluice.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What must hold of compose.yaml, wherever Docker is missing. */
final class ComposeFileTest {
    private static final JsonNode FILE = read();

    private static JsonNode read() {
        try {
            return new ObjectMapper().valueToTree(new Yaml().load(Files.readString(Path.of("compose.yaml"))));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode service(String name) {
        return FILE.get("services").get(name);
    }

    private static Set<String> names(String beginning) {
        return FILE.get("services")
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(name -> name.startsWith(beginning))
                .collect(Collectors.toSet());
    }

    @Test
    void itHasThreeOfEachServerAndEveryImageIsAVariable() {
        assertEquals(Set.of("zookeeper1", "zookeeper2", "zookeeper3"), names("zookeeper"));
        assertEquals(Set.of("kafka1", "kafka2", "kafka3"), names("kafka"));
        for (String name : names("")) {
            assertTrue(service(name).get("image").asText().matches("\\$\\{[A-Z]+_IMAGE:-.+}"), name);
        }
    }

    /** A broker tells its clients one address, which must lead to it from inside and outside. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void eachBrokerIsFoundAtThePortThatItTellsItsClients(int id) {
        JsonNode broker = service("kafka" + id);
        JsonNode environment = broker.get("environment");
        String port = id + "9092";

        assertEquals(id, environment.get("KAFKA_NODE_ID").asInt());
        assertTrue(environment.get("KAFKA_LISTENERS").asText().endsWith("OUTER://:" + port), environment::toString);
        assertTrue(environment.get("KAFKA_ADVERTISED_LISTENERS")
                .asText()
                .endsWith("OUTER://${SLUICE_HOST:-kafka" + id + "}:" + port), environment::toString);
        assertEquals("${SLUICE_HOST:-127.0.0.1}:" + port + ":" + port, broker.get("ports").get(0).asText());
        assertTrue(service("init").get("command").toString().contains("${SLUICE_HOST:-kafka" + id + "}:" + port));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void eachTrackerIsAMemberOfTheEnsemble(int id) {
        JsonNode tracker = service("zookeeper" + id);
        JsonNode environment = tracker.get("environment");

        assertEquals(id, environment.get("ZOO_MY_ID").asInt());
        assertTrue(List.of(environment.get("ZOO_SERVERS").asText().split(" "))
                .contains("server." + id + "=zookeeper" + id + ":2888:3888;2181"), environment::toString);
        assertEquals("${SLUICE_HOST:-127.0.0.1}:" + (2180 + id) + ":2181", tracker.get("ports").get(0).asText());
    }

    @Test
    void whatIsWrittenOutlivesItsContainer() {
        FILE.get("services")
                .propertyStream()
                .flatMap(service -> service.getValue().path("volumes").valueStream())
                .map(volume -> volume.asText().split(":")[0])
                .forEach(volume -> assertTrue(FILE.get("volumes").has(volume), volume));
        for (String server : List.of("zookeeper", "kafka")) {
            names(server).forEach(name -> assertTrue(service(name).has("volumes"), name));
        }
    }
}
