package org.sluice.tracker;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

import org.sluice.tracker.address.EnsembleTest;
import org.sluice.tracker.server.Member;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What goes wrong at the command line; what goes right is shown by {@link EnsembleTest}. */
class TrackerCommandTest {
    private final StringWriter errors = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new TrackerCommand()).setErr(new PrintWriter(errors)).execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--data d", "--servers a:1:2:3", "--data d --servers a", "--data d --servers a:1:2",
            "--data d --servers a:1:2:3:4", "--data d --servers a:1:2:0", "--data d --servers :1:2:3",
            "--data d --servers [::1:1:2:3", "--data d --servers a:1:2:3 --id 2", "--data d --servers a:1:2:3 --id 0",
            "--data d --servers a:1:2:3 --id x", "--data d --servers a:1:2:3 --tick 1"})
    void wrongUsageIsStatusTwo(String arguments) {
        assertEquals(2, run(arguments.isEmpty() ? new String[0] : arguments.split(" ")));
        assertTrue(!errors.toString().isBlank() && !errors.toString().contains("\tat "), errors.toString());
    }

    @Test
    void aPortInUseIsStatusThreeAndOneLine(@TempDir Path folder) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int status = run("--data", folder.toString(), "--servers", "127.0.0.1:1:2:" + taken.getLocalPort());
            assertEquals(3, status);
            assertEquals(1, errors.toString().lines().count(), errors.toString());
            assertTrue(errors.toString().contains("port " + taken.getLocalPort()), errors.toString());
        }
    }

    @Test
    void membersAreReadAndWrittenAsZooKeeperDoes() {
        assertEquals(new Member("t1.example", 2888, 3888, 2181), Member.parse(" t1.example:2888:3888:2181"));
        assertEquals("t1:1:2:participant;t1:3", Member.parse("t1:1:2:3").configuration("t1"));
        assertEquals("[::1]:1:2:participant;[::1]:3", Member.parse("[::1]:1:2:3").configuration("::1"));
        assertThrows(IllegalArgumentException.class, () -> Member.parse("a/b:1:2:3"));
    }
}
