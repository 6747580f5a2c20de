package org.sluice.worker.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.Identifier;
import org.sluice.protocol.value.PeerId;

/** Makes peer ids: a readable name and an incarnation that no other process has. */
public final class PeerNames {
    private static final int DIGITS = 36;

    private PeerNames() {}

    /**
     * A new identity.
     *
     * @param name what people call the peer
     * @throws IllegalArgumentException if it is no name
     */
    public static PeerId incarnation(String name, RandomGenerator random) {
        return new PeerId(Identifier.checkedName("a peer's name", name) + "." + chance(random));
    }

    /** What nobody else has drawn: 8 of {@code a-z} and {@code 0-9}. */
    public static String chance(RandomGenerator random) {
        StringBuilder drawn = new StringBuilder();
        for (int i = 0; i < PeerId.INCARNATION_LENGTH; i++) {
            drawn.append(Character.forDigit(random.nextInt(DIGITS), DIGITS));
        }
        return drawn.toString();
    }

    /** The name of a worker that was given none: that of its machine, made to fit. */
    public static String ofMachine() {
        return fitted(host(), "machine");
    }

    /** The name of who submits jobs and gives none: the name with which he has logged in, made to fit. */
    public static String ofUser() {
        return fitted(System.getProperty("user.name", ""), "user");
    }

    /** What of a text can be a name: in small letters, with hyphens for the rest. */
    static String fitted(String text, String otherwise) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String shortened = plain.length() > Identifier.MAX_NAME ? plain.substring(0, Identifier.MAX_NAME) : plain;
        return shortened.isEmpty() ? otherwise : shortened;
    }

    /** This machine's name. */
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
