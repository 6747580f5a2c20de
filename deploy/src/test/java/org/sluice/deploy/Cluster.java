package org.sluice.deploy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

import org.sluice.deploy.containers.Await;
import org.sluice.deploy.containers.ForeignRegistry;
import org.sluice.deploy.embedded.EmbeddedRegistry;
import org.sluice.protocol.value.JobId;
import org.sluice.schemas.kafka.ResourceStack;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.Topics;
import org.sluice.tracker.Tracker;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.opentest4j.TestAbortedException;

import static org.junit.jupiter.api.Assertions.assertEquals;

/**
 * A network on servers of one's own as a whole: three trackers, three brokers, a registry, five workers and two stewards, each a
 * process. One worker goes through cables to the servers, and all go through one to the registry.
 */
final class Cluster implements AutoCloseable {
    static final Set<String> WORKERS = Set.of("ada", "bob", "cid", "dan", "eve");
    /** The worker that can be cut off. */
    static final String CUT_OFF = "eve";

    private static final int OF_EACH = 3;

    private final ResourceStack resources = new ResourceStack();
    private final Map<String, SluiceProcess> workers = new TreeMap<>();
    private final List<SluiceProcess> stewards = new ArrayList<>();
    private OwnServers servers = OwnServers.none();
    private RealNetwork network = RealNetwork.nowhere();
    private Optional<SmallDisk> disk = Optional.empty();
    private Cable toTrackers = Cable.none();
    private Cable toBrokers = Cable.none();
    private Cable toRegistry = Cable.none();
    private long integersPerSecond;

    private Cluster() {}

    /** No cluster yet. */
    static Cluster none() {
        return new Cluster();
    }

    /** Starts all of it and waits until all workers have joined. */
    static Cluster start(Path folder) throws Exception {
        Cluster cluster = new Cluster();
        try {
            cluster.startServers(folder);
            cluster.startNetwork(folder);
            return cluster;
        } catch (Exception | Error e) {
            cluster.close();
            throw e;
        }
    }

    private void startServers(Path folder) throws Exception {
        disk = SmallDisk.mount(OwnServers.brokerFolder(folder, OF_EACH));
        disk.ifPresent(resources::add);
        servers = resources.add(OwnServers.start(folder, OF_EACH, OF_EACH, Map.of(), Map.of()));
        URI registry = URI.create(startRegistry(folder));
        toTrackers = resources.add(Cable.to(servers.trackers().stream().map(OwnServers.Server::port).toList()));
        toBrokers = resources.add(Cable.to(servers.brokers().stream().map(OwnServers.Server::port).toList()));
        toRegistry = resources.add(Cable.to(List.of(registry.getPort())));
        awaitTrackers();
        try (Admin admin = admin()) {
            // Before, a network would be put on those that have.
            Await.that("all brokers have found each other",
                    () -> admin.describeCluster().nodes().get().size() == OF_EACH);
        }
        network = resources.add(RealNetwork.at(servers.tracker() + "/own"));
        SluiceProcess init = network.run("network", "init", "--tracker", network.tracker(), "--kafka", servers.kafka(),
                "--registry", "http://" + Cable.HOST + ":" + registry.getPort() + registry.getPath(), "--name", "own");
        assertEquals(0, init.exitCode(), init::toString);
    }

    /** One that others wrote where it can be had, and else ours. */
    private String startRegistry(Path folder) throws Exception {
        try {
            return resources.add(ForeignRegistry.start(Cluster.class.getSimpleName())).url();
        } catch (TestAbortedException e) {
            return resources.add(
                    EmbeddedRegistry.start(EmbeddedRegistry.Options.loopback(folder.resolve("registry"), 0))).url();
        }
    }

    private void startNetwork(Path folder) throws Exception {
        for (int i = 0; i < 2; i++) {
            SluiceProcess steward = network.run("steward", "--tracker", network.tracker());
            steward.awaitOutput(i == 0 ? "Looking after the network" : "waiting to take over");
            stewards.add(steward);
        }
        Path hosts = Files.writeString(folder.resolve("hosts"),
                Cable.HOST + " localhost\n" + Cable.HOST + " " + InetAddress.getLocalHost().getHostName() + "\n");
        for (String name : WORKERS) {
            workers.put(name, name.equals(CUT_OFF)
                    ? network.beginWorker(name, addressThroughCable(), List.of("-Djdk.net.hosts.file=" + hosts))
                    : network.beginWorker(name, network.tracker(), List.of()));
        }
        for (SluiceProcess worker : workers.values()) {
            RealNetwork.awaitJoined(worker);
        }
        try (Tracker tracker = connect()) {
            awaitWorkers(tracker);
            integersPerSecond = Workers.integersPerSecond(tracker);
        }
    }

    private String addressThroughCable() {
        return servers.trackers()
                .stream()
                .map(server -> Cable.HOST + ":" + server.port())
                .collect(Collectors.joining(",", "", "/own"));
    }

    OwnServers servers() {
        return servers;
    }

    RealNetwork network() {
        return network;
    }

