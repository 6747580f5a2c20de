package org.sluice.deploy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.kafka.Topic;
import org.sluice.tracker.node.Registration;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.HashingPriority;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.choice.Kernels;
import org.sluice.worker.search.measure.CpuAffinity;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the others see of a worker that joins a real network, pauses and leaves. */
@Tag("slow")
@Timeout(180)
class WorkerPeerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
    private static Connections connections = Connections.join(network.trackerAddress(), PATIENCE);
    private static KernelSelection kernels = KernelSelection.begin(() -> List.of(Kernels.portable()), 1,
            Duration.ofMillis(1), new SplittableRandom(1));

    @AfterAll
    static void stop() {
        kernels.close();
        connections.close();
        network.close();
    }

    private static WorkerPeer.Options options(int threads, Optional<String> paused) {
        return new WorkerPeer.Options("ada", threads, List.of(), 1, CpuAffinity.NONE, HashingPriority.NORMAL, "test",
                Parameters.defaults(), paused);
    }

    private static WorkerPeer worker(Optional<String> paused) throws InterruptedException {
        return WorkerPeer.start(connections, options(3, paused), kernels, _ -> {}, new Random());
    }

    /** What the worker says of itself; empty if it is not listed. */
    private static Optional<Registration> registered(PeerId worker) {
        return connections.tracker()
                .directory()
                .describe()
                .stream()
                .map(record -> record.registration())
                .filter(registration -> registration.peer().equals(worker))
                .findFirst();
    }

    private static Registration awaitRegistered(PeerId worker) throws Exception {
        Await.that("it is listed", () -> registered(worker).isPresent());
        return registered(worker).orElseThrow();
    }

    private static void awaitPaused(PeerId worker, Optional<String> why) throws Exception {
        Await.that("paused: " + why, () -> registered(worker).filter(it -> it.paused().equals(why)).isPresent());
    }

    @Test
    void whoHasJoinedIsListedAndReached() throws Exception {
        try (WorkerPeer worker = worker(Optional.empty())) {
            Registration registration = awaitRegistered(worker.id());
            assertEquals("ada", Workers.name(worker.id().value()));
            assertEquals(3, registration.cores());
            assertEquals("test", registration.version());
            assertEquals(Optional.empty(), registration.paused());
            assertTrue(connections.topics().exists(new Topic.Inbox(worker.id())));
        }
    }

    @Test
    void whoHasLeftLeavesNothing() throws Exception {
        WorkerPeer worker = worker(Optional.empty());
        Registration _ = awaitRegistered(worker.id());
        assertFalse(worker.awaitClosed(Duration.ZERO), "it has not left yet");

        worker.close();

        assertTrue(worker.awaitClosed(PATIENCE));
        Await.that("it is not listed", () -> registered(worker.id()).isEmpty());
        Await.that("its inbox is deleted", () -> !connections.topics().exists(new Topic.Inbox(worker.id())));
        worker.close(); // Does nothing.
    }

    @Test
    void whoPausesSaysWhyAndHasNoRate() throws Exception {
        try (WorkerPeer worker = worker(Optional.empty())) {
            worker.pause(Optional.of("somebody types"));
            awaitPaused(worker.id(), Optional.of("somebody types"));
            assertEquals(0, registered(worker.id()).orElseThrow().hashesPerSecond());

            worker.pause(Optional.of("it is noon"));
            awaitPaused(worker.id(), Optional.of("it is noon"));

            worker.pause(Optional.empty());
            awaitPaused(worker.id(), Optional.empty());
            assertTrue(registered(worker.id()).orElseThrow().hashesPerSecond() > 0);
        }
    }

    @Test
    void whoBeginsPausedIsListedSo() throws Exception {
        try (WorkerPeer worker = worker(Optional.of("its schedule"))) {
            Registration registration = awaitRegistered(worker.id());
            assertEquals(Optional.of("its schedule"), registration.paused());
            assertEquals(0, registration.hashesPerSecond());
        }
    }

    @Test
    void aWorkerHashesWithSomething() {
        assertThrows(IllegalArgumentException.class, () -> options(0, Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> options(-1, Optional.empty()));
    }
}
