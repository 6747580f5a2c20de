package org.sluice.submitter.admin;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.schemas.codec.EventSchemas;
import org.sluice.schemas.codec.Printable;
import org.sluice.schemas.codec.SchemaRegistry;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.Cluster;
import org.sluice.schemas.kafka.Servers;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.tracker.ServerProbe;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.address.Resolver;
import org.sluice.tracker.address.TrackerAddresses;
import org.sluice.tracker.node.TrackerException;
import org.sluice.worker.runtime.ClientProperties;
import org.sluice.worker.runtime.NetworkAddress;
import org.sluice.worker.runtime.PeerNames;

/**
 * Asks the servers of a network, one after the other, whether they are as peers need them. What it
 * writes is a topic of its own, which it deletes. Where there is no network it writes nothing.
 */
final class NetworkCheck {
    private static final String TRACKER = "tracker";
    private static final String STEWARD = "steward";
    private static final String KAFKA = "kafka";
    private static final String TOPICS = "topics";
    private static final String REGISTRY = "registry";
    private static final String CLOCKS = "clocks";
    private static final String COMPATIBILITY = "FULL_TRANSITIVE";
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** From which on a difference of clocks is worth a word. */
    private static final Duration MUCH = Duration.ofSeconds(10);

    private final NetworkAddress address;
    private final ClientProperties properties;
    private final InstantSource clock;
    private final RandomGenerator random;

    NetworkCheck(NetworkAddress address, InstantSource clock, RandomGenerator random) {
        this.address = address;
        this.properties = address.properties();
        this.clock = clock;
        this.random = random;
    }

    /** Looks at everything; tells each thing as soon as it is known. */
    void run(Consumer<Finding> found) {
        eachTracker(found);
        try (Tracker tracker = Tracker.connect(address.tracker(), NetworkOptions.PATIENCE, properties.tracker())) {
            Servers servers = tracker.network();
            found.accept(Finding.ok(TRACKER, "the network is " + Printable.line(servers.topics().network())
                    + ", on Kafka at " + Printable.line(servers.bootstrapServers())));
            // This writes a node of the network, as peers do.
            Instant time = tracker.time();
            found.accept(clock("this machine's clock", Duration.between(time, clock.instant())));
            found.accept(steward(tracker.stewards()));
            kafka(servers, tracker, found);
            registry(servers, found);
        } catch (TrackerException e) {
            found.accept(Finding.failed(TRACKER, String.valueOf(e.getMessage())));
        }
    }

    private static Finding steward(int standing) {
        return standing == 0
                ? Finding.warning(STEWARD,
                        "nobody looks after the network, so what the dead leave behind stays; start one with: "
                                + "sluice steward")
                : Finding.ok(STEWARD, standing == 1
                        ? "one looks after the network"
                        : standing
                                + " stand by, of which one looks after the network");
    }

    /** Each server alone, for together they hide which of them is missing. */
    private void eachTracker(Consumer<Finding> found) {
        TrackerAddresses.Found servers = TrackerAddresses.parse(address.tracker()).find(Resolver.system());
        servers.unknown().forEach(name -> found.accept(Finding.failed(TRACKER, "nobody knows the name " + name)));
        servers.servers().forEach(server -> found.accept(tracker(server)));
    }

    private Finding tracker(String server) {
        long begun = System.nanoTime();
        // Without the path, which is the same for all servers and looked at later.
        try (Tracker alone = Tracker.connect(server, PATIENCE, properties.tracker())) {
            var _ = alone.published();
            String answers = server + " answers" + since(begun);
            return Finding.ok(TRACKER, answers + ServerProbe.with(properties.tracker())
                    .describe(server)
                    .map(itself -> ": ZooKeeper " + itself.version() + ", " + itself.mode())
                    .orElse("; it does not tell its version"));
        } catch (TrackerException e) {
            return Finding.failed(TRACKER, String.valueOf(e.getMessage()));
        }
    }

    private void kafka(Servers servers, Tracker tracker, Consumer<Finding> found) {
        try (Cluster cluster = Cluster.connect(servers, properties.forKafka())) {
            brokers(servers, cluster.describe(), found);
            topics(servers, cluster, tracker, found);
        } catch (ServersUnavailableException e) {
            found.accept(Finding.failed(KAFKA, String.valueOf(e.getMessage())));
        }
    }

    private void brokers(Servers servers, Cluster.Description described, Consumer<Finding> found) {
        found.accept(servers.clusterId().isEmpty() || servers.clusterId().equals(Optional.of(described.id()))
                ? Finding.ok(KAFKA,
                        described.brokers().size() + (described.brokers().size() == 1 ? " broker" : " brokers")
                                + described.version().map(release -> ", Kafka " + release).orElse("") + ", cluster "
                                + Printable.line(described.id()))
                : Finding.failed(KAFKA,
                        "it is another cluster than the network was put on, " + Printable.line(described.id())
                                + " and not " + Printable.line(servers.clusterId().get())
                                + "; see sluice network init --replace"));
        described.brokers().forEach(broker -> found.accept(broker(servers, broker)));
        if (described.brokers().size() < servers.replication()) {
            found.accept(Finding.failed(KAFKA, "topics are to be kept by " + servers.replication()
                    + " brokers, so no new one can be created"));
        }
    }

