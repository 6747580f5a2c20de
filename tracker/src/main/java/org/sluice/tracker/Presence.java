package org.sluice.tracker;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.sluice.protocol.value.PeerId;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.OwnThread;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.Registration;
import org.sluice.tracker.node.TrackerException;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A peer's registration in the tracker, kept up until it is closed: when the session that held its node is lost, the
 * same node is created again.
 *
 * <p>All work on the node happens on one thread, which the presences of a connection share.
 */
public final class Presence implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);
    /** A peer's rate becomes known soon after it joined; so this many updates are written without waiting. */
    private static final int PROMPT_UPDATES = 2;
    private static final int ATTEMPTS = 5;
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    private static final Duration LEAVE_PATIENCE = Duration.ofMillis(700);

    private final Nodes nodes;
    private final OwnThread thread;
    private final Duration updateInterval;
    private final Consumer<Presence> onLeft;
    private final PeerId peer;

    private volatile Registration wanted;
    private volatile boolean closed;
    private volatile boolean superseded;

    // Used by the thread alone.
    private byte @Nullable [] stored;
    private boolean storedAsPaused;
    private int updates;
    private long lastWriteNanos;
    private boolean updateScheduled;
    private boolean confirmScheduled;

    Presence(Nodes nodes, OwnThread thread, Duration updateInterval, Registration registration,
            Consumer<Presence> onLeft) {
        this.nodes = nodes;
        this.thread = thread;
        this.updateInterval = updateInterval;
        this.wanted = registration;
        this.peer = registration.peer();
        this.onLeft = onLeft;
    }

    /** Whose it is. */
    public PeerId peer() {
        return peer;
    }

    /**
     * Says something new of the peer. The first two updates are written at once, and so is that it pauses or resumes;
     * others at most once a minute (the newest counts), because every peer of the network reads each of them. Does not
     * block.
     */
    public void update(Registration registration) {
        if (!registration.peer().equals(peer)) {
            throw new IllegalArgumentException("a presence cannot change its peer from " + peer + " to "
                    + registration.peer());
        }
        wanted = registration;
        thread.run(this::writeUpdate);
    }

    /**
     * Leaves: the peer's node is deleted, and that of its name if nobody else bears it. Takes at most about a second; when the tracker does not answer they are deleted
     * later, or go with the session.
     */
    @Override
    public void close() {
        if (!closed) {
            awaitLeaving(leave());
        }
    }

    /** Leaves its nodes to the next presence of the same peer; false when it is not about to leave. */
    boolean supersede() {
        superseded = closed;
        return superseded;
    }

    /** Begins to leave. */
    CompletableFuture<Void> leave() {
        closed = true;
        CompletableFuture<Void> left = new CompletableFuture<>();
        thread.run(() -> {
            confirmOrRetry();
            left.complete(null);
        });
        return left;
    }

    /** Waits for what {@link #leave} has begun, a moment, and only if the tracker can be reached. */
    void awaitLeaving(CompletableFuture<?> left) {
        if (!nodes.connected()) {
            return;
        }
        try {
            left.get(LEAVE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.debug("The tracker did not answer in time when {} left", peer);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes sure, soon, that the nodes are as they should be; tries until they are. */
    void confirmSoon() {
        thread.run(this::confirmOrRetry);
    }

    /** The same after a pause, for the case that somebody else meddles with the nodes. */
    void confirmLater() {
        thread.run(this::retryConfirm);
    }

    /** Makes the nodes as they should be, now and on the caller's thread, before any other work. */
    void establish() {
        confirm();
    }

    private void confirmOrRetry() {
        try {
            confirm();
        } catch (TrackerException e) {
            LOG.debug("{}", e.getMessage());
            nodes.needed(e);
            retryConfirm();
        }
    }

    private void retryConfirm() {
        if (!confirmScheduled) {
            confirmScheduled = true;
            thread.runAfter(RETRY_PAUSE, () -> {
                confirmScheduled = false;
                confirmOrRetry();
            });
        }
    }

    private void confirm() {
        if (superseded) {
            return;
        }
        if (closed) {
            nodes.delete(Paths.peer(peer));
            // Unless others bear the same name.
            nodes.delete(Paths.peersCalled(peer.name()));
            onLeft.accept(this);
            return;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long session = nodes.session();
            Stat live = nodes.ask("looking for " + peer, client -> client.checkExists().forPath(Paths.peer(peer)));
            if (live != null && live.getEphemeralOwner() == session) {
                writeUpdate();
                return;
            }
            Registration written = wanted;
            byte[] data = NodeData.encode(written);
            if (live == null ? create(data) : replace(live, data)) {
                wrote(written, data);
            }
        }
        throw new TrackerException(
                "the node of " + peer + " changes under our hands; does another process use this id?",
                null);
    }

    private void wrote(Registration written, byte[] data) {
        stored = data;
        storedAsPaused = written.paused().isPresent();
        lastWriteNanos = System.nanoTime();
    }

    /** Creates the nodes of peer and name; false when somebody was faster, or the name's went away in between. */
    private boolean create(byte[] data) {
        return nodes.ask("registering " + peer, client -> {
            try {
                client.create()
                        .creatingParentsIfNeeded()
                        .withMode(CreateMode.CONTAINER)
                        .forPath(Paths.peersCalled(peer.name()), new byte[0]);
            } catch (KeeperException.NodeExistsException e) {
                // Of a former session, or another peer of this name.
            }
            try {
                client.create().withMode(CreateMode.EPHEMERAL).forPath(Paths.peer(peer), data);
                return true;
            } catch (KeeperException.NodeExistsException | KeeperException.NoNodeException e) {
                return false;
            }
        });
    }

    /** Puts our session's node in the place of one that a former session of this peer left; false when it changed. */
    private boolean replace(Stat old, byte[] data) {
        return nodes.ask("registering " + peer + " again", client -> {
            try {
                var _ = client.transaction()
                        .forOperations(
                                client.transactionOp().delete().withVersion(old.getVersion()).forPath(Paths.peer(peer)),
                                client.transactionOp()
                                        .create()
                                        .withMode(CreateMode.EPHEMERAL)
                                        .forPath(Paths.peer(peer), data));
                return true;
            } catch (KeeperException.BadVersionException | KeeperException.NoNodeException
                    | KeeperException.NodeExistsException e) {
                return false;
            }
        });
    }

    /** Writes what is wanted if it is not what the node holds, now or when the time has come. */
    private void writeUpdate() {
        Registration written = wanted;
        byte[] data = NodeData.encode(written);
        if (closed || Arrays.equals(data, stored)) {
            return;
        }
        boolean prompt = updates < PROMPT_UPDATES || written.paused().isPresent() != storedAsPaused;
        long wait = prompt ? 0 : lastWriteNanos + updateInterval.toNanos() - System.nanoTime();
        if (wait > 0) {
            if (!updateScheduled) {
                updateScheduled = true;
                thread.runAfter(Duration.ofNanos(wait), () -> {
                    updateScheduled = false;
                    writeUpdate();
                });
            }
            return;
        }
        try {
            nodes.ask("updating " + peer, client -> client.setData().forPath(Paths.peer(peer), data));
            wrote(written, data);
            updates++;
        } catch (TrackerException e) {
            LOG.debug("{}", e.getMessage());
            nodes.needed(e);
            retryConfirm(); // creates the node if it is gone, and comes back here if it is not
        }
    }
}
