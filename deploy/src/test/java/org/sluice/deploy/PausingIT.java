package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.sluice.deploy.containers.Await;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.Tracker;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Real workers that pause and resume, or come back after having been away. */
class PausingIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TOOK = " took \\d+ integers";

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
    void aPausedWorkersRangeGoesToTheOtherAndItGetsWorkAgainWhenItResumes() throws Exception {
        SluiceProcess pauser = network.startWorker("pauser");
        SluiceProcess stayer = network.startWorker("stayer");
        SluiceProcess submit = network.submitLongJob(2);
        pauser.awaitOutput(TOOK);
        stayer.awaitOutput(TOOK);

        long before = count(stayer);
        pauser.signal("TSTP");
        pauser.awaitOutput("^paused: by its user");
        stayer.awaitOutput(TOOK, before + 1);
        before = count(pauser);
        pauser.signal("CONT");
        pauser.awaitOutput("^resumed");
        pauser.awaitOutput(TOOK, before + 1);

        JsonNode answer = RealNetwork.answer(submit);
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(0, answer.get("overlapHashes").asLong(),
                () -> "what was handed back had been reported: " + answer);
        assertEquals(Set.of("pauser", "stayer"), RealNetwork.names(answer), answer::toString);
    }

    private static long count(SluiceProcess worker) {
        return worker.output().lines().filter(line -> line.matches(".*" + TOOK + ".*")).count();
    }

    @Test
    void aWorkerThatIsToldToPauseTakesNothingAndEverybodySeesThat() throws Exception {
        network.startWorker("pauser");
        network.startWorker("stayer");
        SluiceProcess unclear = network.run("worker", "pause");
        assertEquals(3, unclear.exitCode(), unclear::toString);
        assertTrue(unclear.errors().contains("say which with --name"), unclear::toString);

        SluiceProcess pause = network.run("worker", "pause", "--name", "pauser");
        assertEquals(0, pause.exitCode(), pause::toString);
        assertTrue(pause.output().matches("(?s)pauser\\..*: paused: by its user"), pause::toString);
        try (Tracker connected = Tracker.connect(network.tracker(), PATIENCE)) {
            Await.that("the paused worker has no rate", () -> connected.directory()
                    .describe()
                    .stream()
                    .anyMatch(peer -> peer.registration().paused().equals(Optional.of("by its user"))
                            && peer.registration().hashesPerSecond() == 0));
        }
        JsonNode answer = RealNetwork.answer(network.submit("--from", "0", "--to", "2000000", "--zeros", "200"));

        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(Set.of("stayer"), RealNetwork.names(answer), answer::toString);
        SluiceProcess peers = network.run("peers", "--tracker", network.tracker());
        assertEquals(0, peers.exitCode(), peers::toString);
        assertEquals(1, peers.output().lines().filter(line -> line.endsWith("  by its user")).count(), peers::toString);
        SluiceProcess resume = network.run("worker", "resume", "--name", "pauser");
        assertEquals(0, resume.exitCode(), resume::toString);
        SluiceProcess status = network.run("worker", "status");
        assertEquals(0, status.exitCode(), status::toString);
        assertEquals(2, status.output().lines().filter(line -> line.endsWith(": hashes what it is given")).count(),
                status::toString);
    }

    @Test
    void aWorkerWaitsForANetworkThatIsNotThereYet() throws Exception {
        network.up().close();
        SluiceProcess early = network.run("worker", "--tracker", network.tracker(), "--threads", "1", "--name",
                "early");
        early.awaitError("no tracker answers.*waiting for it");

        SluiceProcess up = SluiceProcess.start("up", "--port", "0", "--data", data.toString());
        network.add(up);
        early.awaitOutput(
                "^  kernel   (native-(avx512|sha|avx2) \\((AVX-512|SHA instructions|AVX2)\\)|message-digest)$");
        early.awaitOutput("Waiting for work");

        JsonNode answer = RealNetwork.answer(network.submit("--from", "0", "--to", "10000", "--zeros", "200"));
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
    }

    /** The dead leave their inboxes behind, which are swept; who only seemed dead must get a new one. */
    @Test
    void aWorkerWhoseInboxWasSweptWhileItWasAwayIsReachedAgain() throws Exception {
        SluiceProcess away = network.startWorker("away");
        try (Tracker connected = Tracker.connect(network.tracker(), PATIENCE);
                Topics topics = Topics.connect(connected.network(), Map.of())) {
            Workers.await(connected, "away");
            topics.delete(new Topic.Inbox(connected.directory().live().getFirst().peer()));
        }
        away.awaitError("inbox.*was removed.*gets a new one");

        JsonNode answer = RealNetwork.answer(network.submit("--from", "0", "--to", "10000", "--zeros", "200"));
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
    }
}
