package org.sluice.deploy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Parameters;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.root.Progress;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.Topic;
import org.sluice.submitter.JobRunner;
import org.sluice.submitter.network.JoinedNetwork;
import org.sluice.tracker.node.Registration;
import org.sluice.worker.runtime.KernelSelection;
import org.sluice.worker.runtime.PeerNames;
import org.sluice.worker.runtime.WorkerPeer;
import org.sluice.worker.search.choice.Kernels;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** What a start has done before a later step of it fails is undone. */
@Timeout(240)
class HalfStartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
    private static JoinedNetwork joined = JoinedNetwork.join(network.trackerAddress(), PATIENCE, "test");

    @BeforeAll
    static void start() {
        assertEquals(network.trackerAddress(), joined.tracker());
    }

    @AfterAll
    static void stop() {
        joined.close();
        network.close();
    }

    private static JobSpec job(String id) {
        return new JobSpec(new JobId(id), new Range(0, 1_000), new Work.Integers("SHA-256", Bytes.of(new byte[0])),
                new Goal.TrailingZeroBits(8), Mode.ALL, 16);
    }

    private static void assertNothingIsLeftOf(JobId job) throws Exception {
        assertEquals(Optional.empty(), joined.connections().tracker().jobs().find(job));
        assertFalse(joined.connections().tracker().jobs().owned(job));
        Await.that("its topics are deleted",
                () -> Topic.ofJob(job).stream().noneMatch(joined.connections().topics()::exists));
    }

    @Test
    void aJobWhoseTopicIsReadAlready() throws Exception {
        JobSpec job = job("anna.read-already");
        joined.connections().inboxes().open(new Topic.RootInbox(job.id()), 0, (_, _, _) -> {});

        assertThrows(IllegalStateException.class,
                () -> joined.runner().start(job, Duration.ofMinutes(1), new Unobserved()));

        assertNothingIsLeftOf(job.id());
    }

    /** Kafka takes dots and underscores in topics' names for the same, and refuses the second of two such names. */
    @Test
    void aJobWhoseTopicCannotBeMade() throws Exception {
        JobSpec job = job("anna.no-topic");
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                joined.connections().servers().bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic("sluice.job_anna.no-topic", 1, (short) 1))).all().get();
        }

        assertThrows(ServersUnavailableException.class,
                () -> joined.runner().start(job, Duration.ofMinutes(1), new Unobserved()));

        assertEquals(Optional.empty(), joined.connections().tracker().jobs().find(job.id()));
        assertFalse(joined.connections().tracker().jobs().owned(job.id()));
    }

    @Test
    void aWorkerThatCannotRegister() throws Exception {
        PeerId taken = PeerNames.incarnation("ada", random());
        try (KernelSelection kernels = KernelSelection.begin(() -> List.of(Kernels.portable()), 1,
                Duration.ofMillis(10),
                random());
                AutoCloseable _ = joined.connections()
                        .tracker()
                        .directory()
                        .register(new Registration(taken, PeerInfo.Role.WORKER, 1, 1, "test", Set.of(),
                                Optional.empty()))) {
            Set<String> before = ofAWorker();

            assertThrows(IllegalStateException.class,
                    () -> WorkerPeer.start(joined.connections(),
                            new WorkerPeer.Options("ada", 1, "test", Parameters.defaults()), kernels, _ -> {},
                            random()));

            Await.that("its threads have ended", () -> ofAWorker().equals(before));
            Await.that("its inbox is deleted", () -> !joined.connections().topics().exists(new Topic.Inbox(taken)));
            // Nobody reads it any more, so it can be opened.
            joined.connections().inboxes().open(new Topic.Inbox(taken), 0, (_, _, _) -> {});
            joined.connections().inboxes().close(new Topic.Inbox(taken));
        }
    }

    private static RandomGenerator random() {
        return new SplittableRandom(7);
    }

    private static Set<String> ofAWorker() {
        return Thread.getAllStackTraces()
                .keySet()
                .stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sluice-ada") || name.startsWith("sluice-hash")
                        || name.startsWith("sluice-inbox-watch"))
                .collect(Collectors.toSet());
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
