package org.sluice.tracker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.sluice.protocol.value.JobId;
import org.sluice.schemas.kafka.Servers;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.server.TrackerPortException;
import org.sluice.tracker.server.TrackerServer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Tag("slow")
class TrackerServerTest {
    private static final Servers SERVERS = new Servers("127.0.0.1:9092", "http://127.0.0.1:8081");

    @RegisterExtension
    private final LocalTracker local = new LocalTracker();

    @Test
    void theNetworkIsPublishedAndFound() {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        TrackerException unknown = assertThrows(TrackerException.class, theirs::network);
        assertTrue(String.valueOf(unknown.getMessage()).contains("describes no network"), unknown.getMessage());

        ours.publishNetwork(new Servers("127.0.0.1:1", "http://127.0.0.1:2"));
        ours.publishNetwork(SERVERS);

        assertEquals(SERVERS, theirs.network());
    }

    @Test
    void aStopKeepsTheDataAndTheListAndAllIsRightAfterwards() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        ours.publishNetwork(SERVERS);
        ours.jobs().create(Samples.job("job-1"));
        JobId job = new JobId("anna.job-1");
        assertEquals(OptionalLong.of(1), ours.jobs().claim(job));
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        Presence berta = ours.directory().register(Samples.worker("berta.00000001"));
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        List<JobRecord> records = new CopyOnWriteArrayList<>();
        var _ = theirs.directory()
                .watch(list -> seen.add(list.stream().map(peer -> peer.peer().value()).toList()));
        var _ = theirs.jobs().watch(job, records::add);
        Await.that("both are seen", () -> seen.contains(List.of("anna.00000001", "berta.00000001")));
        Await.that("the job is seen", () -> !records.isEmpty());

        local.stop();
        Await.that("the outage is noticed", () -> !theirs.connected() && !ours.connected());
        assertEquals(List.of("anna.00000001", "berta.00000001"), seen.getLast());
        assertEquals(2, theirs.directory().live().size());
        berta.close(); // leaves while nobody can be told
        local.startAgain();

