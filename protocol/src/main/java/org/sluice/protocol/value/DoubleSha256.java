package org.sluice.protocol.value;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 applied twice, the hash by which Bitcoin names blocks and transactions and builds its trees (FIPS 180-4). */
public final class DoubleSha256 {
    /** Bytes of a hash. */
    public static final int LENGTH = 32;

    private DoubleSha256() {}

    /** The hash of the parts, one behind the other: 32 bytes in hash order, not as they are displayed. */
    public static Bytes of(Bytes... parts) {
        MessageDigest sha256 = sha256();
        for (Bytes part : parts) {
            sha256.update(part.toArray());
        }
        return Bytes.of(sha256.digest(sha256.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK provides SHA-256", e);
        }
    }
}
