package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.sluice.tracker.Tracker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A network of real processes on this machine; all of them end with it. */
final class RealNetwork implements AutoCloseable {
    /** That of long jobs. */
    static final String ALGORITHM = "SHA3-512";
    private static final Pattern PROGRESS = Pattern.compile("^([0-9.]+)% ", Pattern.MULTILINE);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<String> workers = new ArrayList<>();
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
        SluiceProcess worker = beginWorker(name, tracker, List.of());
        awaitJoined(worker);
        return worker;
    }

    /** The same, which need not have joined yet, in a JVM with more options, and with the tracker at another address. */
    SluiceProcess beginWorker(String name, String address, List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.add(Workers.MEASURED_AT_ONCE);
        SluiceProcess worker = SluiceProcess.startWith(all, "worker", "--tracker", address, "--threads", "1", "--name",
                name, "--normal-priority");
        processes.add(worker);
        workers.add(name);
        return worker;
    }

    /** Waits until a worker that was begun has joined. */
    static void awaitJoined(SluiceProcess worker) throws InterruptedException {
        worker.awaitOutput("Waiting for work");
    }

    /** Submits a job of some seconds without solutions that begins with all workers. */
    SluiceProcess submitLongJob(String... more) throws Exception {
        return submitLongJob(1, more);
    }

    /** Submits a job so many times as long. */
    SluiceProcess submitLongJob(int times, String... more) throws Exception {
        try (Tracker connected = Tracker.connect(tracker, PATIENCE)) {
            Workers.await(connected, workers.toArray(String[]::new));
            return submitJobOf(times * Workers.integersForAll(connected), more);
        }
    }

    /** Submits a job without solutions. No fast kernel knows its algorithm, so it need not be large. */
    SluiceProcess submitJobOf(long integers, String... more) {
        List<String> arguments = new ArrayList<>(List.of("--algorithm", ALGORITHM, "--from", "0", "--to",
                Long.toString(integers), "--zeros", "200"));
        arguments.addAll(List.of(more));
        return submit(arguments.toArray(String[]::new));
    }

    /** Submits a job over integers. */
    SluiceProcess submit(String... more) {
        List<String> arguments = new ArrayList<>(List.of("submit", "integers", "--tracker", tracker, "--json"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    /** How much of the job is covered, in per cent, as the submitter has said last. */
    static double progress(SluiceProcess submitter) {
        return PROGRESS.matcher(submitter.errors())
                .results()
                .mapToDouble(line -> Double.parseDouble(line.group(1)))
                .max()
                .orElse(0);
    }

    /** Waits until the submitter says that more of the job is covered than so many per cent; returns how much. */
    static double awaitProgress(SluiceProcess submitter, double moreThan) throws InterruptedException {
        Matcher progress = submitter.awaitError(PROGRESS.pattern(),
                line -> Double.parseDouble(line.group(1)) > moreThan);
        return Double.parseDouble(progress.group(1));
    }

    /** As long as the tracker keeps the node of a dead submitter, it counts as alive. */
    SluiceProcess resumeAsSoonAsPossible(String job) throws InterruptedException {
        SluiceProcess resumer = resume(job);
        while (resumer.awaitError("is alive|resumed with").group().equals("is alive")) {
            resumer = resume(job);
        }
        return resumer;
    }

    SluiceProcess resume(String job) {
        return run("resume", job, "--tracker", tracker, "--json");
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
        answer.get("peers").forEach(peer -> names.add(Workers.name(peer.get("peer").asText())));
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