    /** Whether a broker is reached where it says that it is. */
    private Finding broker(Servers servers, Cluster.Broker broker) {
        String itself = TrackerAddresses.join(broker.host(), broker.port());
        String named = "broker " + broker.id() + " at " + Printable.line(itself);
        Servers alone = new Servers(itself, servers.registryUrl(), servers.clusterId(), servers.topics(),
                servers.replication());
        long begun = System.nanoTime();
        try (Cluster cluster = Cluster.connect(alone, properties.forKafka())) {
            var _ = cluster.describe();
        } catch (ServersUnavailableException e) {
            return Finding.failed(KAFKA, named + ", as it calls itself, is not reached from here: " + e.getMessage());
        }
        return isHereOnly(broker.host()) && !isOfThisMachine()
                ? Finding.warning(KAFKA, named + ": it calls itself so, which leads nowhere from other machines")
                : Finding.ok(KAFKA, named + " answers" + since(begun));
    }

    private boolean isOfThisMachine() {
        List<String> hosts = new ArrayList<>();
        for (String server : address.tracker().replaceFirst("/.*", "").split(",")) {
            hosts.add(server.replaceFirst(":[0-9]+$", "").replaceAll("[\\[\\]]", ""));
        }
        return hosts.stream().allMatch(NetworkCheck::isHereOnly);
    }

    /** Whether a host is reached from this machine only. A name is not resolved, because a machine's own is often 127.0.1.1 there. */
    static boolean isHereOnly(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        if (name.equals("localhost") || name.endsWith(".localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException isName) {
            return false;
        }
    }

    private void topics(Servers servers, Cluster cluster, Tracker tracker, Consumer<Finding> found) {
        try {
            Instant before = tracker.time();
            Instant stored = cluster.trial(PeerNames.incarnation("check", random));
            Instant after = tracker.time();
            found.accept(Finding.ok(TOPICS, "one was created on " + servers.replication()
                    + (servers.replication() == 1 ? " broker" : " brokers") + ", written, read and deleted"));
            Duration ahead = stored.isAfter(after)
                    ? Duration.between(after, stored)
                    : stored.isBefore(before) ? Duration.between(before, stored) : Duration.ZERO;
            found.accept(clock("the broker's clock", ahead));
        } catch (ServersUnavailableException e) {
            found.accept(Finding.failed(TOPICS, String.valueOf(e.getMessage())));
        }
    }

    private void registry(Servers servers, Consumer<Finding> found) {
        long begun = System.nanoTime();
        try (SchemaRegistry registry = SchemaRegistry.connect(servers.registryUrl(), properties.forRegistry())) {
            List<String> missing = new ArrayList<>();
            List<String> unguarded = new ArrayList<>();
            for (Map.Entry<String, String> schema : EventSchemas.published().entrySet()) {
                String simple = schema.getKey().substring(schema.getKey().lastIndexOf('.') + 1);
                if (registry.id(schema.getKey(), schema.getValue()).isEmpty()) {
                    missing.add(simple);
                } else if (!registry.compatibility(schema.getKey()).equals(COMPATIBILITY)) {
                    unguarded.add(simple);
                }
            }
            String url = Printable.line(servers.registryUrl());
            if (!missing.isEmpty()) {
                found.accept(
                        Finding.failed(REGISTRY, url + " lacks schemas of this version: " + String.join(", ", missing)
                                + "; sluice network init registers them"));
            } else if (!unguarded.isEmpty()) {
                found.accept(Finding.warning(REGISTRY, url + " would take schemas that do not fit those before: "
                        + String.join(", ", unguarded) + "; sluice network init asks for " + COMPATIBILITY));
            } else {
                found.accept(Finding.ok(REGISTRY, url + " has all schemas of this version" + since(begun)));
            }
        } catch (ServersUnavailableException e) {
            found.accept(Finding.failed(REGISTRY, String.valueOf(e.getMessage())));
        }
    }

    /** What happens at some time happens by the tracker's clock, so a wrong one elsewhere does no harm but in logs. */
    private static Finding clock(String whose, Duration ahead) {
        String text = whose + (ahead.abs().compareTo(Duration.ofSeconds(1)) < 0
                ? " agrees with the tracker's"
                : " is " + ahead.abs().toSeconds() + " s " + (ahead.isNegative() ? "behind" : "ahead of")
                        + " the tracker's");
        return ahead.abs().compareTo(MUCH) < 0 ? Finding.ok(CLOCKS, text) : Finding.warning(CLOCKS, text);
    }

    private static String since(long begun) {
        return " within " + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms";
    }
}
