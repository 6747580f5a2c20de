package org.sluice.worker.runtime;

/**
 * Where a network is, and what its servers ask of their clients: all that is needed to join it.
 *
 * @param tracker {@code host:port[,host:port...][/path]}, or a DNS name
 * @param properties what the clients are told besides
 */
public record NetworkAddress(String tracker, ClientProperties properties) {
    /** The environment variable that stands for {@code --tracker}. */
    public static final String TRACKER_VARIABLE = "SLUICE_TRACKER";

    /** Where {@code sluice up} starts a tracker on this machine. */
    public static final String LOCAL_TRACKER = "localhost:2181";

    /** A network whose servers let everybody in. */
    public static NetworkAddress open(String tracker) {
        return new NetworkAddress(tracker, ClientProperties.NONE);
    }

    @Override
    public String toString() {
        return tracker;
    }
}
