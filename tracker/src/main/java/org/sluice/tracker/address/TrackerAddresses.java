package org.sluice.tracker.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Where a tracker's servers are, as people write it: {@code host:port[,host:port...]}, or DNS names.
 *
 * <p>A name with several addresses stands for all of them. A name without a port is first asked for SRV records
 * ({@code _sluice._tcp.NAME}), and means port {@value #DEFAULT_PORT} when it has none. IPv6 addresses stand in brackets.
 *
 * <p>A path after the last server, as in {@code zk1:2181,zk2:2181/sluice}, is where in the servers' tree the network lives: so
 * several networks, and other programs, share an ensemble.
 */
public final class TrackerAddresses {
    /** ZooKeeper's usual client port. */
    public static final int DEFAULT_PORT = 2181;

    private static final String SERVICE_PREFIX = "_sluice._tcp.";
    private static final int MAX_NAME_LENGTH = 253;

    private static final int MAX_PATH_LENGTH = 200;

    private final List<Endpoint> endpoints;
    private final String path;

    private TrackerAddresses(List<Endpoint> endpoints, String path) {
        this.endpoints = List.copyOf(endpoints);
        this.path = path;
    }

    /** One server, or a name that stands for several; {@code literal} is its address when it is written as one. */
    private record Endpoint(String host, OptionalInt port, @Nullable InetAddress literal) {}

    /**
     * Reads addresses without asking anybody.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static TrackerAddresses parse(String text) {
        int slash = text.indexOf('/');
        String servers = slash < 0 ? text : text.substring(0, slash);
        List<Endpoint> endpoints = new ArrayList<>();
        for (String part : servers.split(",", -1)) {
            endpoints.add(endpoint(part.strip()));
        }
        return new TrackerAddresses(endpoints, slash < 0 ? "" : path(text, text.substring(slash + 1).strip()));
    }

    private static String path(String text, String path) {
        if (path.length() > MAX_PATH_LENGTH || !path.matches("[A-Za-z0-9-]+(/[A-Za-z0-9-]+)*")) {
            throw wrong(text, "'/" + path + "' is no path: names of a-z, A-Z, 0-9 and - with slashes between");
        }
        return path;
    }

    /** Where in the servers' tree the network lives, without a slash before it; empty for the top. */
    public String path() {
        return path;
    }

    /**
     * What a look-up has found.
     *
     * @param servers every one once as {@code host:port}, in a fixed order
     * @param unknown the names that lead nowhere
     */
    public record Found(List<String> servers, List<String> unknown) {
        public Found {
            servers = List.copyOf(servers);
            unknown = List.copyOf(unknown);
        }
    }

    /**
     * Looks the names up.
     *
     * @return ZooKeeper's connection string: every server once, in a fixed order
     * @throws UnknownHostException if no name leads anywhere
     */
    public String resolve(Resolver resolver) throws UnknownHostException {
        Found found = find(resolver);
        if (found.servers().isEmpty()) {
            throw new UnknownHostException(String.join(", ", found.unknown()));
        }
        return String.join(",", found.servers());
    }

    /** The same; tells, too, which names are unknown while others lead somewhere. */
    public Found find(Resolver resolver) {
        SortedSet<String> servers = new TreeSet<>();
        List<String> unknown = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            try {
                servers.addAll(resolve(endpoint, resolver));
            } catch (UnknownHostException _) {
                unknown.add(endpoint.host());
            }
        }
        return new Found(List.copyOf(servers), unknown);
    }

    /** The addresses as they were written. */
    @Override
    public String toString() {
        return endpoints.stream()
                .map(endpoint -> bracketed(endpoint.host())
                        + (endpoint.port().isPresent() ? ":" + endpoint.port().getAsInt() : ""))
                .collect(Collectors.joining(",")) + (path.isEmpty() ? "" : "/" + path);
    }

    private static Collection<String> resolve(Endpoint endpoint, Resolver resolver) throws UnknownHostException {
        InetAddress literal = endpoint.literal();
        if (literal != null) {
            return List.of(join(literal.getHostAddress(), endpoint.port().orElse(DEFAULT_PORT)));
        }
        if (endpoint.port().isPresent()) {
            return expand(endpoint.host(), endpoint.port().getAsInt(), resolver);
        }
        List<Resolver.Service> services = isLocal(endpoint.host())
                ? List.of()
                : resolver.services(SERVICE_PREFIX + endpoint.host());
        if (services.isEmpty()) {
            return expand(endpoint.host(), DEFAULT_PORT, resolver);
        }
        List<String> servers = new ArrayList<>();
        UnknownHostException last = new UnknownHostException(endpoint.host());
        for (Resolver.Service service : services) {
            try {
                servers.addAll(expand(service.host(), service.port(), resolver));
            } catch (UnknownHostException e) {
                last = e;
            }
        }
        if (servers.isEmpty()) {
            throw last;
        }
        return servers;
    }

    /** A name with a single address stays a name: the client then looks it up again whenever it connects. */
    private static List<String> expand(String host, int port, Resolver resolver) throws UnknownHostException {
        List<InetAddress> addresses = resolver.addresses(host);
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host);
        }
        if (addresses.size() == 1) {
            return List.of(join(host, port));
        }
        return addresses.stream().map(address -> join(address.getHostAddress(), port)).toList();
    }

    private static Endpoint endpoint(String text) {
        if (text.isEmpty()) {
            throw wrong(text, "it is empty");
        }
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            String rest = end < 0 ? "" : text.substring(end + 1);
            if (end < 0 || (!rest.isEmpty() && !rest.startsWith(":"))) {
                throw wrong(text, "a bracket is not closed or not followed by ':port'");
            }
            String host = text.substring(1, end);
            try {
                return new Endpoint(host, port(text, rest), Inet6Address.ofLiteral(host));
            } catch (IllegalArgumentException e) {
                throw wrong(text, "'" + host + "' is no IPv6 address");
            }
        }
        int colon = text.indexOf(':');
        if (colon != text.lastIndexOf(':')) {
            throw wrong(text, "an IPv6 address must stand in brackets, [::1]:" + DEFAULT_PORT);
        }
        String host = colon < 0 ? text : text.substring(0, colon);
        OptionalInt port = port(text, colon < 0 ? "" : text.substring(colon));
        if (host.matches("[0-9.]+")) {
            // The JDK would also take "1.2.3" for an address.
            if (!host.matches("[0-9]+(\\.[0-9]+){3}")) {
                throw wrong(text, "'" + host + "' is no IPv4 address");
            }
            try {
                return new Endpoint(host, port, InetAddress.ofLiteral(host));
            } catch (IllegalArgumentException e) {
                throw wrong(text, "'" + host + "' is no IPv4 address");
            }
        }
        if (host.length() > MAX_NAME_LENGTH || !host.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?\\.?")) {
            throw wrong(text, "'" + host + "' is no host name");
        }
        return new Endpoint(host, port, null);
    }

    /** Reads {@code :port} or nothing. */
    private static OptionalInt port(String text, String suffix) {
        if (suffix.isEmpty()) {
            return OptionalInt.empty();
        }
        String digits = suffix.substring(1);
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) < 1 || Integer.parseInt(digits) > 65535) {
            throw wrong(text, "a port is a number from 1 to 65535");
        }
        return OptionalInt.of(Integer.parseInt(digits));
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException("'" + text + "' is no tracker address: " + why
                + " (write host:port[,host:port...][/path] or a DNS name)");
    }

    private static boolean isLocal(String host) {
        return host.toLowerCase(Locale.ROOT).equals("localhost");
    }

    /** Writes {@code host:port}, an IPv6 address in brackets. */
    public static String join(String host, int port) {
        return bracketed(host) + ":" + port;
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }
}
