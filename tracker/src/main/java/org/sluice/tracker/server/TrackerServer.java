package org.sluice.tracker.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

import org.sluice.tracker.address.TrackerAddresses;

import org.apache.zookeeper.server.DataTree;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.apache.zookeeper.util.ServiceUtils;

/**
 * A server of the tracker in this process: a genuine ZooKeeper server, alone or as a member of an ensemble.
 *
 * <p>It keeps its data in a folder of its own and goes on with it after a restart. It listens only on the host it is
 * given and has no administration page.
 */
public final class TrackerServer implements AutoCloseable {
    /** ZooKeeper's unit of time, if nothing else is said; sessions last from 2 of it to 40 s. */
    public static final Duration DEFAULT_TICK = Duration.ofSeconds(2);

    private static final Duration MAX_SESSION = Duration.ofSeconds(40);
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    /** How long a member may take to follow a leader, at least; small ticks would make it too short on slow disks. */
    private static final Duration FOLLOWING_PATIENCE = Duration.ofSeconds(10);
    /** Volunteers behind one address are many; ZooKeeper's own limit is 60. */
    private static final int MAX_CONNECTIONS_OF_ONE_HOST = 4096;

    private final ZooKeeperServerEmbedded server;
    private final String host;
    private final int port;
    private final FileChannel lock;

    private TrackerServer(ZooKeeperServerEmbedded server, String host, int port, FileChannel lock) {
        this.server = server;
        this.host = host;
        this.port = port;
        this.lock = lock;
    }

    /**
     * Starts a server that is the whole tracker; it serves when this returns.
     *
     * @param data its folder, created if missing
     * @param host where it listens, an address or a name of this machine
     * @param port where it listens; 0 for a free one
     * @throws TrackerPortException if the port is taken
     * @throws IOException with one line that says why it cannot start
     */
    public static TrackerServer standalone(Path data, String host, int port) throws IOException {
        return standalone(data, host, port, DEFAULT_TICK, () -> {});
    }

    /** The same with another unit of time: shorter ones find dead peers faster and bear less delay. */
    public static TrackerServer standalone(Path data, String host, int port, Duration tick) throws IOException {
        return standalone(data, host, port, tick, () -> {});
    }

    /**
     * The same for a process that cannot do without it.
     *
     * @param died is called when it cannot go on, as with a full disk; of several servers in one process, the last one's is
     */
    public static TrackerServer standalone(Path data, String host, int port, Duration tick, Runnable died)
            throws IOException {
        requireFree("client", host, port);
        Properties properties = properties(data, tick);
        properties.setProperty("clientPort", Integer.toString(port));
        properties.setProperty("clientPortAddress", host);
        return start(data, properties, host, port, died);
    }

    /**
     * Starts a member of an ensemble. It serves as soon as a majority of the members runs, which may be long after this
     * returns: see {@link #awaitServing}.
     *
     * @param data its folder, created if missing; no other member's
     * @param id which of the servers it is, 1 for the first
     * @param servers all members, each {@code host:quorumPort:electionPort:clientPort}, the same list for all; a single one is
     *        a standalone server
     */
    public static TrackerServer member(Path data, int id, List<String> servers) throws IOException {
        return member(data, id, servers, DEFAULT_TICK, () -> {});
    }

    /** The same with another unit of time, the same for all members. */
    public static TrackerServer member(Path data, int id, List<String> servers, Duration tick) throws IOException {
        return member(data, id, servers, tick, () -> {});
    }

    public static TrackerServer member(Path data, int id, List<String> servers, Duration tick, Runnable died)
            throws IOException {
        List<Member> members = servers.stream().map(Member::parse).toList();
        if (id < 1 || id > members.size()) {
            throw new IllegalArgumentException(
                    "there is no member " + id + ": the servers are numbered from 1 to " + members.size());
        }
        Member self = members.get(id - 1);
        requireFree("client", self.host(), self.clientPort());
        Properties properties = properties(data, tick);
        if (members.size() == 1) {
            properties.setProperty("clientPort", Integer.toString(self.clientPort()));
            properties.setProperty("clientPortAddress", self.host());
        } else {
            requireFree("quorum", self.host(), self.quorumPort());
            requireFree("election", self.host(), self.electionPort());
            for (int i = 0; i < members.size(); i++) {
                properties.setProperty("server." + (i + 1), members.get(i).configuration(members.get(i).host()));
            }
            Files.createDirectories(data.resolve("data"));
            Files.writeString(data.resolve("data").resolve("myid"), Integer.toString(id));
        }
        return start(data, properties, self.host(), self.clientPort(), died);
    }

    /** Where clients reach it, {@code host:port}; the loopback address when it listens on all. */
    public String address() {
        return TrackerAddresses.join(reachableHost(), port);
    }

    /** The port on which it serves clients. */
    public int port() {
        return port;
    }

