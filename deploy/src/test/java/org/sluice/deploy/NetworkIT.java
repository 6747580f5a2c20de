package org.sluice.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Real processes on one machine: a network, workers, submitters, and what happens when some of them end. */
class NetworkIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path data = Path.of(".");

    private RealNetwork network = RealNetwork.nowhere();

    @BeforeEach
    void startNetwork() throws InterruptedException {
        network = RealNetwork.start(data);
    }

    @AfterEach
    void stopAll() {
        network.close();
    }

    @Test
    void workersShareAJobAndTheExcessGoesFromWorkerToWorker() throws Exception {
        network.startWorker("ada");
        network.startWorker("bob");
        network.startWorker("cid");

        JsonNode answer = RealNetwork.answer(network.submitLongJob("--fan-out", "1"));

        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(0, answer.get("overlapHashes").asLong(), answer::toString);
        assertEquals(Set.of("ada", "bob", "cid"), RealNetwork.names(answer), answer::toString);
        answer.get("peers").forEach(peer -> assertTrue(peer.get("share").asDouble() > 0.05, answer::toString));
        SluiceProcess console = network.run("console", "--tracker", network.tracker(), "--json");
        assertEquals(0, console.exitCode(), console::toString);
        List<JsonNode> requests = new ArrayList<>();
        for (String line : console.output().lines().toList()) {
            JsonNode event = JSON.readTree(line);
            if (event.get("type").asText().equals("SubjobRequest")) {
                requests.add(event);
            }
        }
        assertTrue(requests.stream()
                .anyMatch(
                        request -> request.get("event").get("sender").get("kind").asText().equals("PEER")),
                () -> "no worker has passed its excess on: " + requests);
    }

    @Test
    void aKilledWorkerLeavesNoGap() throws Exception {
        SluiceProcess victim = network.startWorker("victim");
        network.startWorker("survivor");
        SluiceProcess submit = network.submitLongJob();
        victim.awaitOutput("took \\d+ integers");

        victim.kill();

        JsonNode answer = RealNetwork.answer(submit);
        assertEquals(1, submit.exitCode(), submit::toString);
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        assertTrue(RealNetwork.names(answer).contains("survivor"), answer::toString);
    }

    @Test
    void aWorkerThatIsToldToStopHandsItsWorkBack() throws Exception {
        SluiceProcess leaver = network.startWorker("leaver");
        network.startWorker("stayer");
        SluiceProcess submit = network.submitLongJob();
        leaver.awaitOutput("took \\d+ integers");

        leaver.terminate();

        assertEquals(128 + 15, leaver.exitCode(), leaver::toString);
        JsonNode answer = RealNetwork.answer(submit);
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(0, answer.get("overlapHashes").asLong(),
                () -> "what was handed back had been reported: " + answer);
        SluiceProcess peers = network.run("peers", "--tracker", network.tracker(), "--json");
        assertEquals(0, peers.exitCode(), peers::toString);
        assertFalse(peers.output().contains("leaver"), peers::toString);
    }

    @Test
    void twoJobsAtOnceBothEnd() throws Exception {
        network.startWorker("ada");
        network.startWorker("bob");

        SluiceProcess one = network.submitLongJob();
        SluiceProcess other = network.submit("--from", "0", "--to", "3000000", "--zeros", "12", "--mode", "all");

        JsonNode exhausted = RealNetwork.answer(one);
        RealNetwork.assertCoversEverything(exhausted, "EXHAUSTED");
        assertEquals(Set.of("ada", "bob"), RealNetwork.names(exhausted), exhausted::toString);
        JsonNode found = RealNetwork.answer(other);
        RealNetwork.assertCoversEverything(found, "FOUND");
        assertFalse(found.get("solutions").isEmpty(), found::toString);
    }

    @Test
    void aJobThatWaitsForWorkersIsListedAndCanBeCancelled() throws Exception {
        SluiceProcess submit = network.submit("--from", "0", "--to", "1000", "--zeros", "200");
        submit.awaitError("[Nn]o worker");
        SluiceProcess jobs = network.run("jobs", "--tracker", network.tracker(), "--json");
        assertEquals(0, jobs.exitCode(), jobs::toString);
        String job = JSON.readTree(jobs.output()).findValue("job").asText();

        SluiceProcess cancel = network.run("cancel", job, "--tracker", network.tracker());

        assertEquals(0, cancel.exitCode(), cancel::toString);
        JsonNode answer = RealNetwork.answer(submit);
        assertEquals("CANCELLED", answer.get("status").asText());
        assertEquals(4, submit.exitCode(), submit::toString);
    }

    @Test
    void kafkasOwnConsoleConsumerPrintsTheEvents() throws Exception {
        network.startWorker("ada");
        JsonNode answer = RealNetwork.answer(network.submit("--from", "0", "--to", "1000000", "--zeros", "200"));
        SluiceProcess info = network.run("console", "--tracker", network.tracker(), "--job",
                answer.get("job").asText());
        assertEquals(0, info.exitCode(), info::toString);
        String kafka = network.up().awaitOutput("Kafka +(\\S+)").group(1);
        String registry = network.up().awaitOutput("Registry +(\\S+)").group(1);

        SluiceProcess consumer = SluiceProcess.startMain("org.apache.kafka.tools.consumer.ConsoleConsumer",
                "--bootstrap-server", kafka, "--topic", "sluice.root." + answer.get("job").asText(),
                "--from-beginning", "--timeout-ms", "10000", "--formatter", "org.sluice.schemas.SluiceMessageFormatter",
                "--formatter-property", "schema.registry.url=" + registry);
        network.add(consumer);

        consumer.awaitOutput("SubjobResult");
        consumer.awaitOutput("ada\\.");
    }
}
