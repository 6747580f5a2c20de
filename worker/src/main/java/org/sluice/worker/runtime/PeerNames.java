package org.sluice.worker.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.PeerId;

/** Makes peer ids: a readable name and an incarnation that no other process has (DESIGN section 3). */
public final class PeerNames {
    private static final int LONGEST_NAME = 60;
    private static final int INCARNATION_DIGITS = 8;

    private PeerNames() {}

    /**
     * A new identity.
     *
     * @param name what people call the peer; characters that an id may not hold become hyphens
     */
    public static PeerId incarnation(String name, RandomGenerator random) {
        StringBuilder id = new StringBuilder(readable(name)).append('-');
        for (int i = 0; i < INCARNATION_DIGITS; i++) {
            id.append(Character.forDigit(random.nextInt(36), 36));
        }
        return new PeerId(id.toString());
    }

    private static String readable(String name) {
        String plain = name.strip().replaceAll("[^A-Za-z0-9_.-]+", "-").replaceAll("^[.-]+", "");
        String shortened = plain.length() > LONGEST_NAME ? plain.substring(0, LONGEST_NAME) : plain;
        return shortened.isEmpty() ? "peer" : shortened;
    }

    /** This machine's name, for peers that were not given one. */
    public static String host() {
        try {
            String host = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
            int dot = host.indexOf('.');
            return dot > 0 ? host.substring(0, dot) : host;
        } catch (UnknownHostException e) {
            return "peer";
        }
    }
}
