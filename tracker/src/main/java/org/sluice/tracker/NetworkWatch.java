package org.sluice.tracker;

import java.time.Duration;
import java.util.function.Consumer;

import org.sluice.schemas.kafka.Servers;
import org.sluice.tracker.node.MalformedNodeException;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.OwnThread;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.Subscription;
import org.sluice.tracker.node.TrackerException;

import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells where the rest of the network is: once at the start, then after every change and every reconnection.
 *
 * <p>It compares nothing, for a tracker that lost all it had may give a new node the very version of the old one.
 */
final class NetworkWatch implements Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkWatch.class);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);

    private final Nodes nodes;
    private final Consumer<Servers> listener;
    private final OwnThread thread = new OwnThread("sluice-network-watch");
    private final PersistentWatcher watcher;

    NetworkWatch(Nodes nodes, Consumer<Servers> listener) {
        this.nodes = nodes;
        this.listener = listener;
        watcher = new PersistentWatcher(nodes.client(), Paths.NETWORK, false);
        watcher.getListenable().addListener(_ -> thread.run(this::read));
        watcher.getResetListenable().addListener(() -> thread.run(this::read));
        watcher.start();
    }

    private void read() {
        Nodes.Content content;
        try {
            content = nodes.read(Paths.NETWORK);
        } catch (TrackerException e) {
            LOG.debug("{}", e.getMessage());
            thread.runAfter(RETRY_PAUSE, this::read);
            return;
        }
        if (content != null) {
            try {
                listener.accept(NodeData.servers(content.data()));
            } catch (MalformedNodeException e) {
                LOG.warn("Ignoring the network's new description: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        watcher.close();
        thread.close();
    }
}
