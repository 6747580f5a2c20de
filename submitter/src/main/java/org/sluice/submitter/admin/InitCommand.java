package org.sluice.submitter.admin;

import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.kafka.Cluster;
import org.sluice.schemas.kafka.Servers;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.submitter.CommandContext;
import org.sluice.submitter.ExitStatus;
import org.sluice.submitter.option.NetworkOptions;
import org.sluice.submitter.request.UsageException;
import org.sluice.tracker.Tracker;
import org.sluice.tracker.node.NodeData;
import org.sluice.worker.runtime.NetworkAddress;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice network init}: puts a network on servers that run already. */
@Command(name = "init", sortOptions = false, sortSynopsis = false,
        description = {
                "Put a network on servers that run already: write where they are into the tracker, and register the "
                        + "schemas of this version.",
                "It may be said again: what is so already stays. After an update of Sluice it registers the new schemas."},
        footerHeading = "%nExamples:%n", footer = {
                "  sluice network init --tracker zk1,zk2,zk3/sluice --kafka k1:9092,k2:9092 --registry http://registry:8081",
                "  sluice network init --tracker zk1 --kafka k1:9093 --registry https://registry/apis/ccompat/v7 \\",
                "      --kafka-properties kafka.properties --registry-properties registry.properties"},
        exitCodeListHeading = "%nExit status:%n", exitCodeList = {"  0:the network can be joined",
                "  2:wrong usage, or the tracker describes another network already: nothing was changed",
                "  3:a server does not answer or does not permit it"})
final class InitCommand implements Callable<Integer> {
    private static final int USUAL_REPLICATION = 3;

    @Option(names = "--kafka", paramLabel = "BOOTSTRAP", required = true, order = 1,
            description = "Some of Kafka's brokers, host:port[,host:port...], as workers reach them.")
    private String kafka = "";

    @Option(names = "--registry", paramLabel = "URL", required = true, order = 2,
            description = "The schema registry, any with Confluent's REST API; several URLs with commas between.")
    private String registry = "";

    @Option(names = "--name", paramLabel = "NAME", order = 3, description = {
            "The network's name, with which its topics begin, so that several may share a Kafka.", "Default: sluice."})
    private String name = TopicNames.DEFAULT.network();

    @Option(names = "--replication", paramLabel = "N", order = 4, description = {
            "How many brokers keep each topic; all but one of them must have stored a record.",
            "Default: 3, or as many as there are brokers."})
    private Optional<Integer> replication = Optional.empty();

    @Option(names = "--replace", order = 5,
            description = "Put this network in the place of another that the tracker describes; its workers move.")
    private boolean replace;

    @Mixin
    private NetworkOptions options = new NetworkOptions();

    private final CommandContext context;

    InitCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Servers wanted = typed();
        NetworkAddress address = options.address(context.environment())
                .orElseThrow(() -> new UsageException(
                        "say where the tracker is: --tracker host:port[,host:port...][/path]"));
        try (Tracker tracker = Tracker.connectCreating(address.tracker(), NetworkOptions.PATIENCE,
                address.properties().tracker())) {
            Optional<Servers> before = replace ? Optional.empty() : tracker.published();
            Servers servers = checked(wanted, address, before);
            refuseAnother(address, before, servers);
            options.say("registering the schemas at " + servers.registryUrl());
            try (EventCodec codec = EventCodec.connect(servers.registryUrl(), address.properties().forRegistry())) {
                codec.registerAll();
            }
            Servers published = publish(tracker, address, before, servers);
            DescriptionText.print(address.tracker(), published, options.json(), options.commandLine().getOut());
            if (!published.equals(servers)) {
                options.say("somebody else has put this network here in the meantime, and their description stands");
            }
            options.say(before.equals(Optional.of(servers))
                    ? "it was so already; the schemas are those of this version"
                    : "workers join it with: sluice worker --tracker " + address.tracker());
        }
        return ExitStatus.FOUND;
    }

    /** Returns what the tracker describes from now on, which is another's description if that was written first. */
    private Servers publish(Tracker tracker, NetworkAddress address, Optional<Servers> before, Servers servers) {
        if (replace || before.isPresent()) {
            tracker.publishNetwork(servers);
        } else if (!tracker.publishFirst(servers)) {
            Servers first = tracker.network();
            refuseAnother(address, Optional.of(first), servers);
            return first;
        }
        return servers;
    }

    /** What was typed, before anybody is asked. */
    private Servers typed() {
        for (String url : registry.split(",", -1)) {
            checkUrl(url.strip());
        }
        for (String broker : kafka.split(",", -1)) {
            checkBroker(broker);
        }
        try {
            Servers typed = new Servers(kafka, registry.replace(" ", ""), Optional.empty(), new TopicNames(name),
                    replication.orElse(1));
            var _ = NodeData.encode(typed); // Fails if it does not fit into a node.
            return typed;
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private void checkBroker(String broker) {
        if (!broker.matches("[^\\s:]+:[0-9]{1,5}|\\[[0-9A-Fa-f:.]+\\]:[0-9]{1,5}")) {
            throw new UsageException("--kafka: write host:port[,host:port...], not '" + kafka + "'");
        }
        if (!isPort(Integer.parseInt(broker.substring(broker.lastIndexOf(':') + 1)))) {
            throw new UsageException("--kafka: a port is a number from 1 to 65535, which that of '" + broker
                    + "' is not");
        }
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= 0xFFFF;
    }

    /** All who can read the tracker see the URL. What is wrong with it is not repeated: it may hold a password. */
    private static void checkUrl(String url) {
        if (url.matches(".*[@?#].*")) {
            throw new UsageException(
                    "--registry: leave passwords and parameters out of the URL, for all who join read it; they belong "
                            + "into a file: --registry-properties");
        }
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && uri.getScheme() != null && uri.getScheme().matches("https?")
                    && (uri.getPort() < 0 || isPort(uri.getPort()))) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // It is told below.
        }
        throw new UsageException(
                "--registry: write http://host:port or https://host/path (a host's name has no _, a port is 1 to 65535), not '"
                        + url
                        + "'");
    }

    /** The network on the cluster that is really there. What it was told to be before stays, unless it is said otherwise. */
    private Servers checked(Servers wanted, NetworkAddress address, Optional<Servers> before) {
        options.say("asking Kafka at " + kafka);
        try (Cluster cluster = Cluster.connect(wanted, address.properties().forKafka())) {
            Cluster.Description described = cluster.describe();
            int brokers = described.brokers().size();
            int copies = replication.or(() -> before.map(Servers::replication))
                    .orElse(Math.min(USUAL_REPLICATION, brokers));
            if (replication.isPresent() && copies > brokers) {
                throw new UsageException(
                        "--replication " + copies + " needs as many brokers; Kafka at " + kafka + " has "
                                + brokers);
            }
            if (before.isEmpty() && !replace && cluster.hasTopics()) {
                throw new UsageException("Kafka at " + kafka + " has topics of a network that is named "
                        + wanted.topics().network()
                        + ", and the tracker knows none; give this one another --name, or add "
                        + "--replace if they are its own");
            }
            if (copies < USUAL_REPLICATION) {
                options.say("topics are kept by " + copies + (copies == 1 ? " broker" : " brokers")
                        + why(copies, brokers) + "; --replication changes that later");
            }
            return new Servers(kafka, wanted.registryUrl(), Optional.of(described.id()), wanted.topics(), copies);
        }
    }

    private String why(int copies, int brokers) {
        return replication.isPresent()
                ? ", as --replication says"
                : copies < brokers ? ", as they were" : ", for there are no more";
    }

    private static void refuseAnother(NetworkAddress address, Optional<Servers> published, Servers wanted) {
        published.filter(other -> !other.topics().equals(wanted.topics())
                || !other.clusterId().equals(wanted.clusterId())).ifPresent(other -> {
                    throw new UsageException("the tracker at " + address.tracker()
                            + " describes another network already, "
                            + other.topics().network() + " on Kafka at " + other.bootstrapServers()
                            + "; add --replace to put this one in its place, or to have both a path to --tracker and another --name");
                });
    }
}
