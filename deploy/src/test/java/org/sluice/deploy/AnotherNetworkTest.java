package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.sluice.deploy.containers.Await;
import org.sluice.protocol.Answer;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Progress;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.SchemaRegistry;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.tracker.Tracker;
import org.sluice.worker.WorkerCommand;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Servers that lost all they had, or are elsewhere, come back at the tracker's address: who was there joins anew. */
class AnotherNetworkTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HOST = "127.0.0.1";
    private static final JobSpec JOB = new JobSpec(new JobId("another"), new Range(0, 200_000),
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
            Answer answer = joined.runner().start(JOB, Duration.ofMinutes(2), new Unobserved()).await();

            assertEquals(Outcome.EXHAUSTED, answer.outcome());
            worker.interrupt();
            worker.join();
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

    private static final class Unobserved implements JobRunner.Observer {
        @Override
        public void began(JobSpec spec) {}

        @Override
        public void progressed(Progress progress) {}

        @Override
        public void noticed(Notice notice) {}
    }
}
