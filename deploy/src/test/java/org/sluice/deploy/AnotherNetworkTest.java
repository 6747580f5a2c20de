package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.deploy.embedded.EmbeddedRegistry;
import org.sluice.deploy.embedded.Ports;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.codec.SchemaRegistry;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.RunningJob;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.JobState;
import org.sluice.worker.WorkerCommand;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Servers that lost all they had, or are elsewhere, come back at the tracker's address: who was there joins anew. */
@Tag("slow")
class AnotherNetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HOST = "127.0.0.1";
    private static final JobSpec JOB = new JobSpec(new JobId("anna.another"), new Range(0, 200_000),
            new Work.Integers("SHA-256", Bytes.of(new byte[0])), new Goal.TrailingZeroBits(200), Mode.ALL, 16);

    @TempDir
    private Path data = Path.of("");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(300)
    void aWorkerHashesForTheNetworkThatIsThereNow(boolean samePorts) throws Exception {
        int tracker = Ports.free(HOST);
        int kafka = Ports.free(HOST);
        int registry = Ports.free(HOST);
        Thread worker;
        try (EmbeddedNetwork first = EmbeddedNetwork
                .start(new EmbeddedNetwork.Options(data.resolve("first"), HOST, tracker, kafka, registry))) {
            worker = Thread.ofPlatform()
                    .daemon()
                    .start(() -> new CommandLine(new WorkerCommand(() -> "test")).execute("--tracker",
                            first.trackerAddress(), "--name", "ada", "--threads", "1", "--benchmark-millis", "10",
                            "--normal-priority"));
            awaitWorker(first);
        }
        giveOtherIds(data.resolve("second/registry"));
        try (EmbeddedNetwork second = EmbeddedNetwork.start(samePorts
                ? new EmbeddedNetwork.Options(data.resolve("second"), HOST, tracker, kafka, registry)
                : new EmbeddedNetwork.Options(data.resolve("second"), HOST, tracker, 0, 0));
                JoinedNetwork joined = JoinedNetwork.join(second.trackerAddress(), PATIENCE, "test")) {
            Answer answer = joined.runner().start(JOB, Duration.ofMinutes(2), new Heard()).await();

            assertEquals(Outcome.EXHAUSTED, answer.outcome());
            worker.interrupt();
            worker.join();
        }
    }

    /** Its servers are where they were, and know nothing of its job. */
    @Test
    @Timeout(300)
    void aRunningSubmitterMakesItsJobAnew() throws Exception {
        int tracker = Ports.free(HOST);
        int kafka = Ports.free(HOST);
        int registry = Ports.free(HOST);
        JobSpec endless = new JobSpec(new JobId("anna.endless"), new Range(0, 1L << 45),
                new Work.Integers("SHA3-512", Bytes.of(new byte[0])), new Goal.TrailingZeroBits(200), Mode.ALL, 16);
        Heard heard = new Heard();
        JoinedNetwork joined;
        RunningJob running;
        try (EmbeddedNetwork first = EmbeddedNetwork
                .start(new EmbeddedNetwork.Options(data.resolve("first"), HOST, tracker, kafka, registry))) {
            joined = JoinedNetwork.join(first.trackerAddress(), PATIENCE, "test");
            running = joined.runner().start(endless, Duration.ofHours(1), heard);
        }
        giveOtherIds(data.resolve("second/registry"));
        try (EmbeddedNetwork second = EmbeddedNetwork
                .start(new EmbeddedNetwork.Options(data.resolve("second"), HOST, tracker, kafka, registry));
                Connections connections = Connections.join(second.trackerAddress(), PATIENCE);
                KernelSelection kernels = KernelSelection.begin(() -> List.of(Kernels.portable()), 1,
                        Duration.ofMillis(10),
                        new SplittableRandom(1));
                WorkerPeer _ = WorkerPeer.start(connections,
                        new WorkerPeer.Options("ada", 1, "test", Parameters.defaults()), kernels, _ -> {},
                        new SplittableRandom(2))) {
            heard.hashed.await();
            assertTrue(heard.notices.contains(new Notice.JournalReplaced(endless.id())), heard.notices::toString);
            assertTrue(connections.tracker().jobs().owned(endless.id()));

            running.cancel();

            Answer answer = running.await();
            assertEquals(Outcome.CANCELLED, answer.outcome());
            assertEquals(JobState.CANCELLED, connections.tracker().jobs().find(endless.id()).orElseThrow().state());
            joined.close();
        }
    }

    private static final class Heard implements JobRunner.Observer {
        final List<Notice> notices = new CopyOnWriteArrayList<>();
        final CountDownLatch hashed = new CountDownLatch(1);

        @Override
        public void began(JobSpec spec) {}

        @Override
        public void progressed(Progress progress) {
            if (progress.covered() > 0) {
                hashed.countDown();
            }
        }

        @Override
        public void noticed(Notice notice) {
            notices.add(notice);
        }
    }

    /** So that the schemas of this version get other ids than they had. */
    private static void giveOtherIds(Path folder) {
        try (EmbeddedRegistry registry = EmbeddedRegistry.start(EmbeddedRegistry.Options.loopback(folder, 0));
                SchemaRegistry client = SchemaRegistry.connect(registry.url(), Map.of())) {
            client.register("of-another-program", "\"string\"");
        }
    }

    private static void awaitWorker(EmbeddedNetwork network) throws Exception {
        try (Tracker tracker = Tracker.connect(network.trackerAddress(),
                PATIENCE)) {
            Await.that("the worker has joined", () -> Workers.names(tracker).equals(Set.of("ada")));
        }
    }
}
