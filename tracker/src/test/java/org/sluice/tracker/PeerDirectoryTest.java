package org.sluice.tracker;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Rates;
import org.sluice.protocol.value.Work;
import org.sluice.tracker.address.Resolver;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.PeerRecord;
import org.sluice.tracker.node.Registration;
import org.sluice.tracker.node.Subscription;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Tag("slow")
class PeerDirectoryTest {
    @RegisterExtension
    private final LocalTracker local = new LocalTracker();

    @Test
    void aRegistrationIsVisibleToOthersWithAllItSays() {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        Registration registration = Samples.worker("anna.00000001").withRates(Rates.same(12_345_678));

        var _ = ours.directory().register(registration);

        List<PeerRecord> records = Await.until("anna is listed", () -> theirs.directory().describe(),
                list -> !list.isEmpty());
        assertEquals(List.of(registration), records.stream().map(PeerRecord::registration).toList());
        assertEquals(
                List.of(new PeerInfo(new PeerId("anna.00000001"), PeerInfo.Role.WORKER, Rates.same(12_345_678),
                        Set.of("SHA-256"), Work.KINDS)),
                theirs.directory().live());
    }

    @Test
    void watchersGetTheWholeListAtOnceAndAfterEveryChange() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        BlockingQueue<List<PeerInfo>> lists = new LinkedBlockingQueue<>();

        Subscription subscription = theirs.directory().watch(lists::add);
        assertEquals(List.of("anna.00000001"), names(next(lists)));
        Presence berta = ours.directory().register(Samples.worker("berta.00000001"));
        assertEquals(List.of("anna.00000001", "berta.00000001"), names(next(lists)));
        berta.update(Samples.worker("berta.00000001").withRates(Rates.same(5)));
        assertEquals(5, next(lists).getLast().hashesPerSecond());
        berta.close();
        assertEquals(List.of("anna.00000001"), names(next(lists)));

