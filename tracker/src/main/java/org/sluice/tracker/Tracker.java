package org.sluice.tracker;

import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.sluice.schemas.kafka.Servers;
import org.sluice.tracker.address.Ensemble;
import org.sluice.tracker.address.Resolver;
import org.sluice.tracker.address.TrackerAddresses;
import org.sluice.tracker.node.LastingRefusal;
import org.sluice.tracker.node.MalformedNodeException;
import org.sluice.tracker.node.NodeData;
import org.sluice.tracker.node.Nodes;
import org.sluice.tracker.node.Paths;
import org.sluice.tracker.node.Subscription;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;

import org.apache.curator.RetryPolicy;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryUntilElapsed;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.client.ZKClientConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process's connection to the tracker; one serves all peers of the process.
 *
 * <p>Once made it lasts until it is closed: a lost connection is sought again for ever, a lost session is replaced, and
 * what was registered or claimed through it is put back. Single questions are not asked for ever: when no answer comes
 * within about two session timeouts they throw a {@link TrackerException}.
 */
public final class Tracker implements AutoCloseable {
    /** How long a peer may be silent before the tracker drops it, if nothing else is said. */
    public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Tracker.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(250);
    /** So that the list of some 100,000 peers fits into an answer; ZooKeeper's own limit is 1 MiB. */
    private static final int MAX_ANSWER_BYTES = 8 * 1024 * 1024;
    /** A stop must not hang on a tracker that does not answer. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);
    private static final String NETTY = "org.apache.zookeeper.ClientCnxnSocketNetty";

    private final String address;
    private final String path;
    private final CuratorFramework client;
    private final Nodes nodes;
    private final PeerDirectory directory;
    private final JobRegistry jobs;
    private final Admission admission;
    private final LastingRefusal<TrackerRefusedException> refusals;

    private Tracker(TrackerAddresses addresses, CuratorFramework client, Admission admission,
            LastingRefusal<TrackerRefusedException> refusals, Duration sessionTimeout, Duration updateInterval) {
        this.address = addresses.toString();
        this.path = addresses.path();
        this.client = client;
        this.admission = admission;
        this.refusals = refusals;
        this.nodes = new Nodes(client, address, sessionTimeout.multipliedBy(3).dividedBy(2), admission::refusal,
                refusals);
        this.directory = new PeerDirectory(nodes, updateInterval);
        this.jobs = new JobRegistry(nodes);
    }

    /**
     * Connects with the default session timeout.
     *
     * @param addresses as in {@link TrackerAddresses}
     * @param timeout how long to wait for an answer
     * @throws IllegalArgumentException if the addresses are none
     * @throws TrackerUnreachableException if nobody answers in time
     * @throws TrackerRefusedException if a server does not let this process in
     * @throws TrackerException if the path in the addresses does not exist
     */
    public static Tracker connect(String addresses, Duration timeout) {
        return connect(addresses, timeout, Map.of());
    }

    /**
     * The same for servers that do not let everybody in.
     *
     * @param properties settings of ZooKeeper's client, under its own names; may be empty
     */
    public static Tracker connect(String addresses, Duration timeout, Map<String, String> properties) {
        Tracker tracker = connectCreating(addresses, timeout, properties);
        try {
            tracker.requirePath();
            return tracker;
        } catch (TrackerException e) {
            tracker.close();
            throw e;
        }
    }

    /** The same to set up a network: a path in the addresses need not exist, and is created with the first node that is written. */
    public static Tracker connectCreating(String addresses, Duration timeout, Map<String, String> properties) {
        return connect(addresses, timeout, DEFAULT_SESSION_TIMEOUT, Resolver.system(), PeerDirectory.UPDATE_INTERVAL,
                properties);
    }

    /**
     * Connects.
     *
     * @param sessionTimeout how long this process may be silent before the tracker drops it; the servers allow from 2 of
     *        their ticks to 40 s
     */
    public static Tracker connect(String addresses, Duration timeout, Duration sessionTimeout) {
        return connect(addresses, timeout, sessionTimeout, Resolver.system(), PeerDirectory.UPDATE_INTERVAL, Map.of());
    }

