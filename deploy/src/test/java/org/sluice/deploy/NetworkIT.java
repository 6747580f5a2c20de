package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.sluice.deploy.containers.Await;
import org.sluice.tracker.Tracker;

import com.fasterxml.jackson.core.JsonProcessingException;
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
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TOOK = " took \\d+ integers";

    @TempDir
    private Path data = Path.of(".");

    private final List<SluiceProcess> processes = new ArrayList<>();
    private final List<String> workers = new ArrayList<>();
    private String tracker = "";

    @BeforeEach
    void startNetwork() throws InterruptedException {
        SluiceProcess up = run("up", "--port", "0", "--data", data.toString());
        tracker = up.awaitOutput("Tracker +(\\S+)").group(1);
    }

    @AfterEach
    void stopAll() {
        processes.reversed().forEach(SluiceProcess::close);
    }

    private SluiceProcess run(String... arguments) {
        return kept(SluiceProcess.start(arguments));
    }

    private SluiceProcess kept(SluiceProcess process) {
        processes.add(process);
        return process;
    }

    private SluiceProcess startWorker(String name) throws InterruptedException {
        // Hashing must not wait for the other processes of a test.
        SluiceProcess worker = kept(SluiceProcess.startWith(Workers.MEASURED_AT_ONCE, "worker", "--tracker", tracker,
                "--threads", "1", "--name", name, "--normal-priority"));
        worker.awaitOutput("Waiting for work");
        workers.add(name);
        return worker;
    }

    /** Submits a job of some seconds that begins with all workers. */
    private SluiceProcess submitLongJob(String... more) throws Exception {
        return submitLongJob(1, more);
    }

    private SluiceProcess submitLongJob(int times, String... more) throws Exception {
        try (Tracker connected = Tracker.connect(tracker, PATIENCE)) {
            Workers.await(connected, workers.toArray(String[]::new));
            List<String> arguments = new ArrayList<>(List.of("--algorithm", "SHA3-512", "--from", "0", "--to",
                    "" + times * Workers.integersForAll(connected), "--zeros", "200"));
            arguments.addAll(List.of(more));
            return submit(arguments.toArray(String[]::new));
        }
    }

    private SluiceProcess submit(String... more) {
        List<String> arguments = new ArrayList<>(List.of("submit", "integers", "--tracker", tracker, "--json"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private static JsonNode answer(SluiceProcess submit) throws InterruptedException, JsonProcessingException {
        submit.exitCode();
        assertEquals(1, submit.output().lines().count(), submit::toString);
        return JSON.readTree(submit.output());
    }

    private static Set<String> names(JsonNode answer) {
        Set<String> names = new HashSet<>();
        answer.get("peers").forEach(peer -> names.add(Workers.name(peer.get("peer").asText())));
        return names;
    }

    private static void assertCoversEverything(JsonNode answer, String status) {
        assertEquals(status, answer.get("status").asText(), answer::toString);
        assertTrue(answer.get("gaps").isEmpty(), answer::toString);
        long size = answer.get("range").get("end").asLong() - answer.get("range").get("start").asLong();
        assertEquals(size, answer.get("hashes").asLong() - answer.get("overlapHashes").asLong(), answer::toString);
    }

    @Test
    void workersShareAJobAndTheExcessGoesFromWorkerToWorker() throws Exception {
        startWorker("ada");
        startWorker("bob");
        startWorker("cid");

        JsonNode answer = answer(submitLongJob("--fan-out", "1"));

        assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(0, answer.get("overlapHashes").asLong(), answer::toString);
        assertEquals(Set.of("ada", "bob", "cid"), names(answer), answer::toString);
        answer.get("peers").forEach(peer -> assertTrue(peer.get("share").asDouble() > 0.05, answer::toString));
        SluiceProcess console = run("console", "--tracker", tracker, "--json");
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
        SluiceProcess victim = startWorker("victim");
        startWorker("survivor");
        SluiceProcess submit = submitLongJob();
        victim.awaitOutput("took \\d+ integers");

        victim.kill();

        JsonNode answer = answer(submit);
        assertEquals(1, submit.exitCode(), submit::toString);
        assertCoversEverything(answer, "EXHAUSTED");
        assertTrue(names(answer).contains("survivor"), answer::toString);
    }

    @Test
    void aWorkerThatIsToldToStopHandsItsWorkBack() throws Exception {
        SluiceProcess leaver = startWorker("leaver");
        startWorker("stayer");
        SluiceProcess submit = submitLongJob();
        leaver.awaitOutput("took \\d+ integers");

        leaver.terminate();

        assertEquals(128 + 15, leaver.exitCode(), leaver::toString);
        JsonNode answer = answer(submit);
        assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(0, answer.get("overlapHashes").asLong(),
                () -> "what was handed back had been reported: " + answer);
        SluiceProcess peers = run("peers", "--tracker", tracker, "--json");
        assertEquals(0, peers.exitCode(), peers::toString);
        assertFalse(peers.output().contains("leaver"), peers::toString);
    }

    @Test
    void aPausedWorkersRangeGoesToTheOtherAndItGetsWorkAgainWhenItResumes() throws Exception {
        SluiceProcess pauser = startWorker("pauser");
        SluiceProcess stayer = startWorker("stayer");
        SluiceProcess submit = submitLongJob(2);
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

        JsonNode answer = answer(submit);
        assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(0, answer.get("overlapHashes").asLong(),
                () -> "what was handed back had been reported: " + answer);
        assertEquals(Set.of("pauser", "stayer"), names(answer), answer::toString);
    }

    private static long count(SluiceProcess worker) {
        return worker.output().lines().filter(line -> line.matches(".*" + TOOK + ".*")).count();
    }

    @Test
    void aWorkerThatIsToldToPauseTakesNothingAndEverybodySeesThat() throws Exception {
        startWorker("pauser");
        startWorker("stayer");
        SluiceProcess unclear = run("worker", "pause");
        assertEquals(3, unclear.exitCode(), unclear::toString);
        assertTrue(unclear.errors().contains("say which with --name"), unclear::toString);

        SluiceProcess pause = run("worker", "pause", "--name", "pauser");
        assertEquals(0, pause.exitCode(), pause::toString);
        assertTrue(pause.output().matches("(?s)pauser-.*: paused: by its user"), pause::toString);
        try (Tracker connected = Tracker.connect(tracker, PATIENCE)) {
            Await.that("the paused worker has no rate", () -> connected.directory()
                    .describe()
                    .stream()
                    .anyMatch(peer -> peer.registration().paused().equals(Optional.of("by its user"))
                            && peer.registration().hashesPerSecond() == 0));
        }
        JsonNode answer = answer(submit("--from", "0", "--to", "2000000", "--zeros", "200"));

        assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(Set.of("stayer"), names(answer), answer::toString);
        SluiceProcess peers = run("peers", "--tracker", tracker);
        assertEquals(0, peers.exitCode(), peers::toString);
        assertEquals(1, peers.output().lines().filter(line -> line.endsWith("  by its user")).count(), peers::toString);
        SluiceProcess resume = run("worker", "resume", "--name", "pauser");
        assertEquals(0, resume.exitCode(), resume::toString);
        SluiceProcess status = run("worker", "status");
        assertEquals(0, status.exitCode(), status::toString);
        assertEquals(2, status.output().lines().filter(line -> line.endsWith(": hashes")).count(), status::toString);
    }

    @Test
    void aWorkerWaitsForANetworkThatIsNotThereYet() throws Exception {
        int port = Integer.parseInt(tracker.replaceFirst(".*:", ""));
        processes.getFirst().close();
        SluiceProcess early = run("worker", "--tracker", tracker, "--threads", "1", "--name", "early");
        early.awaitError("waiting for it");

        SluiceProcess up = run("up", "--port", Integer.toString(port), "--data", data.toString());
        up.awaitOutput("Tracker +(\\S+)");
        early.awaitOutput("Waiting for work");

        assertCoversEverything(answer(submit("--from", "0", "--to", "100000", "--zeros", "200")), "EXHAUSTED");
        assertEquals(1, early.errors().lines().filter(line -> line.contains("no tracker")).count(), early::toString);
    }

    @Test
    void twoJobsAtOnceBothEnd() throws Exception {
        startWorker("ada");
        startWorker("bob");

        SluiceProcess one = submitLongJob();
        SluiceProcess other = submit("--from", "0", "--to", "3000000", "--zeros", "12", "--mode", "all");

        JsonNode exhausted = answer(one);
        assertCoversEverything(exhausted, "EXHAUSTED");
        assertEquals(Set.of("ada", "bob"), names(exhausted), exhausted::toString);
        JsonNode found = answer(other);
        assertCoversEverything(found, "FOUND");
        assertFalse(found.get("solutions").isEmpty(), found::toString);
    }

    @Test
    void aJobThatWaitsForWorkersIsListedAndCanBeCancelled() throws Exception {
        SluiceProcess submit = submit("--from", "0", "--to", "1000", "--zeros", "200");
        submit.awaitError("[Nn]o worker");
        SluiceProcess jobs = run("jobs", "--tracker", tracker, "--json");
        assertEquals(0, jobs.exitCode(), jobs::toString);
        String job = JSON.readTree(jobs.output()).findValue("job").asText();

        SluiceProcess cancel = run("cancel", job, "--tracker", tracker);

        assertEquals(0, cancel.exitCode(), cancel::toString);
        JsonNode answer = answer(submit);
        assertEquals("CANCELLED", answer.get("status").asText());
        assertEquals(4, submit.exitCode(), submit::toString);
    }

    @Test
    void kafkasOwnConsoleConsumerPrintsTheEvents() throws Exception {
        startWorker("ada");
        JsonNode answer = answer(submit("--from", "0", "--to", "1000000", "--zeros", "200"));
        SluiceProcess info = run("console", "--tracker", tracker, "--job", answer.get("job").asText());
        assertEquals(0, info.exitCode(), info::toString);
        String kafka = processes.getFirst().awaitOutput("Kafka +(\\S+)").group(1);
        String registry = processes.getFirst().awaitOutput("Registry +(\\S+)").group(1);

        SluiceProcess consumer = kept(SluiceProcess.startMain("org.apache.kafka.tools.consumer.ConsoleConsumer",
                "--bootstrap-server", kafka, "--topic", "sluice.job." + answer.get("job").asText(),
                "--from-beginning", "--timeout-ms", "10000", "--formatter", "org.sluice.schemas.SluiceMessageFormatter",
                "--formatter-property", "schema.registry.url=" + registry));

        consumer.awaitOutput("SubjobResult");
        consumer.awaitOutput("ada-");
    }
}