        BlockingQueue<List<PeerInfo>> late = new LinkedBlockingQueue<>();
        var _ = theirs.directory().watch(late::add);
        assertEquals(List.of("anna.00000001"), names(next(late)));
        subscription.close();
        var _ = ours.directory().register(Samples.worker("clara.00000001"));
        assertEquals(List.of("anna.00000001", "clara.00000001"), names(next(late)));
        assertTrue(lists.isEmpty(), "a closed subscription was called");
    }

    @Test
    void pausingAndResumingAreToldAtOnceWhenOtherNewsHasToWait() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        Registration anna = Samples.worker("anna.00000001").withRates(Rates.same(1));
        Presence presence = ours.directory().register(anna);
        presence.update(anna.withRates(Rates.same(2)));
        presence.update(anna.withRates(Rates.same(3)));
        Await.that("both prompt updates are written", () -> rateOf(theirs, "anna.00000001") == 3);

        presence.update(anna.withRates(Rates.same(4)));
        presence.update(anna.pausedBecause("by its user"));
        Await.that("anna is paused", () -> theirs.directory()
                .describe()
                .getFirst()
                .registration()
                .paused()
                .equals(Optional.of("by its user")));
        assertEquals(0, rateOf(theirs, "anna.00000001"));

        presence.update(anna.withRates(Rates.same(5)));
        Await.that("anna hashes again", () -> rateOf(theirs, "anna.00000001") == 5);
    }

    private static long rateOf(Tracker tracker, String name) {
        return tracker.directory()
                .live()
                .stream()
                .filter(info -> info.peer().value().equals(name))
                .mapToLong(PeerInfo::hashesPerSecond)
                .findFirst()
                .orElse(-1);
    }

    @Test
    void whoLeavesTakesItsNodesAlong() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        Presence anna = ours.directory().register(Samples.worker("anna.00000001"));
        anna.close();
        assertEquals(List.of(), theirs.directory().live());
        Stat parent = theirs.client().checkExists().forPath(Paths.peer(anna.peer()));
        assertEquals(null, parent);

        // and may come back
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        Await.that("anna is listed again", () -> names(theirs.directory().live()).equals(List.of("anna.00000001")));
    }

    @Test
    void theSamePeerCannotBeRegisteredTwice() {
        Tracker ours = local.connect();
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        assertThrows(IllegalStateException.class, () -> ours.directory().register(Samples.worker("anna.00000001")));
    }

    @Test
    void aLostSessionsRegistrationComesBackUnderTheSameId() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        long before = ownerOf(theirs, "anna.00000001");
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        var _ = theirs.directory().watch(list -> seen.add(names(list)));
        Await.that("anna is seen", () -> seen.contains(List.of("anna.00000001")));

        Samples.endSession(ours);

        Await.that("anna has a node of the new session", () -> ownerOf(theirs, "anna.00000001") != before);
        Await.that("anna is listed", () -> seen.getLast().equals(List.of("anna.00000001")));
    }

    @Test
    void aKilledProcessVanishesWithItsSession() throws Exception {
        Tracker theirs = local.connect();
        Process anna = Samples.java(PeerProcess.class, local.server().address(), "anna.00000001")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Await.that("anna is listed", () -> names(theirs.directory().live()).equals(List.of("anna.00000001")));
        } finally {
            anna.destroyForcibly();
        }
        Await.that("anna is gone", () -> theirs.directory().live().isEmpty());
        // The node of its name stays for a while, until it is swept.
        assertEquals(Set.of("anna"), theirs.directory().sweep(Duration.ZERO));
    }

    @Test
    void aNodeLeftByAFormerSessionIsReplaced() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        // The node of a session that is still alive for the tracker, as after a process lost its own and got a new one.
        var _ = theirs.client()
                .create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(
                        Paths.peer(new PeerId("anna.00000001")), NodeData.encode(Samples.worker("anna.00000001")));
        long former = ownerOf(theirs, "anna.00000001");

        var _ = ours.directory().register(Samples.worker("anna.00000001").withRates(Rates.same(7)));

        assertNotEquals(former, ownerOf(theirs, "anna.00000001"));
        assertEquals(7, theirs.directory().live().getFirst().hashesPerSecond());
    }

    @Test
    void aNodeThatSomebodyDeletedComesBack() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        assertEquals(List.of("anna.00000001"), names(ours.directory().live()));
        Stat before = theirs.client().checkExists().forPath(Paths.peer(new PeerId("anna.00000001")));

        theirs.client().delete().deletingChildrenIfNeeded().forPath(Paths.peersCalled("anna"));

        Await.that("anna is there again", () -> {
            Stat now = theirs.client().checkExists().forPath(Paths.peer(new PeerId("anna.00000001")));
            return now != null && now.getCzxid() != before.getCzxid();
        });
    }

    @Test
    void malformedNodesAreSkipped() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        put(theirs, "text", "no JSON");
        put(theirs, "list", "[]");
        put(theirs, "empty", "");
        put(theirs, "role", "{\"role\":\"KING\"}");
        put(theirs, "negative", json("-1", "\"1\""));
        put(theirs, "escape", json("1", "\"\\u001b[2J\""));
        put(theirs, "huge", json("1", "\"" + "x".repeat(100_000) + "\""));
        put(theirs, "deep", "[".repeat(5000));
        put(theirs, "binary", "\0\1\2");
        put(theirs, "good", json("1", "\"1\""));
        var _ = theirs.client()
                .create()
                .creatingParentsIfNeeded()
                .forPath(Paths.PEERS + "/bad name/00000000", new byte[0]);
        var _ = theirs.client().create().creatingParentsIfNeeded().forPath(Paths.PEERS + "/x/y/00000000", new byte[0]);

        assertEquals(List.of("good.00000000"), names(ours.directory().live()));

        // also when they change under the watch, from bad to good and back
        var _ = theirs.client().setData().forPath(Paths.peer(new PeerId("text.00000000")), bytes(json("2", "\"1\"")));
        Await.that("text is good now",
                () -> names(ours.directory().live()).equals(List.of("good.00000000", "text.00000000")));
        var _ = theirs.client().setData().forPath(Paths.peer(new PeerId("good.00000000")), bytes("bad"));
        Await.that("good is bad now", () -> names(ours.directory().live()).equals(List.of("text.00000000")));
    }

    @Test
    void unknownFieldsOfNewerPeersAreIgnored() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        put(theirs, "new", "{\"role\":\"WORKER\",\"hashesPerSecond\":3,\"cores\":1,\"version\":\"9\",\"algorithms\":[],"
                + "\"future\":{\"a\":[1,2]}}");
        assertEquals(3, ours.directory().live().getFirst().hashesPerSecond());
    }

    @Test
    void manyPeersThatVanishTogetherAreFewCallbacks() {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        int peers = 200;
        IntStream.range(0, peers)
                .forEach(i -> ours.directory().register(Samples.worker("peer%d.%08d".formatted(i % 10, i))));
        List<Integer> sizes = new CopyOnWriteArrayList<>();
        var _ = theirs.directory().watch(list -> sizes.add(list.size()));
        Await.that("all are listed", () -> !sizes.isEmpty() && sizes.getLast() == peers);
        int before = sizes.size();

        ours.close();

        Await.that("all are gone", () -> sizes.getLast() == 0);
        assertTrue(sizes.size() - before < peers / 4, "callbacks: " + sizes.subList(before, sizes.size()));
    }

    @Test
    void aFailingWatcherDoesNotStopTheOthers() {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        var _ = theirs.directory().watch(_ -> {
            throw new IllegalStateException("expected by the test");
        });
        var _ = theirs.directory().watch(list -> seen.add(names(list)));
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        Await.that("anna is seen", () -> seen.contains(List.of("anna.00000001")));
    }

    @Test
    void updatesAfterTheFirstTwoWait() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        Presence anna = ours.directory().register(Samples.worker("anna.00000001"));
        anna.update(Samples.worker("anna.00000001").withRates(Rates.same(1)));
        Await.that("the first is written", () -> rate(theirs) == 1);
        anna.update(Samples.worker("anna.00000001").withRates(Rates.same(2)));
        Await.that("the second is written", () -> rate(theirs) == 2);
        anna.update(Samples.worker("anna.00000001").withRates(Rates.same(3)));

        // What is done after the update on the same thread shows that it was not written.
        Presence berta = ours.directory().register(Samples.worker("berta.00000001"));
        assertEquals(2, version(theirs, "anna.00000001"));
        berta.close();
        assertThrows(IllegalArgumentException.class, () -> anna.update(Samples.worker("berta.00000001")));
    }

    @Test
    void updatesThatCameTooSoonAreWrittenOnceTogether() throws Exception {
        Tracker theirs = local.connect();
        Tracker hasty = local.closing(
                Tracker.connect(local.server().address(), Samples.CONNECTING, Samples.SESSION, Resolver.system(),
                        Duration.ofMillis(300), Map.of()));
        Presence anna = hasty.directory().register(Samples.worker("anna.00000001"));
        for (int rate = 1; rate <= 50; rate++) {
            anna.update(Samples.worker("anna.00000001").withRates(Rates.same(rate)));
        }
        Await.that("the newest is written", () -> rate(theirs) == 50);
        assertTrue(version(theirs, "anna.00000001") <= 10, "written " + version(theirs, "anna.00000001") + " times");
        anna.update(Samples.worker("anna.00000001").withRates(Rates.same(50)));
        anna.update(Samples.worker("anna.00000001").withRates(Rates.same(51)));
        Await.that("later ones are written too", () -> rate(theirs) == 51);
    }

    @Test
    void namesThatNobodyBearsAnyMoreAreSwept() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        var _ = theirs.client().create().creatingParentsIfNeeded().forPath(Paths.peersCalled("gone"));
        var _ = ours.directory().register(Samples.worker("anna.00000001"));

        assertEquals(Set.of(), ours.directory().sweep(Duration.ofHours(1)));
        assertEquals(Set.of(), ours.directory().sweep(Duration.ofHours(1)));
        assertEquals(Set.of("gone"), ours.directory().sweep(Duration.ZERO));
        assertEquals(Set.of(), ours.directory().sweep(Duration.ZERO));
        assertEquals(List.of("anna"), theirs.client().getChildren().forPath(Paths.PEERS));
    }

    @Test
    void whoLeavesTakesTheNameAlongUnlessOthersBearIt() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        Presence first = ours.directory().register(Samples.worker("anna.00000001"));
        Presence second = theirs.directory().register(Samples.worker("anna.00000002"));
        assertEquals(2, theirs.client().getChildren().forPath(Paths.peersCalled("anna")).size());

        first.close();
        Await.that("the second is left", () -> names(ours.directory().live()).equals(List.of("anna.00000002")));
        second.close();

        Await.that("the name is free", () -> theirs.client().checkExists().forPath(Paths.peersCalled("anna")) == null);
    }

    /** Of a version whose peers had a node of their own with a live one below it. */
    @Test
    void peersOfAnOlderVersionAreNotSeen() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        var _ = theirs.client()
                .create()
                .creatingParentsIfNeeded()
                .forPath(Paths.PEERS + "/oak-1f3a5c7e/live", NodeData.encode(Samples.worker("anna.00000001")));

        assertEquals(List.of(), ours.directory().live());
        assertEquals(Set.of(), ours.directory().sweep(Duration.ZERO));
    }

    @Test
    void thePeersOfAClosedTrackerAreGoneAtOnceAndWithoutATrace() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        var _ = ours.directory().register(Samples.worker("berta.00000001"));
        ours.close();
        Await.that("nothing is left", () -> theirs.client().getChildren().forPath(Paths.PEERS).isEmpty());
        assertFalse(ours.connected());
    }

    private static List<String> names(List<PeerInfo> peers) {
        return peers.stream().map(peer -> peer.peer().value()).toList();
    }

    private static List<PeerInfo> next(BlockingQueue<List<PeerInfo>> lists) throws InterruptedException {
        return Objects.requireNonNull(lists.poll(30, TimeUnit.SECONDS), "no callback");
    }

    private static long rate(Tracker tracker) {
        return tracker.directory().live().getFirst().hashesPerSecond();
    }

    private static Stat stat(Tracker theirs, String peer) throws Exception {
        return theirs.client().checkExists().forPath(Paths.peer(new PeerId(peer)));
    }

    private static long ownerOf(Tracker theirs, String peer) throws Exception {
        return stat(theirs, peer).getEphemeralOwner();
    }

    private static int version(Tracker theirs, String peer) throws Exception {
        return stat(theirs, peer).getVersion();
    }

    private static void put(Tracker theirs, String peer, String data) throws Exception {
        var _ = theirs.client()
                .create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(Paths.peer(new PeerId(peer + ".00000000")), bytes(data));
    }

    private static String json(String rate, String version) {
        return "{\"role\":\"WORKER\",\"hashesPerSecond\":" + rate + ",\"cores\":1,\"version\":" + version
                + ",\"algorithms\":[\"SHA-256\"]}";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
