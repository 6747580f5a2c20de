package org.sluice.tracker.address;

import java.net.UnknownHostException;
import java.time.Duration;

import org.apache.curator.ensemble.EnsembleProvider;

/**
 * The servers to which a client connects, looked up again while it is disconnected, so that servers which moved to other
 * addresses are found. While the names lead nowhere, the last known servers are tried.
 */
public final class Ensemble implements EnsembleProvider {
    public static final Duration LOOKUP_INTERVAL = Duration.ofSeconds(5);

    private final TrackerAddresses addresses;
    private final Resolver resolver;
    private final Duration lookupInterval;
    private String servers;
    private long lookedUpNanos;

    public Ensemble(TrackerAddresses addresses, Resolver resolver, Duration lookupInterval)
            throws UnknownHostException {
        this.addresses = addresses;
        this.resolver = resolver;
        this.lookupInterval = lookupInterval;
        this.servers = addresses.resolve(resolver);
        this.lookedUpNanos = System.nanoTime();
    }

    @Override
    public void start() {}

    @Override
    public void close() {}

    @Override
    public synchronized String getConnectionString() {
        if (System.nanoTime() - lookedUpNanos >= lookupInterval.toNanos()) {
            try {
                servers = addresses.resolve(resolver);
            } catch (UnknownHostException e) {
                // Names may vanish for a while with the machine's network; the servers known so far may come back.
            }
            lookedUpNanos = System.nanoTime();
        }
        return servers;
    }

    /** Never called, as the servers' own idea of their addresses is not followed: it may be of an inner network. */
    @Override
    public void setConnectionString(String connectionString) {}

    @Override
    public boolean updateServerListEnabled() {
        return true;
    }
}
