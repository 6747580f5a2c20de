package org.sluice.deploy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.sluice.deploy.embedded.DataFolder;
import org.sluice.schemas.kafka.Servers;
import org.sluice.tracker.Tracker;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** {@code ./sluice up} as a process of its own, which can be killed. */
@Tag("slow")
final class UpCommandTest {
    private static final Duration BOUND = Duration.ofSeconds(90);

    @TempDir
    private Path folder;

    @Test
    @Timeout(180)
    void goesOnAfterAKillAndStopsInOrderWhenAsked() throws Exception {
        Servers servers;
        String address;
        try (Up up = new Up(folder.resolve("data"), folder.resolve("first.err"))) {
            address = up.trackerAddress();
            servers = published(address);
            up.process.destroyForcibly();
            assertTrue(up.process.waitFor(BOUND));
        }
        try (Up up = new Up(folder.resolve("data"), folder.resolve("second.err"))) {
            assertEquals(address, up.trackerAddress());
            assertEquals(servers, published(address));
            // Unlike the process's own method, the handle's leaves the streams open.
            assertTrue(up.process.toHandle().destroy());
            assertTrue(up.process.waitFor(BOUND));
            assertNotEquals(0, up.process.exitValue());
            assertEquals("The network has stopped.", up.output.readAllLines().getLast());
        }
        assertEquals("", Files.readString(folder.resolve("first.err")));
        assertEquals("", Files.readString(folder.resolve("second.err")));
        DataFolder.open(folder.resolve("data")).close();
    }

    private static Servers published(String address) {
        try (Tracker tracker = Tracker.connect(address, BOUND)) {
            return tracker.network();
        }
    }

    private static final class Up implements AutoCloseable {
        private final Process process;
        private final BufferedReader output;

        Up(Path data, Path errors) throws IOException {
            // The options that the launcher gives; see there.
            List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
                    "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                    "-Dzookeeper.admin.enableServer=false", "-cp", System.getProperty("java.class.path"),
                    "org.sluice.deploy.Main"));
            command.addAll(List.of("up", "--port", "0", "--data", data.toString()));
            process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            output = process.inputReader();
        }

        /** From what is printed when the network is up. */
        String trackerAddress() throws IOException {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.strip().startsWith("Tracker ")) {
                    return line.strip().substring("Tracker ".length()).strip();
                }
            }
            throw new IOException("the network said nothing of its tracker");
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
