package org.sluice.deploy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.deploy.output.StandardStreams;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.Registration;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What strangers put into a network comes before people's eyes escaped, by every command that shows it. */
@Tag("slow")
@Timeout(300)
final class HostileTextTest {
    /** Line ends, control characters of both kinds, marks of direction, and what has no width: at most 40 characters. */
    private static final String HOSTILE = "SHA\n2\r\u001b[2J\u0007\u007f\u0085\u009b1M\u202e\u2066\u200e\u061c\u2028\u2029\u200b\ufeff";
    /** What the tracker's own checks let through. */
    private static final String INVISIBLE = "quiet\ue000";
    private static final JobId JOB = new JobId("anna.evil-job");
    private static final PeerId PEER = new PeerId("evil.00000001");

    private static final Logger LOG = LoggerFactory.getLogger(HostileTextTest.class);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Runs a command and returns what it has printed, of which every character is checked. */
    private String printed(String... arguments) {
        return printed(streams -> {
            var _ = Program.run(streams, Program.commandLine(streams, arguments), arguments);
        });
    }

    private String printed(Consumer<StandardStreams> printing) {
        out.reset();
        err.reset();
        StandardStreams streams = new StandardStreams(out, StandardCharsets.UTF_8, err, StandardCharsets.UTF_8);
        PrintStream before = System.err;
        System.setErr(streams.errorStream());
        try {
            printing.accept(streams);
        } finally {
            System.setErr(before);
        }
        var _ = streams.finish();
        String printed = all();
        printed.codePoints().filter(HostileTextTest::isHarmful).findFirst().ifPresent(character -> {
            throw new AssertionError("U+" + Integer.toHexString(character) + " is printed: " + printed);
        });
        return printed;
    }

    private static boolean isHarmful(int character) {
        return character != '\n' && switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED ->
                true;
            default -> false;
        };
    }

    @Test
    void nothingThatAStrangerChoseReachesATerminalRaw() throws Exception {
        try (EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
                Tracker tracker = Tracker.connect(network.trackerAddress(), Duration.ofMinutes(1))) {
            poison(network, tracker);
            String at = network.trackerAddress();

            assertTrue(printed("peers", "--tracker", at).contains("quiet\\ue000"), this::all);
            assertTrue(printed("peers", "--tracker", at, "--json").contains("quiet\\ue000"), this::all);
            assertTrue(new ObjectMapper().readTree(out.toByteArray()).toString().contains(INVISIBLE), this::all);
            assertTrue(printed("jobs", "--tracker", at).contains("quiet\\ue000"), this::all);
            assertTrue(printed("jobs", "--tracker", at, "--json").contains("quiet\\ue000"), this::all);

            assertTrue(printed("console", "--tracker", at).contains("SHA\\u000a2\\u000d\\u001b[2J"), this::all);
            assertTrue(all().contains(" MALFORMED "), this::all);
            long records = out.toString(StandardCharsets.UTF_8).lines().count();
            assertTrue(printed("console", "--tracker", at, "--json").contains("\\u202e"), this::all);
            assertEquals(records, out.toString(StandardCharsets.UTF_8).lines().count());
            assertTrue(out.toString(StandardCharsets.UTF_8)
                    .lines()
                    .anyMatch(line -> json(line).contains(HOSTILE)), this::all);

            assertTrue(printed("resume", JOB.value(), "--tracker", at, "--timeout", "1s").contains("SHA\\u000a2"),
                    this::all);
            printed("cancel", JOB.value(), "--tracker", at);
            printed("cancel", "no\njob", "--tracker", at);
            printed("submit", "integers", "--from", "0", "--to", "9", "--zeros", "1", "--algorithm", HOSTILE);
        }
    }

    @Test
    void theLogIsOneOfTheWays() {
        String printed = printed(
                _ -> LOG.warn("skipped {}", HOSTILE, new IllegalStateException(HOSTILE, new IOException(HOSTILE))));
        assertEquals(3, printed.split("SHA\\\\u000a2", -1).length - 1, printed);
        assertTrue(printed.lines().allMatch(line -> line.contains("SHA\\u000a2") || line.startsWith("    at ")),
                printed);
    }

    private String all() {
        return out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
    }

    private static String json(String line) {
        try {
            return new ObjectMapper().readTree(line).at("/event/spec/work/algorithm").asText()
                    + new ObjectMapper().readTree(line).at("/event/spec/algorithm").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a stranger would: with an honest client where that lets it, else past it. */
    private static void poison(EmbeddedNetwork network, Tracker tracker) throws Exception {
        var _ = tracker.directory()
                .register(new Registration(PEER, PeerInfo.Role.WORKER, 1_000, 1, INVISIBLE, Set.of(INVISIBLE),
                        Optional.of(INVISIBLE)));
        try (CuratorFramework client = CuratorFrameworkFactory.newClient(network.trackerAddress(),
                new RetryOneTime(100))) {
            client.start();
            var _ = client.create()
                    .creatingParentsIfNeeded()
                    .forPath("/sluice/peers/evil/00000002", new ObjectMapper().writeValueAsBytes(
                            Map.of("role", INVISIBLE, "algorithms", List.of(), "version", HOSTILE)));
        }
        Instant now = Instant.now();
        tracker.jobs()
                .create(new JobRecord(JOB, JobState.RUNNING, now, now.plusSeconds(3_600), INVISIBLE, PEER, 0));
        JobSpec spec = new JobSpec(JOB, new Range(0, 1_000), new Work.Integers(HOSTILE, Bytes.EMPTY),
                new Goal.TrailingZeroBits(12), Mode.ALL, 16);
        try (Topics topics = Topics.connect(network.servers(), Map.of());
                EventCodec codec = EventCodec.connect(network.servers().registryUrl(), Map.of());
                KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", network.servers().bootstrapServers()), new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            codec.registerAll();
            topics.create(Topic.ofJob(JOB), Duration.ofHours(1));
            var _ = producer.send(new ProducerRecord<>(network.servers().topics().of(new Topic.Journal(JOB)),
                    codec.encode(new Event.Journaled(new RootEvent.Started(spec, 1, PEER, Duration.ofHours(1))))))
                    .get();
            var _ = producer
                    .send(new ProducerRecord<>(network.servers().topics().of(new Topic.Journal(JOB)),
                            HOSTILE.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }
}
