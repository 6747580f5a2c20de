package org.sluice.tracker.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** What the domain name system knows. */
public interface Resolver {
    /** All addresses (A and AAAA records) of a host. */
    List<InetAddress> addresses(String host) throws UnknownHostException;

    /** The SRV records under a name; empty when there are none or nobody answers. */
    List<Service> services(String name);

    /** The machine's own resolver. */
    static Resolver system() {
        return new SystemResolver();
    }

    /**
     * An SRV record (RFC 2782), without its priority and weight, as the client tries all servers anyway.
     *
     * @param host the target's name without the final dot
     * @param port the target's port
     */
    record Service(String host, int port) {}
}