    SluiceProcess worker(String name) {
        return Objects.requireNonNull(workers.get(name));
    }

    /** Between the worker that can be cut off and the trackers. */
    Cable toTrackers() {
        return toTrackers;
    }

    /** Between the worker that can be cut off and the brokers. */
    Cable toBrokers() {
        return toBrokers;
    }

    /** Between everybody and the registry. */
    Cable toRegistry() {
        return toRegistry;
    }

    /** The disk of the last broker; skips the test that asks for it where it is an ordinary one. */
    SmallDisk disk() {
        return disk.orElseThrow(() -> new TestAbortedException("only root can make a disk that is soon full"));
    }

    /** Submits a job that takes so long if nothing else needs the processors. */
    SluiceProcess submit(Duration length) {
        long integers = length.toSeconds() * integersPerSecond;
        return network.submit("--from", "0", "--to", "" + Math.min(integers, PlantedSolutions.END), "--zeros",
                "" + PlantedSolutions.ZEROS, "--mode", "all");
    }

    /** kill -9 for the steward that acts; returns the other. */
    SluiceProcess killSteward() {
        stewards.getFirst().kill();
        return stewards.getLast();
    }

    /** Waits until the tracker knows all workers, and no others. */
    void awaitWorkers() throws Exception {
        try (Tracker tracker = connect()) {
            awaitWorkers(tracker);
        }
    }

    private static void awaitWorkers(Tracker tracker) throws Exception {
        Workers.await(tracker, WORKERS.toArray(String[]::new));
    }

    /** Waits until the tracker has given up a worker. */
    void awaitMissing(String worker) throws Exception {
        try (Tracker tracker = connect()) {
            Await.that("the tracker gives up " + worker, () -> !Workers.names(tracker).contains(worker));
        }
    }

    private Tracker connect() {
        return Tracker.connect(network.tracker(), SluiceProcess.PATIENCE);
    }

    /** Waits until there is nothing at the servers but the workers' nodes and inboxes, and the jobs' records and topics. */
    void awaitNothingLeft() throws Exception {
        try (Tracker tracker = connect(); Topics topics = Topics.connect(tracker.network(), Map.of())) {
            Await.that("nothing is left but of " + WORKERS, () -> {
                Set<String> peers = new HashSet<>();
                Set<Topic> expected = new HashSet<>();
                tracker.directory().live().forEach(peer -> {
                    peers.add(peer.peer().name());
                    expected.add(new Topic.Inbox(peer.peer()));
                });
                tracker.jobs().names().forEach(job -> expected.addAll(Topic.ofJob(job)));
                return peers.equals(WORKERS) && topics.list().equals(expected)
                        && tracker.jobs().names().stream().noneMatch(tracker.jobs()::owned);
            });
        }
    }

    /** Whether anything is left of a job. */
    boolean isKnown(JobId job) {
        try (Tracker tracker = connect(); Topics topics = Topics.connect(tracker.network(), Map.of())) {
            return tracker.jobs().names().contains(job) || topics.list().stream().anyMatch(Topic.ofJob(job)::contains);
        }
    }

    /** Waits until all trackers serve. */
    void awaitTrackers() throws Exception {
        for (OwnServers.Server server : servers.trackers()) {
            Await.that(server.address() + " serves", () -> mode(server).isPresent());
        }
    }

    /** The tracker that leads. */
    OwnServers.Server leader() {
        return servers.trackers()
                .stream()
                .filter(server -> mode(server).equals(Optional.of("leader")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the ensemble has no leader"));
    }

    private static Optional<String> mode(OwnServers.Server server) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(2_000);
            socket.getOutputStream().write("srvr".getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> line.startsWith("Mode: "))
                    .map(line -> line.substring("Mode: ".length()))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Waits until each broker has caught up: as long as one has not, no other may go. */
    void awaitAllInSync() throws Exception {
        try (Admin admin = admin()) {
            Await.that("each topic is kept by three brokers that are in sync", () -> areAllInSync(admin));
        }
    }

    /**
     * Waits until a broker that cannot store anything any more has ended, or is known to have fallen behind: it depends on what
     * it could not store whether it ends at once, or hangs while it ends.
     */
    void awaitFallenBehind(OwnServers.Server broker) throws Exception {
        try (Admin admin = admin()) {
            Await.that(broker.address() + " has fallen behind", () -> !broker.isAlive() || !areAllInSync(admin));
        }
    }

    private static boolean areAllInSync(Admin admin) throws ExecutionException, InterruptedException {
        Set<String> topics = admin.listTopics().names().get();
        for (KafkaFuture<TopicDescription> topic : admin.describeTopics(topics).topicNameValues().values()) {
            try {
                if (topic.get().partitions().stream().anyMatch(partition -> partition.isr().size() < OF_EACH)) {
                    return false;
                }
            } catch (ExecutionException e) {
                // It may have been deleted meanwhile.
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return true;
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers.kafka(), "default.api.timeout.ms",
                (int) SluiceProcess.PATIENCE.toMillis()));
    }

    @Override
    public void close() {
        resources.close();
    }
}
