package org.sluice.submitter.request;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Security;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A hash algorithm that can be searched.
 *
 * @param name the name, as the JDK writes it, or {@code SHA-256d}
 * @param bytes the length of a digest in bytes
 */
public record DigestAlgorithm(String name, int bytes) {
    /** SHA-256 applied twice, which Bitcoin uses. */
    public static final DigestAlgorithm SHA_256D = new DigestAlgorithm("SHA-256d", 32);

    /** All algorithms of this JDK, and SHA-256d, by name. */
    public static SortedMap<String, DigestAlgorithm> known() {
        SortedMap<String, DigestAlgorithm> known = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        known.put(SHA_256D.name(), SHA_256D);
        for (String name : Security.getAlgorithms("MessageDigest")) {
            int bytes = digestLength(name);
            // A provider may leave the length open; whether a goal can be met is then unknown.
            if (bytes > 0) {
                known.put(name, new DigestAlgorithm(name, bytes));
            }
        }
        return known;
    }

    /** Reads a name, in either case. */
    public static DigestAlgorithm parse(String text) {
        SortedMap<String, DigestAlgorithm> known = known();
        DigestAlgorithm algorithm = known.get(text);
        if (algorithm == null) {
            throw new UsageException(
                    "unknown algorithm '" + text + "'; this JDK knows " + String.join(", ", known.keySet()));
        }
        return algorithm;
    }

    /** The length of a digest in bits. */
    public int bits() {
        return 8 * bytes;
    }

    private static int digestLength(String name) {
        try {
            return MessageDigest.getInstance(name).getDigestLength();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the JDK lists " + name + " but does not provide it", e);
        }
    }
}
