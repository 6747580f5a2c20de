package org.sluice.deploy.containers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import org.sluice.deploy.Workers;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.TrackerException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * The network that compose.yaml describes, used by who is not in it. Where its images cannot be pulled, others that are made
 * here take their place.
 */
@ExtendWith(NeedsContainers.class)
class ComposeIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FILE = Path.of("compose.yaml").toAbsolutePath().toString();
    private static final int WORKERS = 5;
    /** Fifteen JVMs begin at once. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(5);
    private static final Duration TRACKER_PATIENCE = Duration.ofSeconds(30);

    private final Map<String, String> variables = new TreeMap<>();
    private final Network elsewhere = Network.newNetwork();
    private final List<SluiceContainer> outside = new ArrayList<>();
    private List<String> compose = List.of();
    private String tracker = "";

    @BeforeEach
    void prepare() throws Exception {
        compose = command();
        try {
            variables.putAll(Map.of("SLUICE_IMAGE", Images.sluice(), "ZOOKEEPER_IMAGE", Images.zookeeper(),
                    "KAFKA_IMAGE", Images.kafka(), "REGISTRY_IMAGE", Images.registry()));
        } catch (Images.UnavailableException e) {
            throw NeedsContainers.skip(ComposeIT.class.getSimpleName(), String.valueOf(e.getMessage()));
        }
        // An address of this machine that containers reach too, wherever they are.
        String host = DockerClientFactory.lazyClient()
                .inspectNetworkCmd()
                .withNetworkId("bridge")
                .exec()
                .getIpam()
                .getConfig()
                .getFirst()
                .getGateway();
        variables.put("SLUICE_HOST", host);
        tracker = host + ":2181," + host + ":2182," + host + ":2183";
    }

    @AfterEach
    void stop() throws Exception {
        outside.forEach(SluiceContainer::stop);
        elsewhere.close();
        if (!variables.isEmpty()) {
            run("down", "--volumes", "--timeout", "5");
        }
    }

    /** Docker's plugin, or the program that was there before it. */
    private static List<String> command() throws Exception {
        for (List<String> command : List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            List<String> version = new ArrayList<>(command);
            version.add("version");
            try {
                Process process = new ProcessBuilder(version).redirectErrorStream(true).start();
                process.getInputStream().readAllBytes();
                if (process.waitFor() == 0) {
                    return command;
                }
            } catch (IOException e) {
                // There is no such program.
            }
        }
        throw NeedsContainers.skip(ComposeIT.class.getSimpleName(),
                "there is neither docker compose nor docker-compose");
    }

    private void run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(compose);
        command.addAll(List.of("--file", FILE, "--project-name", "sluice-test"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + "\n" + said);
    }

    /** A command of Sluice on a network of its own. */
    private SluiceContainer outside(String... arguments) throws Exception {
        SluiceContainer container = SluiceContainer.of(elsewhere, "outside" + outside.size(), List.of(arguments));
        outside.add(container);
        container.start();
        return container;
    }

    /** Waits for what the tracker tells; as long as it is starting that is nothing. */
    private void awaitTracker(String what, Predicate<Tracker> holds) throws Exception {
        Await.that(what, START_PATIENCE, () -> {
            try (Tracker connected = Tracker.connect(tracker, TRACKER_PATIENCE)) {
                return holds.test(connected);
            } catch (TrackerException e) {
                return false;
            }
        });
    }

    @Test
    void whoIsNotInItChecksTheNetworkAndHasAJobDoneByAllItsWorkers() throws Exception {
        run("config", "--quiet");
        run("up", "--detach");
        awaitTracker("the network is described", connected -> connected.published().isPresent());
        awaitTracker("all workers have joined", connected -> Workers.count(connected) == WORKERS);
        SluiceContainer check = outside("network", "check", "--tracker", tracker);
        assertEquals(0, check.exitCode(), check::toString);
        SluiceContainer submit = outside("submit", "integers", "--from", "0", "--to", "1000000000", "--zeros", "200",
                "--mode", "all", "--json", "--tracker", tracker);
        assertEquals(1, submit.exitCode(), submit::toString);
        JsonNode answer = JSON.readTree(submit.output());
        assertTrue(answer.get("gaps").isEmpty(), answer::toString);
        assertEquals(WORKERS, answer.get("peers").size(), answer::toString);
    }
}
