package org.sluice.tracker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

import org.sluice.tracker.address.Ensemble;
import org.sluice.tracker.node.LastingRefusal;
import org.sluice.tracker.node.TrackerRefusedException;

import org.apache.curator.utils.ZookeeperFactory;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a tracker's servers let this process in. ZooKeeper's client takes a rejected certificate for silence, and
 * Curator ignores a failed login. So this class watches the client's events, and probes each server while the client is not
 * connected.
 */
final class Admission implements ZookeeperFactory {
    /** A healthy server has accepted the client by then. */
    private static final Duration BEFORE_FIRST_QUESTION = Duration.ofSeconds(2);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(3);

    private final String address;
    private final Ensemble ensemble;
    private final ServerProbe probe;
    private final LastingRefusal<TrackerRefusedException> refusals;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile boolean seeking = true;
    private volatile boolean wasLetIn;
    private volatile @Nullable TrackerRefusedException latest;

    Admission(String address, Ensemble ensemble, ServerProbe probe,
            LastingRefusal<TrackerRefusedException> refusals) {
        this.address = address;
        this.ensemble = ensemble;
        this.probe = probe;
        this.refusals = refusals;
    }

    /** Why this process is not let in; empty if it is, or the reason is not known. */
    Optional<TrackerRefusedException> refusal() {
        return Optional.ofNullable(latest);
    }

    /** The client is not connected: probes its servers until {@link #found} or {@link #stop}. */
    void seek() {
        seeking = true;
        if (asking.compareAndSet(false, true)) {
            Thread.ofVirtual().name("sluice-tracker-admission").start(this::ask);
        }
    }

    /** The client is connected. */
    void found() {
        wasLetIn = true;
        stop();
    }

    /** Ends the probing. */
    void stop() {
        seeking = false;
    }

    private void ask() {
        pause(BEFORE_FIRST_QUESTION);
        while (seeking) {
            askEach();
            pause(BETWEEN_QUESTIONS);
        }
        asking.set(false);
        if (seeking) {
            seek();
        }
    }

    private void askEach() {
        for (String server : ensemble.getConnectionString().split(",")) {
            Optional<String> why = probe.refusal(server);
            if (why.isPresent() && seeking) {
                TrackerRefusedException refused = refused(": " + why.get());
                latest = refused;
                if (wasLetIn) {
                    refusals.heard(refused);
                }
                return;
            }
        }
    }

    private void pause(Duration pause) {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); left > 0 && seeking; left = end - System.nanoTime()) {
            LockSupport.parkNanos(Math.min(left, Duration.ofMillis(200).toNanos()));
        }
    }

    private TrackerRefusedException refused(String why) {
        return new TrackerRefusedException("the tracker at " + address + " does not let this process in" + why
                + "; see --tracker-properties", null);
    }

    @Override
    public ZooKeeper newZooKeeper(String servers, int sessionTimeout, Watcher watcher, boolean canBeReadOnly)
            throws Exception {
        return newZooKeeper(servers, sessionTimeout, watcher, canBeReadOnly, new ZKClientConfig());
    }

    @Override
    public ZooKeeper newZooKeeper(String servers, int sessionTimeout, Watcher watcher, boolean canBeReadOnly,
            ZKClientConfig settings) throws Exception {
        Observer observer = new Observer(watcher);
        ZooKeeper made = new ZooKeeper(servers, sessionTimeout, observer, canBeReadOnly, settings);
        observer.client = made;
        return made;
    }

    /** Sees the events of a ZooKeeper client before Curator does. */
    private final class Observer implements Watcher {
        private final Watcher curator;
        private volatile @Nullable ZooKeeper client;

        Observer(Watcher curator) {
            this.curator = curator;
        }

        @Override
        public void process(WatchedEvent event) {
            KeeperState state = event.getState();
            ZooKeeper known = client;
            // The event AuthFailed alone is not enough: a client without any login sends it too, and goes on without one.
            if (known != null && known.getState() == ZooKeeper.States.AUTH_FAILED) {
                TrackerRefusedException refused = refused(": the login has failed");
                latest = refused;
                refusals.lasts(refused);
            } else if (state == KeeperState.SyncConnected || state == KeeperState.SaslAuthenticated) {
                latest = null;
            }
            if (state != null) { // It is null when the client could not even begin to log in.
                curator.process(event);
            }
        }
    }
}
