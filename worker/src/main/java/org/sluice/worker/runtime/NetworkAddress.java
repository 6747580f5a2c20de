package org.sluice.worker.runtime;

/**
 * Where a network is, and what its servers ask of their clients: all that is needed to join it.
 *
 * @param tracker {@code host:port[,host:port...][/path]}, or a DNS name
 * @param properties what the clients are told besides
 */
public record NetworkAddress(String tracker, ClientProperties properties) {
    /** A network whose servers let everybody in. */
    public static NetworkAddress open(String tracker) {
        return new NetworkAddress(tracker, ClientProperties.NONE);
    }

    @Override
    public String toString() {
        return tracker;
    }
}
