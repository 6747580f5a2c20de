package org.sluice.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A network of real processes on this machine; all of them end with it. */
final class RealNetwork implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<SluiceProcess> processes = new ArrayList<>();
    private final String tracker;

    private RealNetwork(String tracker, List<SluiceProcess> processes) {
        this.tracker = tracker;
        this.processes.addAll(processes);
    }

    /** No network yet. */
    static RealNetwork nowhere() {
        return at("nowhere:1");
    }

    /** A network whose servers somebody else has started. */
    static RealNetwork at(String tracker) {
        return new RealNetwork(tracker, List.of());
    }

    /** Starts {@code sluice up} on a data folder; on one that was used before, with the same ports. */
    static RealNetwork start(Path data) throws InterruptedException {
        SluiceProcess up = startUp(data);
        return new RealNetwork(up.awaitOutput("Tracker +(\\S+)").group(1), List.of(up));
    }

    private static SluiceProcess startUp(Path data) {
        return SluiceProcess.start("up", "--port", "0", "--data", data.toString());
    }

    /** Starts {@code sluice up} again. */
    void restart(Path data) throws InterruptedException {
        SluiceProcess up = startUp(data);
        processes.set(0, up);
        assertEquals(tracker, up.awaitOutput("Tracker +(\\S+)").group(1));
    }

    String tracker() {
        return tracker;
    }

    /** The process of {@code sluice up}. */
    SluiceProcess up() {
        return processes.getFirst();
    }

    /** Ends another process with this network. */
    void add(SluiceProcess process) {
        processes.add(process);
    }

    SluiceProcess run(String... arguments) {
        SluiceProcess process = SluiceProcess.start(arguments);
        processes.add(process);
        return process;
    }

    /** A worker with one thread that waits for work. */
    SluiceProcess startWorker(String name) throws InterruptedException {
        SluiceProcess worker = run("worker", "--tracker", tracker, "--threads", "1", "--name", name);
        worker.awaitOutput("Waiting for work");
        return worker;
    }

    /** Submits a job over integers. */
    SluiceProcess submit(String... more) {
        List<String> arguments = new ArrayList<>(List.of("submit", "integers", "--tracker", tracker, "--json"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    /** The one JSON document that a command has printed when it ended. */
    static JsonNode answer(SluiceProcess submit) throws InterruptedException, JsonProcessingException {
        submit.exitCode();
        assertEquals(1, submit.output().lines().count(), submit::toString);
        return JSON.readTree(submit.output());
    }

    /** The names of the workers that have a share in an answer. */
    static Set<String> names(JsonNode answer) {
        Set<String> names = new HashSet<>();
        answer.get("peers").forEach(peer -> names.add(peer.get("peer").asText().replaceFirst("-[a-z0-9]{8}$", "")));
        return names;
    }

    static void assertCoversEverything(JsonNode answer, String status) {
        assertEquals(status, answer.get("status").asText(), answer::toString);
        assertTrue(answer.get("gaps").isEmpty(), answer::toString);
        long size = answer.get("range").get("end").asLong() - answer.get("range").get("start").asLong();
        assertEquals(size, answer.get("hashes").asLong() - answer.get("overlapHashes").asLong(), answer::toString);
    }

    @Override
    public void close() {
        processes.reversed().forEach(SluiceProcess::close);
    }
}
