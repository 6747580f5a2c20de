package org.sluice.tracker;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;

import org.sluice.schemas.kafka.Servers;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;

import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whom a tracker lets in, and that who is not let in is told so where ZooKeeper's client only waits. */
@Tag("slow")
class TrackerAccessTest {
    private static final Servers SERVERS = new Servers("127.0.0.1:9092", "http://127.0.0.1:8081");

    @RegisterExtension
    private final LocalTracker open = new LocalTracker();

    @TempDir
    private Path folder = Path.of("");

    /** The logins of this process, named by their passwords. */
    @BeforeEach
    void logIn() {
        Configuration.setConfiguration(new Configuration() {
            @Override
            public AppConfigurationEntry @Nullable [] getAppConfigurationEntry(String name) {
                return name.equals("right") || name.equals("wrong")
                        ? new AppConfigurationEntry[]{new AppConfigurationEntry(DigestLoginModule.class.getName(),
                                LoginModuleControlFlag.REQUIRED, Map.of("username", "anna", "password", name))}
                        : null;
            }
        });
    }

    @AfterEach
    void logOut() {
        Configuration.setConfiguration(null);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Tracker connect(String address, String login) {
        return Tracker.connect(address, Samples.CONNECTING, Map.of("zookeeper.sasl.clientconfig", login,
                "zookeeper.fips-mode", "false"));
    }

    @Test
    @Timeout(120)
    void aWrongLoginIsToldFromSilence() throws Exception {
        try (SaslServer server = SaslServer.start(folder, freePort(), "right")) {
            try (Tracker ours = connect(server.address(), "right")) {
                ours.publishNetwork(SERVERS);
            }
            TrackerRefusedException refused = assertThrows(TrackerRefusedException.class, () -> {
                try (Tracker theirs = connect(server.address(), "wrong")) {
                    var _ = theirs.network();
                }
            });
            assertTrue(String.valueOf(refused.getMessage()).contains("does not let this process in"),
                    refused.getMessage());
            assertThrows(TrackerRefusedException.class, () -> {
                try (Tracker nobodys = Tracker.connect(server.address(), Samples.CONNECTING)) {
                    var _ = nobodys.network();
                }
            });
        }
    }

    @Test
    @Timeout(120)
    void whoIsLetInNoMoreHearsThatItIsOver() throws Exception {
        int port = freePort();
        try (SaslServer server = SaslServer.start(folder, port, "right");
                Tracker ours = connect(server.address(), "right")) {
            ours.publishNetwork(SERVERS);
            assertEquals(Optional.empty(), ours.refusal());
            server.kill();
            try (SaslServer _ = SaslServer.start(folder, port, "another")) {
                Await.that("it is told", () -> ours.refusal().isPresent());
            }
        }
    }

    @Test
    void settingsThatCannotBeUsedAreToldAtOnce() {
        Path missing = folder.resolve("missing.p12");
        TrackerRefusedException refused = assertThrows(TrackerRefusedException.class,
                () -> Tracker.connect(open.server().address(), Samples.CONNECTING,
                        Map.of("zookeeper.client.secure", "true", "zookeeper.ssl.trustStore.location",
                                missing.toString(), "zookeeper.ssl.trustStore.password", "a-secret")));
        assertTrue(String.valueOf(refused.getMessage()).contains(missing.toString()), refused.getMessage());
        assertFalse(String.valueOf(refused.getMessage()).contains("a-secret"), refused.getMessage());
    }

    @Test
    void aServerThatSpeaksNoTlsIsNamed() {
        TrackerRefusedException refused = assertThrows(TrackerRefusedException.class,
                () -> Tracker.connect(open.server().address(), Samples.CONNECTING,
                        Map.of("zookeeper.client.secure", "true")));
        assertTrue(String.valueOf(refused.getMessage()).contains("does not speak TLS"), refused.getMessage());
    }

    @Test
    void aServerTellsWhatItIs() {
        ServerProbe.Description described = ServerProbe.with(Map.of())
                .describe(open.server().address())
                .orElseThrow();
        assertTrue(described.version().matches("3\\.9\\.\\d+.*"), described::toString);
        assertEquals("standalone", described.mode());
        assertEquals(Optional.empty(), ServerProbe.with(Map.of()).refusal(open.server().address()));
    }

    /** Who only asks makes nothing; Curator would make the path. */
    @ParameterizedTest
    @ValueSource(strings = {"/sluice-typo", "/one/two"})
    void aPathThatIsNotThereIsToldAndNotMade(String path) throws Exception {
        String address = open.server().address() + path;
        TrackerException missing = assertThrows(TrackerException.class,
                () -> Tracker.connect(address, Samples.CONNECTING));
        assertTrue(String.valueOf(missing.getMessage()).contains("has nothing at the path " + path),
                missing.getMessage());
        assertNull(open.connect().client().checkExists().forPath(path.replaceFirst("(?<=.)/.*", "")));

        try (Tracker first = Tracker.connectCreating(address, Samples.CONNECTING, Map.of())) {
            first.publishNetwork(SERVERS);
        }
        try (Tracker next = Tracker.connect(address, Samples.CONNECTING)) {
            assertEquals(SERVERS, next.network());
        }
    }
}
