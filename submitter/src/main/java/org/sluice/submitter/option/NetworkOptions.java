package org.sluice.submitter.option;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.sluice.submitter.request.UsageException;
import org.sluice.tracker.address.TrackerAddresses;
import org.sluice.worker.ClientOptions;
import org.sluice.worker.runtime.Connections;
import org.sluice.worker.runtime.NetworkAddress;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of every command that uses a network. */
public final class NetworkOptions {
    /** How long to wait for a tracker that does not answer. */
    public static final Duration PATIENCE = Connections.PATIENCE;

    @Option(names = "--tracker", paramLabel = "ADDRESS", order = 100, description = {
            "The tracker of the network: host:port[,host:port...][/path] or a DNS name.",
            "Default: the environment variable " + NetworkAddress.TRACKER_VARIABLE + "."})
    private Optional<String> tracker = Optional.empty();

    @Option(names = "--json", order = 101,
            description = "Print one JSON document on standard output, and nothing else there.")
    private boolean json;

    @Option(names = "--quiet", order = 102,
            description = "Print no progress and no remarks, only the result and errors.")
    private boolean quiet;

    @Mixin
    private ClientOptions clients = new ClientOptions();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec command;

    /** The command line of the command that has these options. */
    public CommandLine commandLine() {
        if (command == null) {
            throw new IllegalStateException("picocli hands a command its specification before it calls it");
        }
        return command.commandLine();
    }

    /** The network whose tracker was named, by option or environment. */
    public Optional<NetworkAddress> address(Map<String, String> environment) {
        return tracker(environment).map(named -> address(named, environment));
    }

    /** The network that was named, else the one that {@code sluice up} starts on this machine. */
    public NetworkAddress addressOrLocal(Map<String, String> environment) {
        return address(tracker(environment).orElse(NetworkAddress.LOCAL_TRACKER), environment);
    }

    private NetworkAddress address(String named, Map<String, String> environment) {
        try {
            return new NetworkAddress(named, clients.read(environment));
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> tracker(Map<String, String> environment) {
        return tracker.or(() -> Optional.ofNullable(environment.get(NetworkAddress.TRACKER_VARIABLE)))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .map(NetworkOptions::checked);
    }

    private static String checked(String address) {
        try {
            return TrackerAddresses.parse(address).toString();
        } catch (IllegalArgumentException e) {
            throw new UsageException("--tracker: " + e.getMessage());
        }
    }

    /** Tells a person something that is not part of the result. */
    public void say(String line) {
        if (!quiet) {
            PrintWriter err = commandLine().getErr();
            err.println(line);
            err.flush();
        }
    }

    public boolean json() {
        return json;
    }

    public boolean quiet() {
        return quiet;
    }
}
