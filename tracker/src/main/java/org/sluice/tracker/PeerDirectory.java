package org.sluice.tracker;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.value.PeerId;
import org.sluice.tracker.node.MalformedNodeException;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.OwnThread;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.PeerRecord;
import org.sluice.tracker.node.Registration;
import org.sluice.tracker.node.Subscription;
import org.sluice.tracker.node.TrackerException;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorEvent;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is alive, as far as the tracker knows: a list that is kept up to date by one watch on all peers' nodes.
 *
 * <p>The watch starts with the first question. While the tracker is not reached the last list goes on being used; after
 * every reconnection everything is read again. Changes that come close together (hundreds of nodes that vanish with one
 * machine room) are handed on together.
 */
public final class PeerDirectory {
    static final Duration UPDATE_INTERVAL = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(PeerDirectory.class);
    /** How long changes are collected before they are read; a vanished peer is noticed that much later. */
    private static final Duration COLLECTING = Duration.ofMillis(50);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
    /** So many nodes are asked for at once. */
    private static final int BATCH = 500;
    /** Malformed nodes that are remembered so as to be logged once. */
    private static final int MAX_REPORTED = 10_000;

    private final Nodes nodes;
    private final Duration updateInterval;
    private final OwnThread thread = new OwnThread("sluice-peer-directory");
    private final OwnThread presenceThread = new OwnThread("sluice-presence");
    private final Map<PeerId, Presence> presences = new ConcurrentHashMap<>();
    private final List<Consumer<List<PeerInfo>>> watchers = new CopyOnWriteArrayList<>();
    private final Sweep sweep;
    private final CompletableFuture<Void> firstList = new CompletableFuture<>();

    private @Nullable PersistentWatcher watcher;
    private volatile List<PeerRecord> records = List.of();

    // Used by the thread alone.
    private final Map<PeerId, PeerRecord> known = new TreeMap<>();
    private final Set<PeerId> changed = new HashSet<>();
    private final Set<String> reported = new HashSet<>();
    private List<PeerInfo> announced = List.of();
    private boolean everythingChanged;
    private boolean readScheduled;

    PeerDirectory(Nodes nodes, Duration updateInterval) {
        this.nodes = nodes;
        this.updateInterval = updateInterval;
        this.sweep = new Sweep(nodes);
    }

    /**
     * Registers a peer of this process and keeps it registered.
     *
     * @throws IllegalStateException if this process has already registered it
     * @throws TrackerException if the tracker does not answer
     */
    public Presence register(Registration registration) {
        nodes.requireOpen();
        Presence presence = new Presence(nodes, presenceThread, updateInterval, registration,
                gone -> presences.remove(gone.peer(), gone));
        presences.merge(registration.peer(), presence, (former, next) -> {
            if (!former.supersede()) {
                throw new IllegalStateException(registration.peer() + " is already registered by this process");
            }
            return next;
        });
        CompletableFuture<Void> established = new CompletableFuture<>();
        presenceThread.run(() -> {
            try {
                presence.establish();
                established.complete(null);
            } catch (RuntimeException e) {
                established.completeExceptionally(e);
            }
        });
        try {
            await(established, nodes.patience().multipliedBy(4), "registering " + registration.peer());
        } catch (TrackerException e) {
            presence.close();
            throw e;
        }
        startWatching();
        return presence;
    }

    /**
     * Calls back on the directory's own thread with all live peers, ordered by id: at once if a list is known, else as soon
     * as it is, then after every change. The callback must be quick.
     */
    public Subscription watch(Consumer<List<PeerInfo>> watcher) {
        // A wrapper of its own, so that the same consumer may be given twice and each closed by itself.
        Consumer<List<PeerInfo>> own = list -> watcher.accept(list);
        thread.run(() -> {
            watchers.add(own);
            if (firstList.isDone()) {
                call(own);
            }
        });
        startWatching();
        return () -> thread.run(() -> watchers.remove(own));
    }