    /**
     * Waits until it serves clients.
     *
     * @return false if it did not in the given time
     */
    public boolean awaitServing(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!serves()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(Duration.ofMillis(50));
        }
        return true;
    }

    /** Stops serving and leaves the data ready for the next start. */
    @Override
    public void close() {
        try {
            server.close();
        } finally {
            release(lock);
        }
    }

    private static TrackerServer start(Path data, Properties properties, String host, int port, Runnable died)
            throws IOException {
        Files.createDirectories(data);
        FileChannel lock = lock(data);
        boolean started = false;
        try {
            deleteGeneratedConfigurations(data);
            requireReadable(data);
            ZooKeeperServerEmbedded server = ZooKeeperServerEmbedded.builder()
                    .baseDir(data)
                    .configuration(properties)
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
            server.start(START_PATIENCE.toMillis());
            // By its own choices ZooKeeper would only log that it has ended, or end the process with a status of its own.
            ServiceUtils.setSystemExitProcedure(_ -> died.run());
            deleteGeneratedConfigurations(data);
            int bound = port == 0 ? portOf(server.getConnectionString()) : port;
            started = true;
            return new TrackerServer(server, host, bound, lock);
        } catch (TimeoutException e) {
            throw new IOException("the tracker did not start within " + START_PATIENCE.toSeconds() + " s on " + host
                    + ":" + port + " with the data in " + data + "; its log says why", e);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the tracker cannot start with the data in " + data + ": " + e.getMessage(), e);
        } finally {
            if (!started) {
                release(lock);
            }
        }
    }

    private static Properties properties(Path data, Duration tick) {
        long followingTicks = Math.max(10, FOLLOWING_PATIENCE.dividedBy(tick));
        Properties properties = new Properties();
        properties.setProperty("dataDir", data.resolve("data").toAbsolutePath().toString());
        properties.setProperty("tickTime", Long.toString(tick.toMillis()));
        properties.setProperty("minSessionTimeout", Long.toString(tick.toMillis() * 2));
        properties.setProperty("maxSessionTimeout",
                Long.toString(Math.max(MAX_SESSION.toMillis(), tick.toMillis() * 20)));
        properties.setProperty("initLimit", Long.toString(followingTicks));
        properties.setProperty("syncLimit", "5");
        properties.setProperty("maxClientCnxns", Integer.toString(MAX_CONNECTIONS_OF_ONE_HOST));
        properties.setProperty("autopurge.snapRetainCount", "3");
        properties.setProperty("autopurge.purgeInterval", "1");
        properties.setProperty("admin.enableServer", "false");
        return properties;
    }

    /**
     * Takes the folder for this server alone: ZooKeeper itself does not notice when two servers write to the same files.
     */
    private static FileChannel lock(Path data) throws IOException {
        FileChannel channel = FileChannel.open(data.resolve("lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by a server of this process.
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        if (lock == null) {
            throw new IOException(
                    "the folder " + data + " is in use by another tracker; stop it or choose another one");
        }
        return channel;
    }

    private static void release(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads what an earlier run left. ZooKeeper itself does so in a thread of its own, and nobody hears of its failure.
     */
    private static void requireReadable(Path data) throws IOException {
        Path folder = data.resolve("data");
        Path files = folder.resolve("version-2");
        if (!Files.isDirectory(files) || isEmpty(files)) {
            return;
        }
        try {
            FileTxnSnapLog stored = new FileTxnSnapLog(folder.toFile(), folder.toFile());
            try {
                var _ = stored.restore(new DataTree(), new ConcurrentHashMap<>(), (_, _, _) -> {});
            } finally {
                stored.close();
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException("the tracker's data in " + files + " are damaged: " + e.getMessage()
                    + "; restore a copy, or move " + data + " away and begin anew: jobs come back from their topics",
                    e);
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            return !files.iterator().hasNext();
        }
    }

    /** ZooKeeper writes its settings to a new file at each start and never deletes one. */
    private static void deleteGeneratedConfigurations(Path data) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(data, "zookeeper.configuration*.properties")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Tries the port, as ZooKeeper only logs when it cannot have it. */
    private static void requireFree(String purpose, String host, int port) throws IOException {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (IOException e) {
            throw new IOException("the tracker cannot listen on " + host + ": the name is unknown", e);
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new TrackerPortException(purpose, host, port, e);
        }
    }

    private boolean serves() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(reachableHost(), port), 1000);
            socket.setSoTimeout(1000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            // A member without a majority answers that it does not serve requests.
            return new String(socket.getInputStream().readNBytes(4096), StandardCharsets.US_ASCII).contains("Mode: ");
        } catch (IOException e) {
            return false;
        }
    }

    private String reachableHost() {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::", "0:0:0:0:0:0:0:0" -> "::1";
            case String named -> named;
        };
    }

    private static int portOf(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }
}