    static Tracker connect(String addresses, Duration timeout, Duration sessionTimeout, Resolver resolver,
            Duration updateInterval, Map<String, String> properties) {
        TrackerAddresses parsed = TrackerAddresses.parse(addresses);
        Ensemble ensemble;
        try {
            ensemble = new Ensemble(parsed, resolver, Ensemble.LOOKUP_INTERVAL);
        } catch (UnknownHostException e) {
            throw new TrackerUnreachableException("no tracker found at " + parsed + ": the name is unknown", e);
        }
        ZKClientConfig settings = settings(properties);
        LastingRefusal<TrackerRefusedException> refusals = new LastingRefusal<>();
        Admission admission = new Admission(parsed.toString(), ensemble, new ServerProbe(settings), refusals);
        CuratorFramework client = client(ensemble, parsed.path(), sessionTimeout, settings, admission);
        client.start();
        admission.seek();
        boolean connected = false;
        try {
            connected = await(client, admission, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TrackerUnreachableException("interrupted while connecting to the tracker at " + parsed, e);
        } finally {
            if (!connected) {
                admission.stop();
                closeWithin(client, CLOSE_PATIENCE);
            }
        }
        if (!connected) {
            throw admission.refusal()
                    .<TrackerException>map(known -> known)
                    .orElseGet(() -> new TrackerUnreachableException("no tracker answers at " + parsed + " within "
                            + inWords(timeout) + "; is it running, and is the address right?", null));
        }
        admission.found();
        Tracker tracker = new Tracker(parsed, client, admission, refusals, sessionTimeout, updateInterval);
        client.getConnectionStateListenable().addListener((_, state) -> tracker.connectionChanged(state));
        return tracker;
    }

    /** Waits until the client is connected; false when that takes too long, or a server has refused. */
    private static boolean await(CuratorFramework client, Admission admission, Duration timeout)
            throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        for (long left = timeout.toMillis(); left > 0; left = Duration.ofNanos(end - System.nanoTime()).toMillis()) {
            int look = Math.toIntExact(Math.min(left, BETWEEN_LOOKS.toMillis()));
            if (client.blockUntilConnected(look, TimeUnit.MILLISECONDS)) {
                return true;
            }
            if (admission.refusal().isPresent()) {
                return false;
            }
        }
        return false;
    }

    /** Curator would create a path that was mistyped. */
    private void requirePath() {
        if (!isPathThere()) {
            throw new TrackerException("the tracker at " + address + " has nothing at the path /" + path
                    + "; is it typed right? A network is put there with: sluice network init", null);
        }
    }

    private boolean isPathThere() {
        return path.isEmpty() || nodes.ask("looking for /" + path,
                curator -> curator.usingNamespace(null).checkExists().forPath("/" + path)) != null;
    }

