package org.sluice.deploy.embedded;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Optional;

/**
 * Where the servers listen, and under which name others find them.
 *
 * @param bindAddress the one address that is listened on, or {@code 0.0.0.0} for all
 * @param advertisedHost what peers connect to
 */
public record HostBinding(String bindAddress, String advertisedHost) {
    public static final String LOOPBACK = "127.0.0.1";
    private static final String ALL = "0.0.0.0";

    /**
     * The narrowest binding under which {@code host} works: only that address if it is this machine's, all addresses if
     * the name leads here by other ways (a container's published port, address translation).
     *
     * @param host a name or address of this machine as peers know it, or {@code 0.0.0.0} for all of them
     */
    static HostBinding of(String host) {
        InetAddress address = Ports.address(host);
        if (address.isAnyLocalAddress()) {
            return new HostBinding(ALL, outwardAddress().orElse(LOOPBACK));
        }
        if (address.isLoopbackAddress()) {
            return new HostBinding(address.getHostAddress(), host);
        }
        return new HostBinding(isOurs(address) ? address.getHostAddress() : ALL, host);
    }

    private static boolean isOurs(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException _) {
            return false;
        }
    }

    private static Optional<String> outwardAddress() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress())
                    .map(InetAddress::getHostAddress)
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
