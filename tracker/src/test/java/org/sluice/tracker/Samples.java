package org.sluice.tracker;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.tracker.node.JobRecord;
import org.sluice.tracker.node.JobState;
import org.sluice.tracker.node.Registration;

import org.apache.zookeeper.ZooKeeper;

/** What the tests of the tracker have in common. */
public final class Samples {
    public static final Duration TICK = Duration.ofMillis(500);
    /** The shortest that a server with these ticks allows. */
    static final Duration SESSION = Duration.ofSeconds(1);
    public static final Duration CONNECTING = Duration.ofSeconds(20);

    private Samples() {}

    public static Tracker connect(String address) {
        return Tracker.connect(address, CONNECTING, SESSION);
    }

    public static Registration worker(String name) {
        return new Registration(new PeerId(name), PeerInfo.Role.WORKER, 0, 4, "0.1.0", Set.of("SHA-256"),
                Optional.of("some-machine"));
    }

    public static JobRecord job(String name) {
        Instant now = Instant.parse("2026-01-02T03:04:05Z");
        return new JobRecord(new JobId("anna." + name), JobState.RUNNING, now, now.plus(Duration.ofDays(7)),
                "integers 0 to 1000, 12 zeros", new PeerId("submitter.00000001"), 0);
    }

    /** The record that a job has in the tracker once it was entered: at that time, by the tracker's clock. */
    static JobRecord entered(JobRecord job, JobRegistry jobs) {
        Instant at = jobs.find(job.job()).orElseThrow().created();
        return new JobRecord(job.job(), job.state(), at, at.plus(Duration.between(job.created(), job.expires())),
                job.description(), job.submitter(), job.rootEpoch());
    }

    /** A process of the given class on the test's class path. */
    public static ProcessBuilder java(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    /** Ends a client's session as its expiry would: another connection takes it over and closes it. */
    static void endSession(Tracker tracker) throws Exception {
        ZooKeeper original = tracker.client().getZookeeperClient().getZooKeeper();
        ZooKeeper twin = new ZooKeeper(tracker.client().getZookeeperClient().getCurrentConnectionString(), 5000,
                _ -> {}, original.getSessionId(), original.getSessionPasswd());
        try {
            Await.that("the session is taken over", () -> twin.getState().isConnected());
        } finally {
            twin.close();
        }
    }
}
