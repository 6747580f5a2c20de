package org.sluice.protocol.message;

import java.util.List;

import org.sluice.protocol.value.PeerId;

/**
 * Proof that a peer has really hashed its ranges: integers whose digests end with at least so many zero bits.
 *
 * @param peer who hashed them
 * @param zeroBits how many trailing zero bits each of the digests has at least
 * @param integers the integers, in rising order
 */
public record Evidence(PeerId peer, int zeroBits, List<Long> integers) {
    public Evidence {
        integers = List.copyOf(integers);
    }
}
