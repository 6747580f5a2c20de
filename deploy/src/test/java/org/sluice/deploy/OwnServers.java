package org.sluice.deploy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Real servers, each in a process of its own, started as their projects start them: ZooKeeper and Kafka from files of
 * properties. Any of them can be killed and started again with its data; all end with this.
 */
final class OwnServers implements AutoCloseable {
    private static final String HOST = "127.0.0.1";
    /** What brokers call themselves before their clients: a name, which one of them may be told to mean something else. */
    private static final String BROKER = "localhost";

    private final List<Server> trackers = new ArrayList<>();
    private final List<Server> brokers = new ArrayList<>();

    private OwnServers() {}

    /** No servers yet. */
    static OwnServers none() {
        return new OwnServers();
    }

    /** One server: how it is started, and its process if it runs. */
    static final class Server {
        private final String mainClass;
        private final Path properties;
        private final String host;
        private final int port;
        private SluiceProcess process;

        private Server(String mainClass, Path properties, String host, int port) {
            this.mainClass = mainClass;
            this.properties = properties;
            this.host = host;
            this.port = port;
            this.process = begin();
        }

        private SluiceProcess begin() {
            return SluiceProcess.startMainWith("-Xmx256m", mainClass, properties.toString());
        }

        /** Where its clients find it. */
        String address() {
            return host + ":" + port;
        }

        int port() {
            return port;
        }

        /** kill -9. */
        void kill() {
            process.kill();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /** Starts it again, with what it has stored, after kill -9. */
        void restart() throws InterruptedException {
            process.kill();
            startAgain();
        }

        /** Starts it again after SIGTERM, as who keeps a server does. */
        void restartGently() throws InterruptedException {
            process.terminate();
            startAgain();
        }

        private void startAgain() throws InterruptedException {
            process.awaitEnd();
            process = begin();
        }
    }

    /**
     * Starts servers.
     *
     * @param trackers how many of ZooKeeper's, an ensemble if more than one
     * @param brokers how many of Kafka's
     * @param trackerSettings of ZooKeeper's servers, besides what they need to find each other; {@code PORT} stands for the
     *        client's port
     * @param brokerSettings of Kafka's servers, besides
     */
    static OwnServers start(Path folder, int trackers, int brokers, Map<String, String> trackerSettings,
            Map<String, String> brokerSettings) throws Exception {
        OwnServers servers = new OwnServers();
        try {
            servers.startTrackers(folder, trackers, trackerSettings);
            servers.startBrokers(folder, brokers, brokerSettings);
            return servers;
        } catch (Exception e) {
            servers.close();
            throw e;
        }
    }

    private void startTrackers(Path folder, int count, Map<String, String> settings) throws IOException {
        List<String> members = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            members.add(HOST + ":" + freePort() + ":" + freePort());
        }
        for (int id = 1; id <= count; id++) {
            Path data = Files.createDirectories(folder.resolve("tracker" + id));
            Files.writeString(data.resolve("myid"), Integer.toString(id));
            int port = freePort();
            Properties properties = new Properties();
            properties.putAll(Map.of("tickTime", "500", "initLimit", "20", "syncLimit", "10", "dataDir",
                    data.toString(), "admin.enableServer", "false", "maxClientCnxns", "0",
                    "4lw.commands.whitelist", "srvr"));
            if (settings.isEmpty()) {
                properties.setProperty("clientPort", Integer.toString(port));
                properties.setProperty("clientPortAddress", HOST);
            }
            settings.forEach((key, value) -> properties.setProperty(key,
                    value.replace("PORT", Integer.toString(port))));
            for (int member = 1; member <= count && count > 1; member++) {
                properties.setProperty("server." + member, members.get(member - 1));
            }
            trackers.add(new Server("org.apache.zookeeper.server.quorum.QuorumPeerMain",
                    write(folder.resolve("tracker" + id + ".properties"), properties), HOST, port));
        }
    }

    private void startBrokers(Path folder, int count, Map<String, String> settings) throws Exception {
        String clusterId = Uuid.randomUuid().toString();
        List<String> controllers = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            controllers.add(HOST + ":" + freePort());
        }
        String voters = IntStream.rangeClosed(1, count)
                .mapToObj(id -> id + "@" + controllers.get(id - 1))
                .collect(Collectors.joining(","));
        for (int id = 1; id <= count; id++) {
            Path data = Files.createDirectories(brokerFolder(folder, id));
            new Formatter().setNodeId(id)
                    .setClusterId(clusterId)
                    .setDirectories(List.of(data.toString()))
                    .setMetadataLogDirectory(data.toString())
                    .setControllerListenerName("CONTROLLER")
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .run();
            int port = freePort();
            Properties properties = new Properties();
            properties.putAll(Map.ofEntries(Map.entry("process.roles", "broker,controller"),
                    Map.entry("node.id", Integer.toString(id)), Map.entry("log.dirs", data.toString()),
                    Map.entry("listeners",
                            "PEERS://" + HOST + ":" + port + ",CONTROLLER://" + controllers.get(id - 1)),
                    Map.entry("advertised.listeners", "PEERS://" + BROKER + ":" + port),
                    Map.entry("listener.security.protocol.map", "PEERS:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                    Map.entry("inter.broker.listener.name", "PEERS"),
                    Map.entry("controller.listener.names", "CONTROLLER"),
                    Map.entry("controller.quorum.voters", voters), Map.entry("auto.create.topics.enable", "false"),
                    Map.entry("offsets.topic.replication.factor", Integer.toString(count)),
                    Map.entry("offsets.topic.num.partitions", "1"), Map.entry("broker.session.timeout.ms", "6000"),
                    Map.entry("broker.heartbeat.interval.ms", "1000"),
                    Map.entry("log.cleaner.dedupe.buffer.size", "2097152"), Map.entry("num.network.threads", "2"),
                    Map.entry("num.io.threads", "2")));
            properties.putAll(settings);
            brokers.add(new Server("kafka.Kafka", write(folder.resolve("broker" + id + ".properties"), properties),
                    BROKER, port));
        }
    }

    /** Where a broker keeps what it stores, below the folder of all servers; its number begins at 1. */
    static Path brokerFolder(Path folder, int broker) {
        return folder.resolve("broker" + broker);
    }

    private static Path write(Path file, Properties properties) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        return file;
    }

    /** ZooKeeper's servers. */
    List<Server> trackers() {
        return trackers;
    }

    /** Kafka's servers. */
    List<Server> brokers() {
        return brokers;
    }

    /** As {@code --tracker} takes it. */
    String tracker() {
        return addresses(trackers);
    }

    /** As {@code --kafka} takes it. */
    String kafka() {
        return addresses(brokers);
    }

    private static String addresses(List<Server> servers) {
        return servers.stream().map(Server::address).collect(Collectors.joining(","));
    }

    /** A port that nobody listens on. */
    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        brokers.forEach(Server::kill);
        trackers.forEach(Server::kill);
        brokers.forEach(server -> server.process.close());
        trackers.forEach(server -> server.process.close());
    }
}
