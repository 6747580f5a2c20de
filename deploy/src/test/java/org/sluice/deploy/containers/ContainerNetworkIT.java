package org.sluice.deploy.containers;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.sluice.deploy.Workers;
import org.sluice.tracker.Tracker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.Network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A network, its workers and a submitter, each with an address of its own, of which some die or are cut off. */
@ExtendWith(NeedsContainers.class)
class ContainerNetworkIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HUB = "hub";
    private static final int TRACKER_PORT = 2181;
    private static final String TRACKER = HUB + ":" + TRACKER_PORT;
    /** No fast kernel knows it: a job of some seconds has a middle in which something can happen. */
    private static final String ALGORITHM = "SHA3-512";

    private final List<SluiceContainer> containers = new ArrayList<>();
    private final Network network = Network.newNetwork();

    private SluiceContainer hub() {
        return containers.getFirst();
    }

    @BeforeEach
    void startNetwork() throws Exception {
        SluiceContainer hub = SluiceContainer.of(network, HUB,
                List.of("up", "--host", HUB, "--port", "" + TRACKER_PORT, "--data", "/data"));
        started(hub.withExposedPorts(TRACKER_PORT)).awaitOutput("the network is up");
    }

    @AfterEach
    void stopAll() {
        containers.reversed().forEach(SluiceContainer::stop);
        network.close();
    }

    private SluiceContainer started(SluiceContainer container) {
        containers.add(container);
        container.start();
        return container;
    }

    private SluiceContainer startWorker(String name) throws Exception {
        SluiceContainer worker = started(SluiceContainer.of(network, name,
                List.of("worker", "--tracker", TRACKER, "--threads", "1", "--name", name))
                .withEnv("JDK_JAVA_OPTIONS", Workers.MEASURED_AT_ONCE));
        worker.awaitOutput("Waiting for work");
        return worker;
    }

    private SluiceContainer submit(long end, int zeros) throws Exception {
        return started(SluiceContainer.of(network, "submit" + containers.size(),
                List.of("submit", "integers", "--tracker", TRACKER, "--json", "--algorithm", ALGORITHM, "--mode", "all",
                        "--from", "0", "--to", "" + end, "--zeros", "" + zeros)));
    }

    private Tracker connectTracker() {
        return Tracker.connect(hub().getHost() + ":" + hub().getMappedPort(TRACKER_PORT), Duration.ofSeconds(30));
    }

    /** The size of a job that begins with all workers, which are these. */
    private long integersFor(String... workers) throws Exception {
        try (Tracker tracker = connectTracker()) {
            Workers.await(tracker, workers);
            return Workers.integersForAll(tracker);
        }
    }

    private static JsonNode answer(SluiceContainer submit, int exitCode) throws Exception {
        assertEquals(exitCode, submit.exitCode(), submit::toString);
        assertEquals(1, submit.output().lines().count(), submit::toString);
        return JSON.readTree(submit.output());
    }

    private static void assertCoversEverything(JsonNode answer, String status) {
        assertEquals(status, answer.get("status").asText(), answer::toString);
        assertTrue(answer.get("gaps").isEmpty(), answer::toString);
        long size = answer.get("range").get("end").asLong() - answer.get("range").get("start").asLong();
        assertEquals(size, answer.get("hashes").asLong() - answer.get("overlapHashes").asLong(), answer::toString);
    }

    private static Set<String> names(JsonNode answer) {
        Set<String> names = new TreeSet<>();
        answer.get("peers").forEach(peer -> names.add(Workers.name(peer.get("peer").asText())));
        return names;
    }

    @Test
    void workersWithAddressesOfTheirOwnFindExactlyWhatAPlainLoopFinds() throws Exception {
        startWorker("ada");
        startWorker("bob");
        long end = integersFor("ada", "bob");

        SluiceContainer submit = submit(end, 12);
        List<Long> expected = new ArrayList<>();
        MessageDigest digest = MessageDigest.getInstance(ALGORITHM);
        for (long integer = 0; integer < end; integer++) {
            byte[] bytes = digest.digest(ByteBuffer.allocate(8).putLong(integer).array());
            if (bytes[63] == 0 && (bytes[62] & 0x0f) == 0) {
                expected.add(integer);
            }
        }

        JsonNode answer = answer(submit, 0);
        List<Long> found = new ArrayList<>();
        answer.get("solutions").forEach(solution -> found.add(solution.get("integer").asLong()));
        assertEquals(expected, found);
        assertCoversEverything(answer, "FOUND");
        assertEquals(Set.of("ada", "bob"), names(answer), answer::toString);
        Set<String> addresses = new HashSet<>();
        containers.stream().filter(SluiceContainer::isRunning).forEach(each -> addresses.add(each.address()));
        assertEquals(3, addresses.size(), addresses::toString);
    }

    @Test
    void aKilledContainerLeavesNoGap() throws Exception {
        SluiceContainer victim = startWorker("victim");
        startWorker("survivor");
        SluiceContainer submit = submit(integersFor("victim", "survivor"), 200);
        victim.awaitOutput("took \\d+ integers");

        victim.kill();

        assertTrue(submit.isRunning(), () -> "the job ended before it was disturbed: " + submit);
        JsonNode answer = answer(submit, 1);
        assertCoversEverything(answer, "EXHAUSTED");
        assertTrue(names(answer).contains("survivor"), answer::toString);
    }

    @Test
    void aContainerThatIsCutOffForAWhileDoesNoHarmAndWorksAgainAfterwards() throws Exception {
        startWorker("steady");
        SluiceContainer cut = startWorker("cut");
        try (Tracker tracker = connectTracker()) {
            long integers = integersFor("cut", "steady");
            // Enough for longer than the tracker takes to drop a peer.
            SluiceContainer submit = submit(2 * integers, 200);
            cut.awaitOutput("took \\d+ integers");

            cut.disconnect(network);
            Workers.await(tracker, "steady");
            assertTrue(submit.isRunning(), () -> "the job ended before it was disturbed: " + submit);
            cut.connect(network);

            JsonNode answer = answer(submit, 1);
            assertCoversEverything(answer, "EXHAUSTED");
            assertTrue(names(answer).contains("steady"), answer::toString);
            Workers.await(tracker, "cut", "steady");
            // The tracker may know of it before its Kafka clients have found the way back.
            Await.that("who was cut off takes part again", () -> {
                JsonNode next = answer(submit(integers, 200), 1);
                assertCoversEverything(next, "EXHAUSTED");
                return names(next).equals(Set.of("cut", "steady"));
            });
        }
    }
}
