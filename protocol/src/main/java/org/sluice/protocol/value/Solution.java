package org.sluice.protocol.value;

/**
 * An integer whose digest meets the goal, as its finder claims.
 *
 * @param integer the integer, 0 or more
 * @param digest its digest, in hash order, at most {@value Limits#MAX_DIGEST} bytes
 * @param peer who found it
 */
public record Solution(long integer, Bytes digest, PeerId peer) {
    public Solution {
        if (integer < 0) {
            throw new IllegalArgumentException("a solution must not be negative: " + integer);
        }
        Limits.check("a digest's length in bytes", digest.length(), 0, Limits.MAX_DIGEST);
    }
}
