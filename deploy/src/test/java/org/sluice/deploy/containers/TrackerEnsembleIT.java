package org.sluice.deploy.containers;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.PeerId;
import org.sluice.tracker.Presence;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.Registration;
import org.sluice.tracker.node.TrackerException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.containers.Network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** The tracker as an ensemble of three machines: what it bears, and what its clients still know when it is gone. */
@ExtendWith(NeedsContainers.class)
class TrackerEnsembleIT {
    private static final int CLIENT_PORT = 2181;
    private static final int MEMBERS = 3;
    private static final String TICK_MILLIS = "500";
    private static final Duration SESSION = Duration.ofSeconds(2);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Network network = Network.newNetwork();
    private final List<SluiceContainer> members = new ArrayList<>();
    /** Fixed, as a container that is started again would get other ones. */
    private final List<Integer> ports = new ArrayList<>();

    @AfterEach
    void stopAll() {
        members.forEach(SluiceContainer::stop);
        network.close();
    }

    private void startMembers() throws Exception {
        for (int id = 1; id <= MEMBERS; id++) {
            int port = freePort();
            SluiceContainer member = member(id).withExposedPorts(CLIENT_PORT);
            member.setPortBindings(List.of(port + ":" + CLIENT_PORT));
            ports.add(port);
            members.add(member);
            member.start();
        }
        awaitServing(0, 1, 2);
    }

    private SluiceContainer member(int id) throws Images.UnavailableException {
        Optional<String> genuine = Images.setting(Images.ZOOKEEPER_SETTING);
        if (genuine.isPresent()) {
            return SluiceContainer.ofImage(genuine.get(), network, host(id),
                    Map.of("ZOO_MY_ID", "" + id, "ZOO_TICK_TIME", TICK_MILLIS, "ZOO_INIT_LIMIT", "20", "ZOO_SERVERS",
                            everyMember("server.%d=%s:2888:3888;" + CLIENT_PORT, " ")));
        }
        return SluiceContainer.of(network, host(id), List.of("tracker", "--id", "" + id, "--data", "/data", "--tick",
                TICK_MILLIS, "--servers", everyMember("%2$s:2888:3888:" + CLIENT_PORT, ",")));
    }

    private static String host(int id) {
        return "tracker" + id;
    }

    private static String everyMember(String format, String separator) {
        return IntStream.rangeClosed(1, MEMBERS)
                .mapToObj(id -> String.format(format, id, host(id)))
                .collect(Collectors.joining(separator));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private String addresses() {
        String host = members.getFirst().getHost();
        return ports.stream().map(port -> host + ":" + port).collect(Collectors.joining(","));
    }

    /** What a member says of its part in the ensemble: leader, follower, or nothing while it does not serve. */
    private String mode(int member) {
        try (Socket socket = new Socket(members.get(member).getHost(), ports.get(member))) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(line -> line.startsWith("Mode: "))
                    .map(line -> line.substring("Mode: ".length()))
                    .findFirst()
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }

    private void awaitServing(int... which) throws Exception {
        for (int member : which) {
            Await.that("tracker " + (member + 1) + " serves: " + members.get(member), () -> !mode(member).isEmpty());
        }
    }

    private int leader() throws Exception {
        int[] leader = {-1};
        Await.that("one leads", () -> {
            for (int member = 0; member < MEMBERS; member++) {
                if (mode(member).equals("leader")) {
                    leader[0] = member;
                }
            }
            return leader[0] >= 0;
        });
        return leader[0];
    }

    private static Registration worker(String name) {
        return new Registration(new PeerId(name + ".00000000"), PeerInfo.Role.WORKER, 1_000, 1, "0.1.0",
                Set.of("SHA-256"),
                Optional.empty());
    }

    private static Presence register(Tracker tracker, String name) throws Exception {
        List<Presence> presences = new ArrayList<>();
        Await.that(name + " can register", () -> {
            try {
                presences.add(tracker.directory().register(worker(name)));
                return true;
            } catch (TrackerException e) {
                return false; // there is no leader yet
            }
        });
        return presences.getFirst();
    }

    private static List<String> names(Tracker tracker) {
        return tracker.directory().live().stream().map(peer -> peer.peer().name()).toList();
    }

    private static void awaitNames(Tracker tracker, String... names) throws Exception {
        List<String> expected = List.of(names);
        Await.that(expected + " are seen", () -> names(tracker).equals(expected));
    }

    @Test
    void oneLostIsNotNoticedTwoLostLeaveTheOldListAndAllComeBack() throws Exception {
        startMembers();
        try (Tracker ours = Tracker.connect(addresses(), Duration.ofSeconds(30), SESSION);
                Tracker theirs = Tracker.connect(addresses(), Duration.ofSeconds(30), SESSION)) {
            var _ = register(ours, "anna");
            awaitNames(theirs, "anna");

            int first = leader();
            members.get(first).terminate(STOP_PATIENCE);
            Presence berta = register(ours, "berta");
            awaitNames(theirs, "anna", "berta");

            int second = leader();
            members.get(second).terminate(STOP_PATIENCE);
            Await.that("the loss of the majority is noticed", () -> !theirs.connected() && !ours.connected());
            assertEquals(List.of("anna", "berta"), names(theirs), "the list goes on being used");
            assertThrows(TrackerException.class, () -> theirs.directory().register(worker("clara")));

            members.get(first).startAgain();
            members.get(second).startAgain();
            awaitServing(0, 1, 2);
            var _ = register(theirs, "dora");
            awaitNames(theirs, "anna", "berta", "dora");
            awaitNames(ours, "anna", "berta", "dora");
            berta.close();
            awaitNames(theirs, "anna", "dora");
        }
    }
}
