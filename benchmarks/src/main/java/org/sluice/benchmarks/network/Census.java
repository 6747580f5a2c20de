package org.sluice.benchmarks.network;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

import org.sluice.worker.runtime.Connections;

import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/** Counts what a network has: {@code Census TRACKER} prints how many topics of Kafka and how many nodes of ZooKeeper there are. */
public final class Census {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Census() {}

    /** Runs it. */
    public static void main(String[] arguments) throws IOException, InterruptedException, KeeperException {
        String tracker = arguments[0];
        CountDownLatch connected = new CountDownLatch(1);
        ZooKeeper client = new ZooKeeper(tracker, (int) PATIENCE.toMillis(), event -> {
            if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
            }
        });
        try (Connections connections = Connections.join(tracker, PATIENCE)) {
            connected.await();
            System.out.println(connections.topics().list().size() + " " + client.getAllChildrenNumber("/"));
        } finally {
            client.close();
        }
    }
}