    /**
     * The live peers, ordered by id, as last heard. A peer that has just registered may not be in it yet.
     *
     * @throws TrackerException if there never was a list and the tracker does not answer
     */
    public List<PeerInfo> live() {
        return describe().stream().map(record -> record.registration().info()).toList();
    }

    /** The same with all that is known of each. */
    public List<PeerRecord> describe() {
        if (!firstList.isDone()) {
            nodes.requireOpen();
            startWatching();
            await(firstList, nodes.patience(), "reading the list of peers");
        }
        return records;
    }

    /** Whether a peer has its node at this moment, readable or not. */
    public boolean registered(PeerId peer) {
        return nodes.read(Paths.peer(peer)) != null;
    }

    /**
     * Deletes what peers left behind that went without a word: the nodes of their names, if they were without any peer at
     * every call of this method for the given time. To be called now and then by any peer.
     *
     * @return which names' nodes were deleted
     */
    public Set<String> sweep(Duration grace) {
        return sweep.run(grace);
    }

    void reconnected() {
        presences.values().forEach(Presence::confirmSoon);
    }

    void close() {
        List<Presence> all = List.copyOf(presences.values());
        if (!all.isEmpty()) {
            CompletableFuture<?>[] left = all.stream().map(Presence::leave).toArray(CompletableFuture[]::new);
            all.getFirst().awaitLeaving(CompletableFuture.allOf(left));
        }
        presenceThread.close();
        synchronized (this) {
            if (watcher != null) {
                watcher.close();
            }
        }
        thread.close();
    }

    private synchronized void startWatching() {
        if (watcher == null) {
            watcher = new PersistentWatcher(nodes.client(), Paths.PEERS, true);
            watcher.getListenable().addListener(this::nodeChanged);
            // Called whenever the watch stands: at the start, and after every reconnection.
            watcher.getResetListenable().addListener(() -> thread.run(() -> {
                everythingChanged = true;
                readSoon(Duration.ZERO);
            }));
            watcher.start();
        }
    }

    private void nodeChanged(WatchedEvent event) {
        String path = event.getPath();
        if (path != null) {
            Paths.peerAt(path).ifPresent(peer -> thread.run(() -> {
                changed.add(peer);
                readSoon(COLLECTING);
            }));
        }
    }

    private void readSoon(Duration delay) {
        if (!readScheduled) {
            readScheduled = true;
            thread.runAfter(delay, () -> {
                readScheduled = false;
                if (!readChanges()) {
                    readSoon(RETRY_PAUSE);
                }
            });
        }
    }

    /** Reads what changed and tells the watchers; false when some of it could not be read. */
    private boolean readChanges() {
        boolean all = everythingChanged;
        Set<PeerId> reading = new TreeSet<>(changed);
        if (all) {
            try {
                reading.addAll(listed());
            } catch (TrackerException e) {
                LOG.debug("{}", e.getMessage());
                return false;
            }
            reading.addAll(known.keySet());
        }
        everythingChanged = false;
        changed.clear();
        Set<PeerId> unread = read(reading);
        changed.addAll(unread);
        if (all && !unread.isEmpty() && !firstList.isDone()) {
            everythingChanged = true; // a first list with holes would be taken for the whole
            return false;
        }
        if (all || firstList.isDone()) {
            announce();
        }
        return unread.isEmpty();
    }

    /** The peers that have a node now. */
    private Set<PeerId> listed() {
        List<String> names = nodes.children(Paths.PEERS).stream().filter(Paths::isOwner).toList();
        Set<PeerId> listed = new HashSet<>();
        askAll(names, (client, name, answer) -> client.getChildren()
                .inBackground((_, event) -> answer.complete(event))
                .forPath(Paths.peersCalled(name)), (name, event) -> {
                    if (event == null) {
                        throw new TrackerException("the tracker did not answer while listing the peers", null);
                    }
                    KeeperException.Code code = KeeperException.Code.get(event.getResultCode());
                    if (code == KeeperException.Code.OK) {
                        event.getChildren()
                                .forEach(incarnation -> Paths.peer(name, incarnation).ifPresent(listed::add));
                    } else if (code != KeeperException.Code.NONODE && code != KeeperException.Code.NOAUTH) {
                        // Not that all of the name have left, nor that they keep to themselves.
                        throw new TrackerException("the tracker refused listing the peers: " + code, null);
                    }
                });
        return listed;
    }

