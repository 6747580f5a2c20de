package org.sluice.worker;

import java.util.Map;
import java.util.Optional;

import org.sluice.worker.runtime.NetworkAddress;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of the commands that run on in a network: where it is, and what its servers ask for. */
final class TrackerOptions {
    @Option(names = "--tracker", paramLabel = "ADDRESS", description = {
            "The tracker of the network: host:port[,host:port...][/path] or a DNS name.",
            "Default: the environment variable " + NetworkAddress.TRACKER_VARIABLE + ", else "
                    + NetworkAddress.LOCAL_TRACKER + "."})
    private Optional<String> tracker = Optional.empty();

    @Mixin
    private ClientOptions clients = new ClientOptions();

    /** The network that was named, by option or environment, else the one that {@code sluice up} starts on this machine. */
    NetworkAddress address(Map<String, String> environment) {
        String address = tracker.or(() -> Optional.ofNullable(environment.get(NetworkAddress.TRACKER_VARIABLE)))
                .filter(text -> !text.isBlank())
                .orElse(NetworkAddress.LOCAL_TRACKER);
        return new NetworkAddress(address, clients.read(environment));
    }
}