        Await.that("berta has left and anna is there", () -> seen.getLast().equals(List.of("anna.00000001")));
        assertEquals(SERVERS, theirs.network());
        assertEquals(OptionalLong.of(1), ours.jobs().claim(job));
        assertTrue(ours.jobs().update(Samples.job("job-1").withRootEpoch(1).withState(JobState.FOUND)));
        Await.that("the job's end is seen", () -> records.getLast().state() == JobState.FOUND);
        var _ = ours.directory().register(Samples.worker("clara.00000001"));
        Await.that("clara is seen", () -> seen.getLast().equals(List.of("anna.00000001", "clara.00000001")));
    }

    @Test
    void anOutageLongerThanTheSessionsIsSurvivedToo() throws Exception {
        Tracker ours = local.connect();
        Tracker theirs = local.connect();
        var _ = ours.directory().register(Samples.worker("anna.00000001"));
        assertEquals(1, theirs.directory().live().size());
        List<Boolean> lost = new CopyOnWriteArrayList<>();
        ours.client().getConnectionStateListenable().addListener((_, state) -> {
            if (!state.isConnected() && state.name().equals("LOST")) {
                lost.add(true);
            }
        });

        local.stop();
        Await.that("the session is given up", () -> !lost.isEmpty());
        assertEquals(1, theirs.directory().live().size());
        local.startAgain();

        Await.that("anna's node belongs to the new session", () -> {
            var stat = ours.client().checkExists().forPath(Paths.peer(Samples.worker("anna.00000001").peer()));
            return stat != null && stat.getEphemeralOwner() == ours.client()
                    .getZookeeperClient()
                    .getZooKeeper()
                    .getSessionId();
        });
        Await.that("and is listed", () -> theirs.directory().live().size() == 1);
    }

    @Test
    void aPortInUseIsSaidInOneLine(@TempDir Path other) throws IOException {
        IOException refused = assertThrows(TrackerPortException.class,
                () -> TrackerServer.standalone(other, "127.0.0.1", local.server().port()));
        assertTrue(String.valueOf(refused.getMessage()).contains("port " + local.server().port()));
        assertFalse(String.valueOf(refused.getMessage()).contains("\n"));
        assertThrows(TrackerPortException.class, () -> TrackerServer.member(other, 1,
                List.of("127.0.0.1:1:2:" + local.server().port(), "127.0.0.1:3:4:5", "127.0.0.1:6:7:8")));
    }

    @Test
    void aFolderInUseIsSaidInOneLine() {
        IOException refused = assertThrows(IOException.class,
                () -> TrackerServer.standalone(local.folder(), "127.0.0.1", 0, Samples.TICK));
        assertTrue(String.valueOf(refused.getMessage()).contains("is in use by another tracker"), refused.getMessage());
    }

    @Test
    void aFolderThatCannotBeIsSaid(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThrows(IOException.class, () -> TrackerServer.standalone(file.resolve("data"), "127.0.0.1", 0));
    }

    @Test
    void startsLeaveNothingBehindButTheData() throws Exception {
        local.stop();
        local.startAgain();
        try (Stream<Path> files = Files.list(local.folder())) {
            assertEquals(List.of("data", "lock"), files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void sessionsOfFiveToFortySecondsAreGrantedAsAsked() throws Exception {
        for (int seconds : List.of(5, 40)) {
            Tracker tracker = local.closing(
                    Tracker.connect(local.server().address(), Samples.CONNECTING, Duration.ofSeconds(seconds)));
            assertEquals(seconds * 1000,
                    tracker.client().getZookeeperClient().getZooKeeper().getSessionTimeout());
        }
    }

    @Test
    void aTrackerThatDoesNotAnswerIsSaidInOneLine() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            TrackerException refused = assertThrows(TrackerUnreachableException.class,
                    () -> Tracker.connect(address, Duration.ofMillis(300)));
            assertEquals("no tracker answers at " + address
                    + " within 300 ms; is it running, and is the address right?", refused.getMessage());
        }
        TrackerException unknown = assertThrows(TrackerUnreachableException.class,
                () -> Tracker.connect("name.invalid:2181", Duration.ofSeconds(1)));
        assertEquals("no tracker found at name.invalid:2181: the name is unknown", unknown.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Tracker.connect("a:b", Duration.ofSeconds(1)));
    }

    @Test
    void questionsDuringAnOutageEndWithAnError() {
        Tracker ours = local.connect();
        local.stop();
        Await.that("the outage is noticed", () -> !ours.connected());
        assertThrows(TrackerException.class, ours::network);
        assertThrows(TrackerException.class, () -> ours.jobs().list());
        assertThrows(TrackerException.class, () -> ours.directory().live());
        assertThrows(TrackerException.class, () -> ours.directory().register(Samples.worker("anna.00000001")));
    }

    @Test
    void aRegistrationThatFailedCanBeTriedAgain() throws Exception {
        Tracker ours = local.connect();
        local.stop();
        Await.that("the outage is noticed", () -> !ours.connected());
        assertThrows(TrackerException.class, () -> ours.directory().register(Samples.worker("anna.00000001")));
        local.startAgain();

        var _ = Await.until("anna can register", () -> ours.directory().register(Samples.worker("anna.00000001")),
                presence -> true);

        Tracker theirs = local.connect();
        assertEquals(1, theirs.directory().live().size());
        // What the failed one left to do does not take the node away.
        var _ = ours.directory().register(Samples.worker("berta.00000001"));
        Await.that("both stay", () -> theirs.directory().live().size() == 2);
    }

    @Test
    void questionsToAClosedConnectionEndWithAnError() {
        Tracker ours = local.connect();
        ours.close();
        assertThrows(TrackerException.class, ours::network);
        assertThrows(TrackerException.class, () -> ours.directory().register(Samples.worker("anna.00000001")));
        ours.close();
    }
}
