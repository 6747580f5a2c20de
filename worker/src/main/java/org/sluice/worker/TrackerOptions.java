package org.sluice.worker;

import java.util.Map;
import java.util.Optional;

import org.sluice.tracker.address.TrackerAddresses;
import org.sluice.worker.runtime.NetworkAddress;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of every command that uses a network: where it is, and what its servers ask of their clients. */
public final class TrackerOptions {
    /** The help text of commands that have a default address. */
    public static final String LOCAL = "Without --tracker and " + NetworkAddress.TRACKER_VARIABLE
            + " the tracker is sought at " + NetworkAddress.LOCAL_TRACKER + ".";

    @Option(names = "--tracker", paramLabel = "ADDRESS", order = 100, description = {
            "The tracker of the network: host:port[,host:port...][/path] or a DNS name.",
            "Default: the environment variable " + NetworkAddress.TRACKER_VARIABLE + "."})
    private Optional<String> tracker = Optional.empty();

    @Mixin
    private ClientOptions clients = new ClientOptions();

    /**
     * The network that was named, by option or environment.
     *
     * @throws IllegalArgumentException with one line that says what is no address, or which file cannot be read
     */
    public Optional<NetworkAddress> address(Map<String, String> environment) {
        return tracker(environment).map(named -> new NetworkAddress(named, clients.read(environment)));
    }

    /**
     * The network that was named, else the one that {@code sluice up} starts on this machine.
     *
     * @throws IllegalArgumentException as {@link #address}
     */
    public NetworkAddress addressOrLocal(Map<String, String> environment) {
        return address(environment)
                .orElseGet(() -> new NetworkAddress(NetworkAddress.LOCAL_TRACKER, clients.read(environment)));
    }

    private Optional<String> tracker(Map<String, String> environment) {
        return tracker.or(() -> Optional.ofNullable(environment.get(NetworkAddress.TRACKER_VARIABLE)))
                .map(String::strip)
                .filter(address -> !address.isEmpty())
                .map(TrackerOptions::checked);
    }

    /** The same as {@link #addressOrLocal}, with wrong usage reported as picocli does. */
    NetworkAddress required(CommandLine command, Map<String, String> environment) {
        try {
            return addressOrLocal(environment);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()), e);
        }
    }

    private static String checked(String address) {
        try {
            return TrackerAddresses.parse(address).toString();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--tracker: " + e.getMessage(), e);
        }
    }
}
