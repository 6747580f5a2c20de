package org.sluice.tracker.node;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.TopicNames;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class NodeDataTest {
    private static final PeerId PEER = new PeerId("anna.00000001");
    private static final Registration REGISTRATION = new Registration(PEER, PeerInfo.Role.WORKER, 1_000_000_007L, 8,
            "0.1.0", Set.of("SHA-256", "SHA-256D"), Optional.of("annas-machine"));
    private static final JobRecord JOB = new JobRecord(new JobId("anna.job-1"), JobState.FOUND,
            Instant.parse("2026-01-02T03:04:05.678Z"), Instant.parse("2026-02-02T00:00:00Z"), "a header, 32 bits", PEER,
            3);

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 200));
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        assertEquals(REGISTRATION, NodeData.registration(PEER, NodeData.encode(REGISTRATION)));
        Registration bare = new Registration(PEER, PeerInfo.Role.SUBMITTER, 0, 0, "", Set.of(), Optional.empty());
        assertEquals(bare, NodeData.registration(PEER, NodeData.encode(bare)));
        Registration mixed = REGISTRATION.withRates(new Rates(1_000_000_007L, Map.of("MD5", 7L, "SHA-1", 0L)));
        assertEquals(mixed, NodeData.registration(PEER, NodeData.encode(mixed)));
        Registration paused = REGISTRATION.pausedBecause("outside its schedule 22:00-07:00");
        assertEquals(paused, NodeData.registration(PEER, NodeData.encode(paused)));
        for (JobState state : JobState.values()) {
            assertEquals(JOB.withState(state),
                    NodeData.job(JOB.job(), NodeData.encode(JOB.withState(state)), JOB.created()));
        }
        JobRecord campaign = new JobRecord(JOB.job(), JOB.state(), JOB.created(), JOB.expires(), JOB.description(),
                PEER, 3,
                true);
        assertEquals(campaign, NodeData.job(JOB.job(), NodeData.encode(campaign), JOB.created()));
        assertEquals(campaign.withExpires(JOB.expires().plusSeconds(1)).expires(), JOB.expires().plusSeconds(1));
        assertFalse(text(NodeData.encode(JOB)).contains("campaign"), "as older versions wrote it");
        Servers servers = new Servers("a:1,b:2", "http://c:3");
        assertEquals(servers, NodeData.servers(NodeData.encode(servers)));
        Servers ofACluster = new Servers("a:1,b:2", "http://c:3", Optional.of("MkU3OEVBNTcwNTJENDM2Qk"),
                TopicNames.DEFAULT, 3);
        assertEquals(ofACluster, NodeData.servers(NodeData.encode(ofACluster)));
        NodeData.Owner owner = new NodeData.Owner("somebody", 5);
        assertEquals(owner, NodeData.owner(NodeData.encode(owner)));
    }

    @Test
    void aDescriptionThatNobodyWouldReadIsNotWritten() throws Exception {
        String longest = "k".repeat(NodeData.MAX_ADDRESSES);
        Servers readable = new Servers(longest, longest);
        assertEquals(readable, NodeData.servers(NodeData.encode(readable)));
        for (Servers unreadable : List.of(new Servers(longest + "k", "http://c:3"),
                new Servers("a:1", longest + "k"), new Servers("a\u202e:1", "http://c:3"),
                new Servers("\u6f22".repeat(3000), "\u6f22".repeat(3000)))) {
            assertThrows(IllegalArgumentException.class, () -> NodeData.encode(unreadable), unreadable::toString);
        }
    }

    @Test
    void whoKnowsNothingOfPausingSeesAPausedPeerWithoutARateAndOneThatHashesAsBefore() {
        String paused = text(NodeData.encode(REGISTRATION.pausedBecause("by its user")));
        assertTrue(paused.contains("\"hashesPerSecond\":0,"), paused);
        assertTrue(paused.endsWith(",\"host\":\"annas-machine\",\"paused\":\"by its user\"}"), paused);
        assertFalse(text(NodeData.encode(REGISTRATION)).contains("paused"));
        assertEquals(0, REGISTRATION.pausedBecause("by its user").info().hashesPerSecond());
    }

    @Test
    void anOlderPeerDoesTheFirstKindsOfWorkAndANewerOneMayNameOthers() throws Exception {
        String text = new String(NodeData.encode(REGISTRATION), UTF_8);
        String kinds = ",\"work\":[\"block\",\"header\",\"integers\"]";
        assertTrue(text.contains(kinds), text);
        String older = text.replace(kinds, "");
        String newer = text.replace(kinds, ",\"work\":[\"header\",\"riddles\"]");

        assertEquals(Set.of("header", "integers"), NodeData.registration(PEER, older.getBytes(UTF_8)).info().kinds());
        assertEquals(Set.of("header", "riddles"), NodeData.registration(PEER, newer.getBytes(UTF_8)).info().kinds());
        for (String wrong : List.of(",\"work\":7", ",\"work\":[7]",
                ",\"work\":[" + "\"a\",".repeat(Registration.MAX_KINDS) + "\"b\"]")) {
            assertThrows(MalformedNodeException.class,
                    () -> NodeData.registration(PEER, text.replace(kinds, wrong).getBytes(UTF_8)));
        }
    }

    @Test
    void ratesOfSingleAlgorithmsAreNamedWhereThereAreAnyAndMustBeRates() {
        assertFalse(text(NodeData.encode(REGISTRATION)).contains("otherRates"));
        String json = text(NodeData.encode(REGISTRATION.withRates(new Rates(9, Map.of("MD5", 7L)))));
        assertTrue(json.contains("\"otherRates\":{\"MD5\":7}"), json);
        for (String bad : List.of("{\"MD5\":-1}", "{\"MD5\":\"7\"}", "{\"\":7}", "{\"\\n\":7}", "[]", "null", "7",
                "{\"MD5\":9223372036854775807}")) {
            byte[] data = json.replace("{\"MD5\":7}", bad).getBytes(StandardCharsets.UTF_8);
            assertThrows(MalformedNodeException.class, () -> NodeData.registration(PEER, data), bad);
        }
    }

    @Test
    void aPausedPeerThatClaimsARateIsRefused() {
        String json = text(NodeData.encode(REGISTRATION.pausedBecause("by its user"))).replace(":0,", ":7,");
        assertThrows(MalformedNodeException.class,
                () -> NodeData.registration(PEER, json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aNetworkThatSaysNoNameHasTheDefaultAndABadNameIsMalformed() throws Exception {
        Servers named = new Servers("a:1", "http://c:3", Optional.empty(), new TopicNames("night-shift"), 1);
        String json = text(NodeData.encode(named));
        assertEquals(named, NodeData.servers(json.getBytes(StandardCharsets.UTF_8)));
        String nameless = json.replace("\"name\":\"night-shift\",", "");
        assertEquals(TopicNames.DEFAULT, NodeData.servers(nameless.getBytes(StandardCharsets.UTF_8)).topics());
        String bad = json.replace("night-shift", "Night.Shift");
        assertThrows(MalformedNodeException.class, () -> NodeData.servers(bad.getBytes(StandardCharsets.UTF_8)));
    }

    /** As older versions wrote them, by a clock of their own. */
    @Test
    void ofARecordsOwnTimesOnlyTheDifferenceCounts() throws Exception {
        Instant entered = Instant.parse("2030-01-01T00:00:00Z");
        JobRecord read = NodeData.job(JOB.job(), NodeData.encode(JOB), entered);
        assertEquals(entered, read.created());
        assertEquals(Duration.between(JOB.created(), JOB.expires()), Duration.between(entered, read.expires()));
        String backwards = text(NodeData.encode(JOB)).replace("2026-02-02", "2020-02-02");
        assertThrows(MalformedNodeException.class,
                () -> NodeData.job(JOB.job(), backwards.getBytes(StandardCharsets.UTF_8), entered));
        String endless = text(NodeData.encode(JOB)).replace("2026-02-02", "+1000000000-02-02");
        assertThrows(MalformedNodeException.class,
                () -> NodeData.job(JOB.job(), endless.getBytes(StandardCharsets.UTF_8), Instant.MAX));
    }

    @Test
    void theIdentityIsThatOfThePath() throws Exception {
        PeerId other = new PeerId("other.00000000");
        assertEquals(other, NodeData.registration(other, NodeData.encode(REGISTRATION)).peer());
    }

    /** Whatever the bytes are, they are either read or refused as malformed. */
    @ParameterizedTest
    @MethodSource("seeds")
    void damagedDataIsReadOrRefused(long seed) {
        Random random = new Random(seed);
        byte[] data = random.nextBoolean() ? NodeData.encode(REGISTRATION) : NodeData.encode(JOB);
        for (int damage = random.nextInt(4); damage >= 0; damage--) {
            data[random.nextInt(data.length)] = (byte) random.nextInt(256);
        }
        int length = random.nextInt(4) == 0 ? random.nextInt(data.length) : data.length;
        byte[] damaged = Arrays.copyOf(data, length);
        try {
            assertEquals(PEER, NodeData.registration(PEER, damaged).peer());
        } catch (MalformedNodeException e) {
            assertFalse(String.valueOf(e.getMessage()).contains("\n"), e.getMessage());
        }
        try {
            assertEquals(JOB.job(), NodeData.job(JOB.job(), damaged, JOB.created()).job());
        } catch (MalformedNodeException e) {
            assertFalse(String.valueOf(e.getMessage()).contains("\n"), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "{\"bootstrapServers\":\"a:1\"}",
            "{\"bootstrapServers\":\"\",\"registryUrl\":\"\"}", "{\"bootstrapServers\":5,\"registryUrl\":\"x\"}"})
    void aNetworkWithoutServersIsRefused(String json) {
        assertThrows(MalformedNodeException.class,
                () -> NodeData.servers(json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "1000000000000001", "-1", "1.5", "1e3", "\"1\"", "null",
            "99999999999999999999999999999", "1111111111111111111111111111111111111111111111111"})
    void aRateBeyondReasonIsRefused(String rate) {
        String json = text(NodeData.encode(REGISTRATION)).replace("1000000007", rate);
        assertThrows(MalformedNodeException.class,
                () -> NodeData.registration(PEER, json.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(byte[] data) {
        return new String(data, StandardCharsets.UTF_8);
    }

    @Test
    void aNetworkThatSaysNothingOfReplicationKeepsTopicsOnce() throws Exception {
        String json = text(NodeData.encode(new Servers("a:1", "http://c:3", Optional.empty(), TopicNames.DEFAULT, 3)));
        String older = json.replace(",\"replication\":3", "");
        assertEquals(1, NodeData.servers(older.getBytes(StandardCharsets.UTF_8)).replication());
        String none = json.replace("\"replication\":3", "\"replication\":0");
        assertThrows(MalformedNodeException.class, () -> NodeData.servers(none.getBytes(StandardCharsets.UTF_8)));
    }
}
