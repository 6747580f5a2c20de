package org.sluice.submitter;

import java.time.Duration;
import java.util.function.Consumer;

import org.sluice.worker.runtime.NetworkAddress;

/** Where the commands get a network from. */
public interface NetworkSource {
    /**
     * Joins a network that runs already. Fails with an exception whose message is one line that says what to do.
     *
     * @param address where it is
     * @param patience how long to wait for it
     */
    Network connect(NetworkAddress address, Duration patience);

    /**
     * Starts a network of its own in this process, with workers on all cores; it ends when the network is closed. Fails
     * with an exception whose message is one line that says what to do.
     *
     * @param says takes lines that tell the user what is going on
     */
    Network embedded(Consumer<String> says);
}
