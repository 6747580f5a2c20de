package org.sluice.deploy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.deploy.embedded.EmbeddedRegistry;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Registration;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.NetworkAddress;
import org.sluice.worker.runtime.Steward;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What the steward of a real network deletes, and what it leaves alone. */
@Tag("slow")
class StewardTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final JobId JOB = new JobId("anna.job-1");
    private static final PeerId PEER = new PeerId("anna.00000001");
    private static final Topic JOURNAL = new Topic.Journal(JOB);
    private static final Topic ROOT_INBOX = new Topic.RootInbox(JOB);
    private static final Topic INBOX = new Topic.Inbox(PEER);

    private static EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
    private static Connections connections = Connections.join(network.trackerAddress(), PATIENCE);

    private final Steward steward = Steward.join(NetworkAddress.open(network.trackerAddress()), PATIENCE,
            Duration.ZERO);
    private final Topics topics = connections.topics();

    @BeforeEach
    void isElected() throws Exception {
        Await.that("it is elected", steward::look);
    }

    @TempDir
    private Path folder = Path.of("");

    @AfterAll
    static void stop() {
        connections.close();
        network.close();
    }

    @AfterEach
    void leaveNothing() throws Exception {
        steward.close();
        topics.delete(topics.list());
        try (CuratorFramework nodes = nodes()) {
            for (String path : Set.of("/sluice/jobs", "/sluice/peers/" + PEER.name())) {
                if (nodes.checkExists().forPath(path) != null) {
                    nodes.delete().deletingChildrenIfNeeded().forPath(path);
                }
            }
        }
        Await.that("the topics are gone", () -> topics.list().isEmpty());
    }

    /** Its submitter's clock goes wrong by days, or, which is the same to the tracker, its steward's. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 1})
    void aRunningJobIsLeftAloneWhateverItsSubmittersClockSays(long daysAhead) {
        topics.create(Topic.ofJob(JOB), HOUR);
        enter(connections.tracker().time().plus(Duration.ofDays(daysAhead)), HOUR);

        lookTwice();

        assertEquals(Set.of(JOURNAL, ROOT_INBOX), left(topics));
        assertEquals(Set.of(JOB), connections.tracker().jobs().names());
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1})
    void anExpiredJobGoesWithItsTopicsWhateverItsSubmittersClockSays(long daysAhead) throws Exception {
        topics.create(Topic.ofJob(JOB), HOUR);
        store(JOB);
        enter(connections.tracker().time().plus(Duration.ofDays(daysAhead)), Duration.ofMillis(1));
        Instant expires = connections.tracker().jobs().find(JOB).orElseThrow().expires();
        Await.that("it has expired", () -> connections.tracker().time().isAfter(expires));

        assertTrue(steward.look());

        assertEquals(Set.of(), left(topics));
        assertEquals(Set.of(), connections.tracker().jobs().names());
    }

    @Test
    void whatHasARecordThatNobodyCanReadIsLeftAlone() throws Exception {
        topics.create(Set.of(JOURNAL, ROOT_INBOX, INBOX), HOUR);
        byte[] unreadable = "{\"of\":\"a newer version\"}".getBytes(StandardCharsets.UTF_8);
        try (CuratorFramework nodes = nodes()) {
            for (String path : Set.of("/sluice/jobs/anna/job-1", "/sluice/peers/anna/00000001")) {
                var _ = nodes.create().creatingParentsIfNeeded().forPath(path, unreadable);
            }
        }

        lookTwice();

        assertEquals(Set.of(JOURNAL, ROOT_INBOX, INBOX), left(topics));
    }

    @Test
    void whatAnotherNetworkHasInTheSameKafkaIsLeftAlone() {
        Servers ours = connections.servers();
        Servers others = new Servers(ours.bootstrapServers(), ours.registryUrl(), ours.clusterId(),
                new TopicNames("others"), 1);
        try (Topics theirs = Topics.connect(others, Map.of())) {
            theirs.create(Set.of(JOURNAL, ROOT_INBOX, INBOX), HOUR);
            assertEquals(Set.of(), topics.list());

            lookTwice();

            assertEquals(Set.of(JOURNAL, ROOT_INBOX, INBOX), left(theirs));
            theirs.delete(theirs.list());
        }
    }

    @Test
    void theInboxOfAPeerThatIsGoneIsDeleted() {
        PeerId alive = new PeerId("bea.00000001");
        var _ = connections.tracker()
                .directory()
                .register(new Registration(alive, PeerInfo.Role.WORKER, 0, 1, "test", Set.of(), Optional.empty()));
        topics.create(Set.of(INBOX, new Topic.Inbox(alive)), HOUR);

        lookTwice();

        assertEquals(Set.of(new Topic.Inbox(alive)), left(topics));
    }

    @Test
    void aTopicOfWhoseJobTheTrackerKnowsNothingIsKeptUnlessItIsEmpty() {
        JobId empty = new JobId("anna.empty");
        topics.create(Topic.ofJob(JOB), HOUR);
        topics.create(Topic.ofJob(empty), HOUR);
        store(JOB);

        lookTwice();

        assertEquals(Set.of(JOURNAL), left(topics));
    }

    @Test
    void whatARootWasToldIsKeptWhenTheTrackerKnowsNothingOfItsJob() {
        topics.create(Topic.ofJob(JOB), HOUR);
        store(JOB);
        connections.outbox().send(JOB, new Message.ResultAck(PEER, JOB, 1));
        assertTrue(connections.outbox().flush(PATIENCE));

        lookTwice();

        assertEquals(Set.of(JOURNAL, ROOT_INBOX), left(topics));
    }

    /** Their nodes stand where owners' and names' stand now. */
    @Test
    void whatAnOlderVersionHasLeftIsNotSeen() throws Exception {
        byte[] record = NodeData
                .encode(new JobRecord(JOB, JobState.RUNNING, Instant.EPOCH, Instant.EPOCH.plusSeconds(1),
                        "", PEER, 0));
        try (CuratorFramework nodes = nodes()) {
            for (String path : Set.of("/sluice/jobs/header-20260131-235959-1f3a5c7e/owner",
                    "/sluice/peers/anna-00000001/live")) {
                var _ = nodes.create().creatingParentsIfNeeded().forPath(path, record);
            }
            var _ = nodes.setData().forPath("/sluice/jobs/header-20260131-235959-1f3a5c7e", record);

            lookTwice();

            assertEquals(Set.of(), connections.tracker().jobs().names());
            assertEquals(List.of(), connections.tracker().jobs().list());
            assertNotNull(nodes.checkExists().forPath("/sluice/jobs/header-20260131-235959-1f3a5c7e/owner"));
            nodes.delete().deletingChildrenIfNeeded().forPath("/sluice/peers/anna-00000001");
        }
    }

    /** Its topics are named otherwise than today's. Some of its peers may still be there. */
    @Test
    void whatAnOlderVersionHasLeftGoesByTheSameRules() throws Exception {
        String expired = "header-20260131-235959-1f3a5c7e";
        String running = "integers-20260131-235959-00000001";
        String empty = "integers-20260131-235959-00000002";
        String lost = "integers-20260131-235959-00000003";
        Map<String, Object> kafka = Map.of("bootstrap.servers", connections.servers().bootstrapServers());
        try (Admin admin = Admin.create(kafka);
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(kafka, new ByteArraySerializer(),
                        new ByteArraySerializer());
                CuratorFramework nodes = nodes()) {
            List<String> left = List.of("sluice.inbox.my.host-0000000a", "sluice.job." + running, "sluice.job." + lost,
                    "others.job." + expired, "others.inbox.anna-0000000b");
            List<String> swept = List.of("sluice.inbox.anna-0000000b", "sluice.job." + expired, "sluice.job." + empty);
            admin.createTopics(Stream.concat(left.stream(), swept.stream())
                    .map(name -> new NewTopic(name, 1, (short) 1))
                    .toList()).all().get();
            var _ = producer.send(new ProducerRecord<>("sluice.job." + lost, new byte[]{0})).get();
            var _ = producer.send(new ProducerRecord<>("sluice.job." + expired, new byte[]{0})).get();
            var _ = nodes.create().creatingParentsIfNeeded().forPath("/sluice/peers/my.host-0000000a/live");
            var _ = nodes.create().creatingParentsIfNeeded().forPath("/sluice/jobs/" + expired, record(Duration.ZERO));
            var _ = nodes.create().forPath("/sluice/jobs/" + running, record(HOUR));

            lookTwice();

            Await.that("what is nobody's is gone",
                    () -> admin.listTopics().names().get().stream().noneMatch(swept::contains));
            assertTrue(admin.listTopics().names().get().containsAll(left));
            assertNull(nodes.checkExists().forPath("/sluice/jobs/" + expired));
            assertNotNull(nodes.checkExists().forPath("/sluice/jobs/" + running));
            admin.deleteTopics(left).all().get();
            nodes.delete().deletingChildrenIfNeeded().forPath("/sluice/peers/my.host-0000000a");
        }
    }

    private static byte[] record(Duration timeToLive) {
        return "{\"state\":\"RUNNING\",\"created\":\"%s\",\"expires\":\"%s\",\"submitter\":\"anna-0000000a\"}"
                .formatted(Instant.EPOCH, Instant.EPOCH.plus(timeToLive))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What was without an owner at the first look is looked at again. */
    private void lookTwice() {
        assertTrue(steward.look());
        assertTrue(steward.look());
    }

    /** A topic that was deleted is listed a little longer, but not when one that was created later is there. */
    private static Set<Topic> left(Topics topics) {
        Topic later = new Topic.Inbox(new PeerId("later.00000001"));
        topics.create(later, HOUR);
        Set<Topic> left = new HashSet<>(topics.list());
        left.remove(later);
        return left;
    }

    private static void store(JobId job) {
        connections.outbox().journal(job, new RootEvent.CancelRequested(job, 1));
        assertEquals(true, connections.outbox().flush(PATIENCE));
    }

    private static void enter(Instant created, Duration timeToLive) {
        connections.tracker()
                .jobs()
                .create(new JobRecord(JOB, JobState.RUNNING, created, created.plus(timeToLive), "",
                        new PeerId("submitter.00000001"), 0));
    }

    private static CuratorFramework nodes() {
        CuratorFramework nodes = CuratorFrameworkFactory.newClient(network.trackerAddress(), new RetryOneTime(100));
        nodes.start();
        return nodes;
    }

    @Test
    void oneOfSeveralActsAndAnotherTakesOver() throws Exception {
        try (Steward second = Steward.join(NetworkAddress.open(network.trackerAddress()), PATIENCE, Duration.ZERO)) {
            assertFalse(second.look());
            assertTrue(steward.look());
            assertEquals(2, connections.tracker().stewards());

            steward.close();
            Await.that("the other is elected", second::look);
        }
    }

    @Test
    void itRegistersTheSchemasThatTheRegistryLacks() throws Exception {
        try (EmbeddedRegistry empty = EmbeddedRegistry
                .start(new EmbeddedRegistry.Options(folder, "127.0.0.1", "127.0.0.1", 0))) {
            Servers before = connections.servers();
            connections.tracker()
                    .publishNetwork(new Servers(before.bootstrapServers(), empty.url(), before.clusterId(),
                            before.topics(), before.replication()));
            try (EventCodec codec = EventCodec.connect(empty.url(), Map.of())) {
                assertThrows(ServersUnavailableException.class, codec::lookUpAll);
                steward.close();
                try (Steward next = Steward.join(NetworkAddress.open(network.trackerAddress()), PATIENCE, HOUR)) {
                    Await.that("it is elected", next::look);
                    codec.lookUpAll();
                }
            } finally {
                connections.tracker().publishNetwork(before);
            }
        }
    }
}
