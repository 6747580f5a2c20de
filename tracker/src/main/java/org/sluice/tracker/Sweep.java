package org.sluice.tracker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.sluice.protocol.value.PeerId;
import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.Paths;

import org.apache.zookeeper.data.Stat;

/**
 * The removal of parents whose live node is gone. ZooKeeper does not say since when a node is empty, so the sweep
 * remembers since when it has seen it so; a change in between (the peer came back and went) starts the time anew.
 */
final class Sweep {
    private final Nodes nodes;
    private final Map<PeerId, Empty> seen = new HashMap<>();

    Sweep(Nodes nodes) {
        this.nodes = nodes;
    }

    private record Empty(long sinceNanos, long childrenZxid) {}

    synchronized Set<PeerId> run(Duration grace) {
        long now = System.nanoTime();
        Map<PeerId, Empty> empty = new TreeMap<>();
        for (String name : nodes.children(Paths.PEERS)) {
            Paths.peerNamed(name).ifPresent(peer -> {
                Stat stat = nodes.ask("looking for " + peer, client -> client.checkExists().forPath(Paths.peer(peer)));
                if (stat != null && stat.getNumChildren() == 0) {
                    Empty before = seen.get(peer);
                    empty.put(peer, before != null && before.childrenZxid() == stat.getPzxid()
                            ? before
                            : new Empty(now, stat.getPzxid()));
                }
            });
        }
        Set<PeerId> swept = new TreeSet<>();
        empty.forEach((peer, since) -> {
            if (now - since.sinceNanos() >= grace.toNanos() && nodes.delete(Paths.peer(peer))) {
                swept.add(peer);
            }
        });
        seen.clear();
        seen.putAll(empty);
        seen.keySet().removeAll(swept);
        return swept;
    }
}
