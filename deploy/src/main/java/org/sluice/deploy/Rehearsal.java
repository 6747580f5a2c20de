package org.sluice.deploy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;

import org.sluice.tracker.Tracker;

import org.apache.kafka.clients.admin.Admin;

/**
 * The run from which the launcher makes the ahead-of-time cache: what nearly every start does, once.
 *
 * <p>The JVM records which classes are loaded and linked; later starts find them ready.
 */
final class Rehearsal {
    private Rehearsal() {}

    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        Main.execute("--version");
        Main.execute("up", "--help");
        try (EmbeddedNetwork network = EmbeddedNetwork.startTemporary();
                Tracker tracker = Tracker.connect(network.trackerAddress(), Duration.ofSeconds(20));
                Admin admin = Admin.create(Map.of("bootstrap.servers", tracker.network().bootstrapServers()))) {
            admin.listTopics().names().get();
        }
        System.exit(0);
    }
}
