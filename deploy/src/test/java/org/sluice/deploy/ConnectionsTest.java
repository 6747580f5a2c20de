package org.sluice.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

import org.sluice.deploy.embedded.Ports;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.Servers;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.server.TrackerServer;
import org.sluice.worker.runtime.Connections;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class ConnectionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A worker tries again every two seconds, for weeks if need be. */
    @Test
    @Timeout(120)
    void whoCannotJoinLeavesNoClientBehind(@TempDir Path data) throws Exception {
        try (TrackerServer server = TrackerServer.standalone(data, "127.0.0.1", 0)) {
            int nobody = Ports.free("127.0.0.1");
            try (Tracker tracker = Tracker.connect(server.address(), PATIENCE)) {
                tracker.publishNetwork(new Servers("127.0.0.1:" + nobody, "http://127.0.0.1:" + nobody));
            }

            Set<String> before = kafkaClients();

            assertThrows(ServersUnavailableException.class, () -> Connections.join(server.address(), PATIENCE));

            assertEquals(before, kafkaClients());
        }
    }

    private static Set<String> kafkaClients() {
        return Thread.getAllStackTraces()
                .keySet()
                .stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("kafka-producer") || name.startsWith("kafka-admin"))
                .collect(Collectors.toSet());
    }
}
