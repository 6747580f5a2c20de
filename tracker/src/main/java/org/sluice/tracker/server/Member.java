package org.sluice.tracker.server;

import org.sluice.tracker.address.TrackerAddresses;

/**
 * One server of an ensemble, written {@code host:quorum:election:client}.
 *
 * @param host its name or address, an IPv6 address without brackets
 * @param quorumPort where followers reach it when it leads
 * @param electionPort where members elect a leader
 * @param clientPort where peers reach it
 */
public record Member(String host, int quorumPort, int electionPort, int clientPort) {
    public static Member parse(String text) {
        String trimmed = text.strip();
        int end = trimmed.startsWith("[") ? trimmed.indexOf(']') + 1 : trimmed.indexOf(':');
        if (end <= 0 || end >= trimmed.length() || trimmed.charAt(end) != ':') {
            throw wrong(trimmed);
        }
        String host = trimmed.startsWith("[") ? trimmed.substring(1, end - 1) : trimmed.substring(0, end);
        String[] ports = trimmed.substring(end + 1).split(":", -1);
        if (ports.length != 3 || !host.matches("[A-Za-z0-9_.:-]+")) {
            throw wrong(trimmed);
        }
        return new Member(host, port(trimmed, ports[0]), port(trimmed, ports[1]), port(trimmed, ports[2]));
    }

    /** ZooKeeper's notation of it, with the given host to listen on for clients. */
    public String configuration(String clientHost) {
        return TrackerAddresses.join(host, quorumPort) + ":" + electionPort + ":participant;"
                + TrackerAddresses.join(clientHost, clientPort);
    }

    private static int port(String text, String digits) {
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) < 1 || Integer.parseInt(digits) > 65535) {
            throw wrong(text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("'" + text
                + "' is no member: write host:quorumPort:electionPort:clientPort, as in tracker1:2888:3888:2181");
    }
}
