package org.sluice.protocol.message;

import java.util.List;

import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;

/**
 * Proof that a peer has really hashed its ranges: integers whose digests end with at least so many zero bits.
 *
 * @param peer who hashed them
 * @param zeroBits how many trailing zero bits each of the digests has at least, 0 to {@value Limits#MAX_ZERO_BITS}
 * @param integers the integers, 0 or more, in rising order
 */
public record Evidence(PeerId peer, int zeroBits, List<Long> integers) {
    public Evidence {
        integers = List.copyOf(integers);
        Limits.check("a number of zero bits", zeroBits, 0, Limits.MAX_ZERO_BITS);
        long before = 0;
        for (long integer : integers) {
            if (integer < before) {
                throw new IllegalArgumentException("the integers of evidence rise from 0, but " + integer
                        + " stands behind " + before);
            }
            before = integer;
        }
    }
}
