package org.sluice.submitter.bitcoin;

import java.math.BigInteger;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;

/**
 * A target in the compact form of a block header's {@code nBits}: a base-256 floating-point number.
 *
 * <p>The highest byte is the length of the target in bytes, the lower three are its highest bytes, and the highest bit
 * of those is a sign. Rules and refusals are those of {@code arith_uint256::SetCompact} and {@code CheckProofOfWork} in
 * Bitcoin Core.
 */
public final class CompactTarget {
    private static final int SIGN = 0x80_0000;

    private final long bits;
    private final BigInteger target;

    private CompactTarget(long bits, BigInteger target) {
        this.bits = bits;
        this.target = target;
    }

    /**
     * Reads compact bits.
     *
     * @param bits 0 to 2^32-1
     */
    public static CompactTarget of(long bits) throws InvalidTargetException {
        if (bits < 0 || bits > 0xffff_ffffL) {
            throw new IllegalArgumentException("compact bits have 32 bits: " + bits);
        }
        int length = (int) (bits >>> 24);
        long mantissa = bits & (SIGN - 1);
        BigInteger target = length <= 3
                ? BigInteger.valueOf(mantissa >>> (8 * (3 - length)))
                : BigInteger.valueOf(mantissa).shiftLeft(8 * (length - 3));
        if (target.signum() == 0) {
            throw new InvalidTargetException(named(bits) + " stand for a target of zero, which no digest meets");
        }
        if ((bits & SIGN) != 0) {
            throw new InvalidTargetException(named(bits) + " stand for a negative target");
        }
        if (target.bitLength() > 256) {
            throw new InvalidTargetException(named(bits) + " stand for a target of more than 256 bits");
        }
        return new CompactTarget(bits, target);
    }

    /**
     * The compact form of a target, which keeps its highest 2 to 3 bytes and rounds the rest down.
     *
     * @param target 1 to 2^256-1
     */
    public static CompactTarget nearest(BigInteger target) {
        if (target.signum() <= 0 || target.bitLength() > 256) {
            throw new IllegalArgumentException("a target is 1 to 2^256-1: " + target);
        }
        int length = (target.bitLength() + 7) / 8;
        long mantissa = length <= 3
                ? target.longValueExact() << (8 * (3 - length))
                : target.shiftRight(8 * (length - 3)).longValueExact();
        if ((mantissa & SIGN) != 0) {
            mantissa >>= 8;
            length++;
        }
        try {
            return of(((long) length << 24) | mantissa);
        } catch (InvalidTargetException e) {
            throw new IllegalStateException("a valid target has a valid compact form", e);
        }
    }

    /** The compact form, 0 to 2^32-1. */
    public long bits() {
        return bits;
    }

    /** The largest number that meets the target, 1 to 2^256-1. */
    public BigInteger target() {
        return target;
    }

    /** The target as a job's goal. */
    public Goal goal() {
        String hex = target.toString(16);
        return new Goal.Target(Bytes.fromHex("0".repeat(64 - hex.length()) + hex));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CompactTarget compact && bits == compact.bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }

    @Override
    public String toString() {
        return String.format("%08x", bits);
    }

    private static String named(long bits) {
        return String.format("the bits %08x", bits);
    }
}
