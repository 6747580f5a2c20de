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
        try (Tracker tracker = Tracker.connect(address.tracker(), NetworkOptions.PATIENCE,
                address.properties().tracker())) {
            Optional<Servers> before = replace ? Optional.empty() : tracker.published();
            Servers servers = checked(wanted, address, before);
            refuseAnother(address, before, servers);
            options.say("registering the schemas at " + servers.registryUrl());
            try (EventCodec codec = EventCodec.connect(servers.registryUrl(), address.properties().forRegistry())) {
                codec.registerAll();
            }
            if (replace || before.isPresent()) {
                tracker.publishNetwork(servers);
            } else if (!tracker.publishFirst(servers)) {
                refuseAnother(address, tracker.published(), servers);
            }
            DescriptionText.print(address.tracker(), servers, options.json(), options.commandLine().getOut());
            options.say(before.equals(Optional.of(servers))
                    ? "it was so already; the schemas are those of this version"
                    : "workers join it with: sluice worker --tracker " + address.tracker());
        }
        return ExitStatus.FOUND;
    }

    /** What was typed, before anybody is asked. */
    private Servers typed() {
        for (String url : registry.split(",", -1)) {
            checkUrl(url.strip());
        }
        if (!kafka.matches("[^\\s,]+:[0-9]{1,5}(,[^\\s,]+:[0-9]{1,5})*")) {
            throw new UsageException("--kafka: write host:port[,host:port...], not '" + kafka + "'");
        }
        try {
            return new Servers(kafka, registry.replace(" ", ""), Optional.empty(), new TopicNames(name),
                    replication.orElse(1));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
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
            if (uri.getHost() != null && uri.getScheme() != null && uri.getScheme().matches("https?")) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // It is told below.
        }
        throw new UsageException(
                "--registry: write http://host:port or https://host/path (a host's name has no _), not '" + url
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
                        + ", for there are no more; --replication changes that later");
            }
            return new Servers(kafka, wanted.registryUrl(), Optional.of(described.id()), wanted.topics(), copies);
        }
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
