package org.sluice.tracker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.Paths;

import org.apache.zookeeper.data.Stat;

/**
 * The removal of names that no peer bears any more. ZooKeeper does not say since when a node is empty, so the sweep
 * remembers since when it has seen it so; a change in between (a peer came and went) starts the time anew.
 */
final class Sweep {
    private final Nodes nodes;
    private final Map<String, Empty> seen = new HashMap<>();

    Sweep(Nodes nodes) {
        this.nodes = nodes;
    }

    private record Empty(long sinceNanos, long childrenZxid) {}

    synchronized Set<String> run(Duration grace) {
        long now = System.nanoTime();
        Map<String, Empty> empty = new TreeMap<>();
        for (String name : nodes.children(Paths.PEERS)) {
            if (Paths.isOwner(name)) {
                Stat stat = nodes.ask("looking for " + name,
                        client -> client.checkExists().forPath(Paths.peersCalled(name)));
                if (stat != null && stat.getNumChildren() == 0) {
                    Empty before = seen.get(name);
                    empty.put(name, before != null && before.childrenZxid() == stat.getPzxid()
                            ? before
                            : new Empty(now, stat.getPzxid()));
                }
            }
        }
        Set<String> swept = new TreeSet<>();
        empty.forEach((name, since) -> {
            if (now - since.sinceNanos() >= grace.toNanos() && nodes.delete(Paths.peersCalled(name))) {
                swept.add(name);
            }
        });
        seen.clear();
        seen.putAll(empty);
        seen.keySet().removeAll(swept);
        return swept;
    }
}