    private Set<PeerId> read(Collection<PeerId> peers) {
        Set<PeerId> unread = new HashSet<>();
        askAll(List.copyOf(peers), (client, peer, answer) -> client.getData()
                .inBackground((_, event) -> answer.complete(event))
                .forPath(Paths.peer(peer)), (peer, event) -> {
                    if (event == null || !note(peer, event)) {
                        unread.add(peer);
                    }
                });
        return unread;
    }

    /** Asks for a node in the background. */
    @FunctionalInterface
    private interface Question<T> {
        Object ask(CuratorFramework client, T about, CompletableFuture<CuratorEvent> answer) throws Exception;
    }

    /** Takes an answer; null if none came in time. */
    @FunctionalInterface
    private interface Answer<T> {
        void take(T about, @Nullable CuratorEvent event);
    }

    /** Asks for many nodes, many at a time. */
    private <T> void askAll(List<T> all, Question<T> question, Answer<T> taken) {
        for (int from = 0; from < all.size(); from += BATCH) {
            Map<T, CompletableFuture<CuratorEvent>> answers = new LinkedHashMap<>();
            for (T about : all.subList(from, Math.min(all.size(), from + BATCH))) {
                CompletableFuture<CuratorEvent> answer = new CompletableFuture<>();
                nodes.ask("reading " + about, client -> question.ask(client, about, answer));
                answers.put(about, answer);
            }
            CompletableFuture<Void> batch = CompletableFuture
                    .allOf(answers.values().toArray(CompletableFuture[]::new));
            try {
                await(batch, nodes.patience().multipliedBy(2), "reading the peers");
            } catch (TrackerException e) {
                LOG.debug("{}", e.getMessage());
            }
            answers.forEach((about, answer) -> taken.take(about, answer.getNow(null)));
        }
    }

    /** Takes an answer into the list; false when it says nothing. */
    private boolean note(PeerId peer, CuratorEvent event) {
        return switch (KeeperException.Code.get(event.getResultCode())) {
            case OK -> {
                parse(peer, event).ifPresentOrElse(record -> known.put(peer, record), () -> known.remove(peer));
                yield true;
            }
            case NONODE -> {
                known.remove(peer);
                Presence own = presences.get(peer);
                if (own != null) {
                    own.confirmLater();
                }
                yield true;
            }
            case NOAUTH -> {
                known.remove(peer);
                yield true;
            }
            default -> false;
        };
    }

    private Optional<PeerRecord> parse(PeerId peer, CuratorEvent event) {
        try {
            Stat stat = event.getStat();
            return Optional.of(new PeerRecord(NodeData.registration(peer, event.getData()),
                    Instant.ofEpochMilli(stat.getCtime()), Instant.ofEpochMilli(stat.getMtime())));
        } catch (MalformedNodeException e) {
            if (reported.size() < MAX_REPORTED && reported.add(peer.value())) {
                LOG.warn("Ignoring the peer {}: its node in the tracker is malformed, {}", peer, e.getMessage());
            }
            return Optional.empty();
        }
    }

    private void announce() {
        records = List.copyOf(known.values());
        List<PeerInfo> list = records.stream().map(record -> record.registration().info()).toList();
        boolean first = firstList.complete(null);
        if (first || !list.equals(announced)) {
            announced = list;
            watchers.forEach(this::call);
        }
    }

    private void call(Consumer<List<PeerInfo>> watcher) {
        try {
            watcher.accept(announced);
        } catch (RuntimeException e) {
            LOG.warn("A watcher of the peers failed", e);
        }
    }

    private static <T extends @Nullable Object> T await(CompletableFuture<T> future, Duration patience,
            String doing) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new TrackerException("the tracker did not answer while " + doing, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrackerException("interrupted while " + doing, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TrackerException known) {
                throw known;
            }
            throw new TrackerException("the tracker failed while " + doing, e);
        }
    }
}
