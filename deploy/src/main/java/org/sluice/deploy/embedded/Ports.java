package org.sluice.deploy.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

import org.sluice.deploy.failure.NetworkException;

/**
 * What is known of a TCP port before a server binds it.
 *
 * <p>Between looking and binding another process may take the port: who lets a port be chosen has to be ready to try
 * once more, who names one gets the server's own error then.
 */
public final class Ports {
    private Ports() {}

    /** Whether a server could listen here now. */
    static boolean isFree(String bindAddress, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the servers do: a port whose last connections are still in TIME_WAIT is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address(bindAddress), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** A port that nobody listens on now, chosen by the operating system. */
    public static int free(String bindAddress) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(address(bindAddress), 0));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new NetworkException("No port can be opened on " + bindAddress + ": " + e.getMessage(), e);
        }
    }

    static void requireFree(String what, String bindAddress, int port) {
        if (!isFree(bindAddress, port)) {
            throw new PortInUseException(what, bindAddress, port);
        }
    }

    static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new NetworkException("The host name " + host + " is not known here", e);
        }
    }

    /** {@code host:port}, with the brackets that an IPv6 address needs. */
    static String endpoint(String host, int port) {
        return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Where a client on this machine reaches a server that listens on an address. */
    static String localTarget(String bindAddress) {
        return address(bindAddress).isAnyLocalAddress() ? HostBinding.LOOPBACK : bindAddress;
    }
}
