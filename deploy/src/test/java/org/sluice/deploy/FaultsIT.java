package org.sluice.deploy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

import org.sluice.deploy.embedded.EmbeddedKafka;
import org.sluice.deploy.embedded.EmbeddedRegistry;
import org.sluice.schemas.codec.EventSchemas;
import org.sluice.schemas.kafka.Servers;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.server.TrackerServer;
import org.sluice.worker.runtime.PeerNames;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What happens to a job when processes die in the middle of it: parents, the submitter, the servers. */
class FaultsIT {
    /** The rate in integers/s for which jobs are made where none higher can be measured. */
    private static final long SLOWEST = 1_000_000;

    @TempDir
    private Path data = Path.of(".");

    private RealNetwork network = RealNetwork.nowhere();

    @AfterEach
    void stopAll() {
        network.close();
    }

    /** How many integers a worker with one thread hashes in a second, as far as other processes let us measure that. */
    private static long integersPerSecond() throws GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance(RealNetwork.ALGORITHM);
        ByteBuffer message = ByteBuffer.allocate(Long.BYTES);
        long hashed = 0;
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < Duration.ofSeconds(1).toNanos()) {
            for (int i = 0; i < 1_000; i++) {
                digest.update(message.putLong(0, hashed++).array());
                digest.digest();
            }
        }
        return hashed;
    }

    /** Submits a job without solutions that takes all cores at least so long. */
    private SluiceProcess submit(Duration length) throws GeneralSecurityException {
        long rate = integersPerSecond() * Runtime.getRuntime().availableProcessors();
        return network.submitJobOf(Math.max(SLOWEST, rate) * length.toSeconds(), "--fan-out", "1");
    }

    /** Submits a job that does not end by itself while the test lasts. */
    private SluiceProcess submitEndless() {
        return network.submitJobOf(1L << 40);
    }

    private static String job(SluiceProcess submitter) throws InterruptedException {
        return submitter.awaitError("^job (\\S+):").group(1);
    }

    @Test
    void aKilledParentLosesNothingOfWhatIsBelowIt() throws Exception {
        network = RealNetwork.start(data);
        Map<String, SluiceProcess> workers = new TreeMap<>();
        for (String name : List.of("ada", "bob", "cid")) {
            workers.put(name, network.startWorker(name));
        }
        SluiceProcess submit = submit(Duration.ofSeconds(20));
        // With fan-out 1 the tree is a chain: the job's root, a head, a middle, a leaf.
        Map<String, String> parents = new TreeMap<>();
        for (Map.Entry<String, SluiceProcess> worker : workers.entrySet()) {
            String parent = worker.getValue().awaitOutput("took \\d+ integers from (\\S+)").group(1);
            parents.put(worker.getKey(), Workers.name(parent));
        }
        String middle = workers.keySet()
                .stream()
                .filter(name -> workers.containsKey(parents.get(name)) && parents.containsValue(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no middle in " + parents));
        RealNetwork.awaitProgress(submit, 0);

        Objects.requireNonNull(workers.get(middle)).kill();

        JsonNode answer = RealNetwork.answer(submit);
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(0, answer.get("overlapHashes").asLong(),
                () -> "what the orphan has done is done again: " + answer);
        for (String name : workers.keySet()) {
            if (!name.equals(middle)) {
                assertTrue(RealNetwork.names(answer).contains(name), answer::toString);
            }
        }
    }

    @Test
    void aJobWhoseSubmitterIsKilledIsResumedAndNothingIsHashedTwice() throws Exception {
        network = RealNetwork.start(data);
        network.startWorker("ada");
        network.startWorker("bob");
        SluiceProcess submit = submit(Duration.ofSeconds(30));
        String job = job(submit);
        RealNetwork.awaitProgress(submit, 0);

        submit.kill();

        SluiceProcess resumer = network.resumeAsSoonAsPossible(job);
        JsonNode answer = RealNetwork.answer(resumer);
        assertEquals(1, resumer.exitCode());
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        assertEquals(0, answer.get("overlapHashes").asLong(), answer::toString);
        JsonNode again = RealNetwork.answer(network.resume(job));
        assertEquals(answer.get("hashes"), again.get("hashes"));
        assertEquals(answer.get("peers").size(), again.get("peers").size());
    }

    @Test
    void thereIsOneRootAtATimeWhetherTheOthersAreTooEarlyHaveSleptOrDied() throws Exception {
        network = RealNetwork.start(data);
        network.startWorker("ada");
        network.startWorker("bob");
        SluiceProcess sleeper = submitEndless();
        String job = job(sleeper);
        sleeper.awaitError("2 peers");
        SluiceProcess tooEarly = network.resume(job);
        assertEquals(3, tooEarly.exitCode(), tooEarly::toString);
        tooEarly.awaitError("^sluice: the submitter of " + job + ", " + PeerNames.ofUser() + "\\.\\S+, is alive");

        sleeper.pause();
        SluiceProcess resumer = network.resumeAsSoonAsPossible(job);
        sleeper.goOn();
        assertEquals(3, sleeper.exitCode(), sleeper::toString);
        sleeper.awaitError("^sluice: " + job + " was resumed by " + PeerNames.ofUser() + "\\.");
        assertEquals("", sleeper.output());

        resumer.kill();
        SluiceProcess last = network.resumeAsSoonAsPossible(job);
        assertEquals(0, network.run("cancel", job, "--tracker", network.tracker()).exitCode());
        JsonNode answer = RealNetwork.answer(last);
        assertEquals(4, last.exitCode(), last::toString);
        assertEquals("CANCELLED", answer.get("status").asText());
        assertEquals(0, answer.get("overlapHashes").asLong(), answer::toString);
        assertEquals(Set.of("ada", "bob"), RealNetwork.names(answer), answer::toString);
    }

    @Test
    void aJobWhoseSubmitterIsKilledCanBeCancelled() throws Exception {
        network = RealNetwork.start(data);
        SluiceProcess worker = network.startWorker("ada");
        SluiceProcess submit = submitEndless();
        String job = job(submit);
        worker.awaitOutput("took \\d+ integers");
        submit.kill();

        // A request to a submitter that only seems to be alive is kept, and obeyed by whoever plays the root next.
        cancelInTheEnd(job);

        worker.awaitOutput(job + ": ended, CANCELLED");
    }

    /** Cancels a job, again and again while its root does not answer. */
    private void cancelInTheEnd(String job) throws InterruptedException {
        SluiceProcess cancel = network.run("cancel", job, "--tracker", network.tracker());
        while (cancel.exitCode() == 3) {
            cancel.awaitError("say again|has not answered yet");
            cancel = network.run("cancel", job, "--tracker", network.tracker());
        }
        assertEquals(0, cancel.exitCode(), cancel::toString);
    }

    @Test
    void hashingGoesOnWhileTheServersAreDownAndNothingOfItIsLost() throws Exception {
        network = RealNetwork.start(data);
        SluiceProcess ada = network.startWorker("ada");
        network.startWorker("bob");
        SluiceProcess submit = submit(Duration.ofSeconds(25));
        RealNetwork.awaitProgress(submit, 0);

        network.up().kill();
        ada.awaitProcessorTime(Duration.ofSeconds(2));
        network.restart(data);

        JsonNode answer = RealNetwork.answer(submit);
        assertEquals(1, submit.exitCode(), submit::toString);
        RealNetwork.assertCoversEverything(answer, "EXHAUSTED");
        long size = answer.get("range").get("end").asLong();
        assertTrue(answer.get("overlapHashes").asLong() <= size / 100, answer::toString);
    }

    @Test
    void aJobGoesOnWhileTheTrackerIsDown() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka
                .start(new EmbeddedKafka.Options(data.resolve("kafka"), "127.0.0.1", "127.0.0.1", 0));
                EmbeddedRegistry registry = EmbeddedRegistry.start(
                        new EmbeddedRegistry.Options(data.resolve("registry"), "127.0.0.1", "127.0.0.1", 0))) {
            var _ = registry.register(EventSchemas.published());
            TrackerServer tracker = tracker(0);
            int port = tracker.port();
            try (Tracker client = Tracker.connect(tracker.address(), Duration.ofSeconds(20))) {
                client.publishNetwork(new Servers(kafka.bootstrapServers(), registry.url()));
            }
            network = RealNetwork.at(tracker.address());
            network.startWorker("ada");
            network.startWorker("bob");
            // Measured rates may be some times too low: far longer than the test, so that it does not end before the cancel.
            SluiceProcess submit = submit(Duration.ofMinutes(5));
            String job = job(submit);
            double before = RealNetwork.awaitProgress(submit, 0);

            tracker.close();
            RealNetwork.awaitProgress(submit, RealNetwork.awaitProgress(submit, before));
            try (TrackerServer _ = tracker(port)) {
                cancelInTheEnd(job);
                JsonNode answer = RealNetwork.answer(submit);
                assertEquals(4, submit.exitCode(), submit::toString);
                assertEquals("CANCELLED", answer.get("status").asText(), answer::toString);
                assertEquals(0, answer.get("overlapHashes").asLong(), answer::toString);
                long gaps = 0;
                for (JsonNode gap : answer.get("gaps")) {
                    gaps += gap.get("end").asLong() - gap.get("start").asLong();
                }
                assertEquals(answer.get("range").get("end").asLong(), gaps + answer.get("hashes").asLong(),
                        answer::toString);
                assertEquals(Set.of("ada", "bob"), RealNetwork.names(answer), answer::toString);
                network.close();
            }
        }
    }

    private TrackerServer tracker(int port) throws IOException {
        return TrackerServer.standalone(data.resolve("tracker"), "127.0.0.1", port);
    }
}
