package org.sluice.deploy;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;

import org.sluice.deploy.embedded.DataFolder;
import org.sluice.deploy.embedded.EmbeddedNetwork;
import org.sluice.deploy.embedded.HostBinding;
import org.sluice.deploy.output.StandardStreams;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.tracker.node.TrackerException;
import org.sluice.worker.runtime.NetworkAddress;
import org.sluice.worker.runtime.Steward;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./sluice up}: an embedded network that others can join, until it is told to stop. */
@Command(name = "up", sortOptions = false,
        description = "Runs a network of its own on this machine (tracker, Kafka and schema registry in one process), which "
                + "workers and submitters can join. Ctrl-C stops it; started again, it goes on with what it had.")
final class UpCommand implements Callable<Integer> {
    static final int DEFAULT_PORT = 2181;
    private static final int HIGHEST_PORT = 0xFFFF - 2;
    private static final Logger LOG = LoggerFactory.getLogger(UpCommand.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(12);

    @Option(names = "--port", paramLabel = "P",
            description = "The tracker's port (default: " + DEFAULT_PORT
                    + "); Kafka and the registry then take P+1 and P+2. 0 takes the ports of the last start, or free ones.")
    private @Nullable Integer port;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Where the network keeps its data (default: ~/.local/share/sluice).")
    private @Nullable Path data;

    @Option(names = "--name", paramLabel = "NET",
            description = "The network's name, with which its topics begin: 1 to 40 of a-z, 0-9 and - (default: sluice). "
                    + "It is set at the first start and kept.")
    private @Nullable String name;

    @Option(names = "--host", paramLabel = "H", defaultValue = HostBinding.LOOPBACK,
            description = "The name or address under which other machines reach this one; 0.0.0.0 listens on all addresses "
                    + "(default: ${DEFAULT-VALUE}, this machine only). There is no access control: use it in networks you trust.")
    private String host = HostBinding.LOOPBACK;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
        EmbeddedNetwork network = EmbeddedNetwork.start(options(commandLine));
        PrintWriter out = commandLine.getOut();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(network, out), "sluice-stop"));
        network.remarks().forEach(line -> commandLine.getErr().println("sluice: " + line));
        commandLine.getErr().flush();
        greet(network, out);
        lookAfter(network);
        return 0;
    }

    /** Until the process is told to stop. */
    private static void lookAfter(EmbeddedNetwork network) throws InterruptedException {
        while (true) {
            try (Steward steward = Steward.join(NetworkAddress.open(network.trackerAddress()), PATIENCE)) {
                steward.run(_ -> {});
            } catch (TrackerException | ServersUnavailableException e) {
                LOG.debug("the network cannot be looked after now", e);
                Thread.sleep(BETWEEN_ATTEMPTS);
            }
        }
    }

    private EmbeddedNetwork.Options options(CommandLine commandLine) {
        Path folder = data != null ? data : DataFolder.userDefault();
        Optional<TopicNames> topics;
        try {
            topics = Optional.ofNullable(name).map(TopicNames::new);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(commandLine, "--name: " + e.getMessage(), e);
        }
        if (port == null) {
            return new EmbeddedNetwork.Options(folder, host, DEFAULT_PORT, 0, 0, topics);
        }
        if (port < 0 || port > HIGHEST_PORT) {
            throw new ParameterException(commandLine, "--port is 0, or a number from 1 to " + HIGHEST_PORT);
        }
        return port == 0
                ? new EmbeddedNetwork.Options(folder, host, 0, 0, 0, topics)
                : new EmbeddedNetwork.Options(folder, host, port, port + 1, port + 2, topics);
    }

    private void greet(EmbeddedNetwork network, PrintWriter out) {
        String tracker = network.trackerAddress();
        out.println("Sluice " + Version.current() + ": the network is up.");
        out.println("  Tracker   " + tracker);
        out.println("  Kafka     " + network.servers().bootstrapServers());
        out.println("  Registry  " + network.servers().registryUrl());
        out.println("  Data      " + network.data());
        out.println();
        out.println("Lend it this machine's cores:  ./sluice worker --tracker " + tracker);
        out.println(
                "Give it work:                  ./sluice submit integers --from 0 --to 100000000 --zeros 24 --tracker "
                        + tracker);
        out.println("See who is there:              ./sluice peers --tracker " + tracker);
        if (host.equals(HostBinding.LOOPBACK)) {
            out.println("Only this machine can join; --host with its name or address lets others in.");
        }
        out.println("Ctrl-C stops it.");
        out.flush();
    }

    private static void stop(EmbeddedNetwork network, PrintWriter out) {
        Thread closing = Thread.ofPlatform().daemon().start(network::close);
        try {
            out.println(closing.join(STOP_TIMEOUT)
                    ? "The network has stopped."
                    : "The network did not stop in time and is left behind.");
        } catch (InterruptedException _) {
            out.println("The network was not stopped in order.");
        }
        out.flush();
        StandardStreams.settle();
    }
}
