package org.sluice.worker.search;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.sluice.protocol.value.Goal;

/**
 * What a goal demands of a SHA-256 digest's last 32-bit word: its bytes in opposite order, masked, are not above a
 * limit.
 *
 * <p>Both kinds of goal have this form: the last bits of a digest are zero, and the digest's last bytes are the most
 * significant ones of a little-endian number. A digest that fails here misses the goal; one that passes may meet it.
 *
 * @param mask which bits of the reversed word count
 * @param limit the largest unsigned number that they may form
 */
public record LastWord(int mask, int limit) {
    private static final int AT = 28;

    /** Whether the last word of a SHA-256 digest is so. */
    public boolean isMetBy(byte[] digest) {
        int reversed = ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN).getInt(AT);
        return Integer.compareUnsigned(reversed & mask, limit) <= 0;
    }

    public static LastWord of(Goal goal) {
        return switch (goal) {
            case Goal.TrailingZeroBits(int bits) ->
                new LastWord(Integer.reverseBytes(bits >= Integer.SIZE ? -1 : (1 << bits) - 1), 0);
            case Goal.Target(var target) ->
                new LastWord(-1, (int) Long.parseLong(target.toHex().substring(0, 8), 16));
        };
    }
}