    /**
     * The settings of ZooKeeper's client, its own and ours.
     *
     * @param properties under its own names
     */
    static ZKClientConfig settings(Map<String, String> properties) {
        ZKClientConfig settings = new ZKClientConfig();
        properties.forEach(settings::setProperty);
        settings.setProperty("jute.maxbuffer", Integer.toString(MAX_ANSWER_BYTES));
        if (settings.getBoolean(ZKClientConfig.SECURE_CLIENT)
                && settings.getProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET) == null) {
            settings.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, NETTY); // The other one cannot do TLS.
        }
        return settings;
    }

    /** The addresses as they were given. */
    public String address() {
        return address;
    }

    /** Whether the tracker is reached at this moment; when it is not, lists may be old. */
    public boolean connected() {
        return nodes.connected();
    }

    /** Set when the tracker has let this process in and does not any more, or lastingly refuses what it needs: it cannot go on. */
    public Optional<TrackerRefusedException> refusal() {
        return refusals.lasting();
    }

    /**
     * Tells a listener of such a refusal, immediately if there is one already.
     *
     * @return ends it
     */
    public Runnable onRefused(Consumer<? super TrackerRefusedException> listener) {
        return refusals.onLasting(listener);
    }

    /**
     * Where the rest of the network is, if somebody has published it.
     *
     * @throws TrackerException if what is published cannot be read, or the tracker does not answer
     */
    public Optional<Servers> published() {
        return isPathThere() && nodes.read(Paths.NETWORK) != null ? Optional.of(network()) : Optional.empty();
    }

    /**
     * Tells all who join where the rest of the network is, unless somebody has done so.
     *
     * @return false if somebody has
     */
    public boolean publishFirst(Servers servers) {
        byte[] data = NodeData.encode(servers);
        return nodes.ask("publishing the network", client -> {
            try {
                client.create().creatingParentsIfNeeded().forPath(Paths.NETWORK, data);
                return true;
            } catch (KeeperException.NodeExistsException e) {
                return false;
            }
        });
    }

    /** Tells all who join where the rest of the network is, whatever was told before. */
    public void publishNetwork(Servers servers) {
        byte[] data = NodeData.encode(servers);
        nodes.ask("publishing the network", client -> client.create()
                .orSetData()
                .creatingParentsIfNeeded()
                .forPath(Paths.NETWORK, data));
    }

    /**
     * Where the rest of the network is.
     *
     * @throws TrackerException if nobody has published it, or the tracker does not answer
     */
    public Servers network() {
        Nodes.Content content = nodes.read(Paths.NETWORK);
        if (content == null) {
            throw new TrackerException("the tracker at " + address
                    + " describes no network; is its start complete? On servers of your own: sluice network init",
                    null);
        }
        try {
            return NodeData.servers(content.data());
        } catch (MalformedNodeException e) {
            throw new TrackerException("the tracker at " + address + " holds no readable network description: "
                    + e.getMessage(), e);
        }
    }

    /**
     * Calls back with where the rest of the network is: once soon, then after every change and every reconnection, also when
     * it is the same. It is called on a thread of its own, and not any more once the tracker is closed.
     */
    public Subscription watchNetwork(Consumer<Servers> listener) {
        nodes.requireOpen();
        return new NetworkWatch(nodes, listener);
    }

    /** Stands for the role of who looks after the network; several may. */
    public Candidacy standForSteward() {
        nodes.requireOpen();
        return new Candidacy(nodes);
    }

    /** How many stand for the role of who looks after the network, the one who has it among them. */
    public int stewards() {
        return nodes.children(Paths.STEWARDS).size();
    }

    /** The time by the tracker's own clock, the only one by which peers agree on what has expired. */
    public Instant time() {
        return nodes.time();
    }

    /** Who is alive. */
    public PeerDirectory directory() {
        return directory;
    }

    /** What is left of the layout before owners. */
    public OlderNodes older() {
        return new OlderNodes(nodes);
    }

    /** Which jobs exist. */
    public JobRegistry jobs() {
        return jobs;
    }

    /** Ends the session: all that was registered or claimed through it is gone at once. Takes at most about a second. */
    @Override
    public void close() {
        admission.stop();
        directory.close();
        jobs.close();
        closeWithin(client, CLOSE_PATIENCE);
    }

    /** The connection itself, for tests that break it. */
    CuratorFramework client() {
        return client;
    }

    private void connectionChanged(ConnectionState state) {
        switch (state) {
            case SUSPENDED -> {
                LOG.info("The connection to the tracker at {} broke; going on with what is known", address);
                admission.seek();
            }
            case LOST -> LOG.info("The session with the tracker at {} is lost; going on with what is known", address);
            case CONNECTED -> {
                // The first connection: nothing was registered before it.
            }
            case RECONNECTED -> {
                LOG.info("Connected to the tracker at {} again", address);
                admission.found();
                directory.reconnected();
                jobs.reconnected();
            }
            case READ_ONLY -> LOG.info("The tracker at {} has lost its majority", address);
        }
    }

    private static CuratorFramework client(Ensemble ensemble, String path, Duration sessionTimeout,
            ZKClientConfig settings, Admission admission) {
        // Curator would log every failed attempt with a stack trace; the listener above says what matters.
        System.setProperty("curator-dont-log-connection-problems", "true");
        int sessionMillis = Math.toIntExact(sessionTimeout.toMillis());
        RetryPolicy patient = new RetryUntilElapsed(sessionMillis * 3 / 2, (int) RETRY_PAUSE.toMillis());
        return CuratorFrameworkFactory.builder()
                .zookeeperFactory(admission)
                .ensembleProvider(ensemble)
                .ensembleTracker(false)
                .namespace(path)
                .sessionTimeoutMs(sessionMillis)
                .connectionTimeoutMs(Math.max(1, sessionMillis / 4))
                .retryPolicy((count, elapsed, sleeper) -> admission.refusal().isEmpty()
                        && patient.allowRetry(count, elapsed, sleeper))
                .zkClientConfig(settings)
                .build();
    }

    private static void closeWithin(CuratorFramework client, Duration patience) {
        Thread closing = Thread.ofVirtual().name("sluice-tracker-close").start(client::close);
        try {
            closing.join(patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String inWords(Duration timeout) {
        return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
    }
}
