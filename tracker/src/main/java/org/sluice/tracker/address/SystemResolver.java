package org.sluice.tracker.address;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;

import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;

/** The machine's resolver: the JDK's own for addresses, its DNS naming provider for SRV records. */
final class SystemResolver implements Resolver {
    private final String nameServer;

    /** Asks the name servers that the machine is set up with. */
    SystemResolver() {
        this("dns:");
    }

    /** Asks the given name server for SRV records, {@code dns://host:port}. */
    SystemResolver(String nameServer) {
        this.nameServer = nameServer;
    }

    @Override
    public List<InetAddress> addresses(String host) throws UnknownHostException {
        return List.of(InetAddress.getAllByName(host));
    }

    // The DNS provider takes a Hashtable and returns text: it resolves no other kind of name and creates no objects.
    @SuppressWarnings({"BanJNDI", "JdkObsolete"})
    @Override
    public List<Service> services(String name) {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, nameServer);
        environment.put("com.sun.jndi.dns.timeout.initial", "500");
        environment.put("com.sun.jndi.dns.timeout.retries", "2");
        List<Service> services = new ArrayList<>();
        try {
            DirContext context = new InitialDirContext(environment);
            try {
                Attribute records = context.getAttributes(name, new String[]{"SRV"}).get("SRV");
                if (records != null) {
                    NamingEnumeration<?> values = records.getAll();
                    while (values.hasMore()) {
                        service(String.valueOf(values.next())).ifPresent(services::add);
                    }
                }
            } finally {
                context.close();
            }
        } catch (NamingException e) {
            return List.of(); // no such name, no name server, or no answer in time: there is no SRV record to use
        }
        return services;
    }

    /** Reads {@code priority weight port target}; a target "." says that the service is not offered (RFC 2782). */
    static Optional<Service> service(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        String target = parts[3].endsWith(".") ? parts[3].substring(0, parts[3].length() - 1) : parts[3];
        try {
            int port = Integer.parseInt(parts[2]);
            return target.isEmpty() || port < 1 || port > 65535
                    ? Optional.empty()
                    : Optional.of(new Service(target, port));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
