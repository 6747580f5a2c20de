package org.sluice.tracker.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The tracker's nodes as one connection sees them: reads and writes that block until they are answered, for about
 * {@link #patience()}, and then throw a {@link TrackerException}. Outcomes that a caller must tell apart (a node is
 * missing, or is there already) come back as values or as the {@link KeeperException} itself.
 */
public final class Nodes {
    private static final byte[] NOTHING = {};
    private static final int ANY_VERSION = -1;

    private final CuratorFramework client;
    private final String address;
    private final Duration patience;
    private final Supplier<Optional<TrackerRefusedException>> refusal;
    private final LastingRefusal<TrackerRefusedException> refusals;

    /**
     * The nodes that a connection sees.
     *
     * @param refusal why this process is not let in, if that is known: the client itself only sees silence
     * @param refusals hears of refusals that the process cannot live with
     */
    public Nodes(CuratorFramework client, String address, Duration patience,
            Supplier<Optional<TrackerRefusedException>> refusal, LastingRefusal<TrackerRefusedException> refusals) {
        this.client = client;
        this.address = address;
        this.patience = patience;
        this.refusal = refusal;
        this.refusals = refusals;
    }

    /** What is asked of ZooKeeper. */
    @FunctionalInterface
    public interface Operation<T extends @Nullable Object> {
        T run(CuratorFramework client) throws Exception;
    }

    public CuratorFramework client() {
        return client;
    }

    public Duration patience() {
        return patience;
    }

    /** Refuses to begin anything on a connection that was closed. */
    public void requireOpen() {
        if (client.getState() != CuratorFrameworkState.STARTED) {
            throw closed(null);
        }
    }

    public boolean connected() {
        return client.getZookeeperClient().isConnected();
    }

    /** The id of the session that this connection has now. */
    public long session() {
        return ask("reading the session", client -> client.getZookeeperClient().getZooKeeper().getSessionId());
    }

    /** Runs an operation; every way in which it can fail becomes a {@link TrackerException}. */
    public <T extends @Nullable Object> T ask(String doing, Operation<T> operation) {
        try {
            return operation.run(client);
        } catch (KeeperException.ConnectionLossException | KeeperException.OperationTimeoutException
                | KeeperException.SessionExpiredException e) {
            throw refusal.get()
                    .<TrackerException>map(known -> known)
                    .orElseGet(() -> new TrackerException("the tracker at " + address + " did not answer while "
                            + doing, e));
        } catch (KeeperException.NoAuthException e) {
            throw new TrackerRefusedException("the tracker at " + address + " does not permit " + doing + ": "
                    + e.code() + "; see --tracker-properties", e);
        } catch (KeeperException.AuthFailedException | KeeperException.SessionClosedRequireAuthException e) {
            throw refusal.get()
                    .orElseGet(() -> new TrackerRefusedException("the tracker at " + address
                            + " does not let this process in: " + e.code() + "; see --tracker-properties", e));
        } catch (KeeperException e) {
            throw new TrackerException("the tracker at " + address + " refused " + doing + ": " + e.code(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrackerException("interrupted while " + doing, e);
        } catch (RuntimeException e) {
            if (client.getState() != CuratorFrameworkState.STARTED) {
                throw closed(e);
            }
            throw e;
        } catch (Exception e) {
            throw new TrackerException("the tracker at " + address + " failed while " + doing + ": " + e.getMessage(),
                    e);
        }
    }

    /** Something that the process cannot do without has failed. If it was refused, and the refusal lasts, the process ends. */
    public void needed(TrackerException failure) {
        if (failure instanceof TrackerRefusedException refused) {
            refusals.heard(refused);
        }
    }

    /** A node's data with its version and owner. */
    public static final class Content {
        private final byte @Nullable [] data;
        private final Stat stat;

        private Content(byte @Nullable [] data, Stat stat) {
            this.data = data;
            this.stat = stat;
        }

        public byte @Nullable [] data() {
            return data;
        }

        public Stat stat() {
            return stat;
        }
    }

    /** Reads a node; null when there is none. */
    @Nullable
    public Content read(String path) {
        return ask("reading " + path, client -> {
            Stat stat = new Stat();
            try {
                byte[] data = client.getData().storingStatIn(stat).forPath(path);
                return new Content(data, stat);
            } catch (KeeperException.NoNodeException e) {
                return null;
            }
        });
    }

    /**
     * The tracker's own time, which is that of a write: so the session is alive, and what is read after this is not older.
     */
    public Instant time() {
        return ask("asking for the time", client -> {
            while (true) {
                try {
                    return Instant.ofEpochMilli(client.setData().forPath(Paths.TIME, NOTHING).getMtime());
                } catch (KeeperException.NoNodeException e) {
                    var _ = client.create().orSetData().creatingParentsIfNeeded().forPath(Paths.TIME, NOTHING);
                }
            }
        });
    }

    /** The names of a node's children; none when there is no such node. */
    public List<String> children(String path) {
        return ask("listing " + path, client -> {
            try {
                return client.getChildren().forPath(path);
            } catch (KeeperException.NoNodeException e) {
                return List.of();
            }
        });
    }

    /** Deletes a node; false when it has children. A node that is not there counts as deleted. */
    public boolean delete(String path) {
        return delete(path, ANY_VERSION);
    }

    /** The same; false, too, when the node has been written since it had the given version. */
    public boolean delete(String path, int version) {
        return ask("deleting " + path, client -> {
            try {
                client.delete().withVersion(version).forPath(path);
            } catch (KeeperException.NoNodeException e) {
                return true;
            } catch (KeeperException.NotEmptyException | KeeperException.BadVersionException e) {
                return false;
            }
            return true;
        });
    }

    private TrackerException closed(@Nullable Throwable cause) {
        return new TrackerException("the connection to the tracker at " + address + " is closed", cause);
    }
}
