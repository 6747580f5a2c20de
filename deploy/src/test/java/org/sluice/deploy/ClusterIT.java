package org.sluice.deploy;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedRegistry;

import com.fasterxml.jackson.databind.JsonNode;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * A network on servers of one's own: three of ZooKeeper's and three of Kafka's, each a process that is killed and comes back
 * while a job runs.
 */
final class ClusterIT {

    @TempDir
    private Path folder = Path.of("");

    private OwnServers servers = OwnServers.none();
    private RealNetwork network = RealNetwork.nowhere();
    private AutoCloseable registry = () -> {};

    @BeforeEach
    void start() throws Exception {
        EmbeddedRegistry started = EmbeddedRegistry
                .start(new EmbeddedRegistry.Options(folder.resolve("registry"), "127.0.0.1", "127.0.0.1", 0));
        registry = started;
        servers = OwnServers.start(folder, 3, 3, Map.of(), Map.of());
        awaitBrokers();
        network = RealNetwork.at(servers.tracker() + "/own");
        SluiceProcess init = network.run("network", "init", "--tracker", network.tracker(), "--kafka", servers.kafka(),
                "--registry", started.url(), "--name", "own", "--json");
        JsonNode described = RealNetwork.answer(init);
        assertEquals(3, described.get("replication").asInt(), init::toString);
        assertEquals(2, described.get("minInSyncReplicas").asInt(), init::toString);
    }

    @AfterEach
    void stop() throws Exception {
        network.close();
        servers.close();
        registry.close();
    }

    @Test
    void aJobLosesNothingWhenEachServerIsKilledOnce() throws Exception {
        SluiceProcess check = network.run("network", "check", "--tracker", network.tracker());
        assertEquals(0, check.exitCode(), check::toString);
        for (String worker : List.of("ada", "bob", "eve")) {
            network.startWorker(worker);
        }
        OwnServers.Server leader = leader();
        loseNothing(leader::kill);
        leader.restart();
        for (OwnServers.Server broker : servers.brokers()) {
            loseNothing(broker::kill);
            broker.restart();
            awaitAllInSync();
        }
        loseNothing(() -> {
            for (OwnServers.Server server : servers.trackers()) {
                server.restart();
            }
        });
    }

    /** What happens to servers. */
    @FunctionalInterface
    private interface Fault {
        void happen() throws Exception;
    }

    /** Runs a job in the middle of which something happens. */
    private void loseNothing(Fault fault) throws Exception {
        SluiceProcess submit = network.submitLongJob();
        RealNetwork.awaitProgress(submit, 0);
        fault.happen();
        JsonNode answer = RealNetwork.answer(submit);
        assertEquals(1, submit.exitCode(), submit::toString);
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(Set.of("ada", "bob", "eve"), RealNetwork.names(answer), answer::toString);
    }

    /** Until all have found each other: before, a network would be put on those that have. */
    private void awaitBrokers() throws Exception {
        try (Admin admin = admin()) {
            Await.that("three brokers have found each other", () -> admin.describeCluster().nodes().get().size() == 3);
        }
    }

    /** Until each broker has caught up: as long as one has not, no other may go. */
    private void awaitAllInSync() throws Exception {
        try (Admin admin = admin()) {
            Await.that("each topic is kept by three brokers that are in sync",
                    () -> admin.describeTopics(admin.listTopics().names().get())
                            .allTopicNames()
                            .get()
                            .values()
                            .stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .allMatch(partition -> partition.isr().size() == 3));
        }
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers.kafka(), "default.api.timeout.ms",
                (int) SluiceProcess.PATIENCE.toMillis()));
    }

    private OwnServers.Server leader() throws Exception {
        for (OwnServers.Server server : servers.trackers()) {
            if (ask(server).contains("Mode: leader")) {
                return server;
            }
        }
        throw new AssertionError("the ensemble has no leader");
    }

    private static String ask(OwnServers.Server server) throws IOException {
        String address = server.address();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(),
                Integer.parseInt(address.substring(address.indexOf(':') + 1)));
                Reader reader = new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)) {
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.UTF_8));
            StringBuilder text = new StringBuilder();
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                text.append((char) c);
            }
            return text.toString();
        }
    }
}
