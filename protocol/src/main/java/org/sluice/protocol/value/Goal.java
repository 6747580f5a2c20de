package org.sluice.protocol.value;

import java.math.BigInteger;

/** What a digest must fulfil to be a solution. */
public sealed interface Goal {
    /** Whether the digest, in the order in which the hash function delivers it, meets the goal. */
    boolean isMetBy(byte[] digest);

    /** How many digests of the given length in bytes are hashed on average for one solution, 1 or more. */
    double expectedHashes(int digestLength);

    /**
     * The last bits of the digest are zero (the original document's trailing zeroes).
     *
     * @param bits 0 to 4096
     */
    record TrailingZeroBits(int bits) implements Goal {
        public TrailingZeroBits {
            Limits.check("a number of zero bits", bits, 0, Limits.MAX_ZERO_BITS);
        }

        @Override
        public boolean isMetBy(byte[] digest) {
            int whole = bits / 8;
            if (bits > digest.length * 8) {
                return false;
            }
            for (int i = 1; i <= whole; i++) {
                if (digest[digest.length - i] != 0) {
                    return false;
                }
            }
            int rest = bits % 8;
            return rest == 0 || (digest[digest.length - 1 - whole] & ((1 << rest) - 1)) == 0;
        }

        @Override
        public double expectedHashes(int digestLength) {
            return Math.pow(2, bits);
        }
    }

    /**
     * Bitcoin's rule: the digest, read as a little-endian number, is not above the target.
     *
     * @param target the largest number that is a solution, 32 bytes big-endian
     */
    record Target(Bytes target) implements Goal {
        public Target {
            if (target.length() != 32) {
                throw new IllegalArgumentException("a target has 32 bytes, not " + target.length());
            }
        }

        @Override
        public boolean isMetBy(byte[] digest) {
            if (digest.length != 32) {
                return false;
            }
            byte[] limit = target.toArray();
            for (int i = 0; i < 32; i++) {
                int order = Integer.compare(digest[31 - i] & 0xff, limit[i] & 0xff);
                if (order != 0) {
                    return order < 0;
                }
            }
            return true;
        }

        @Override
        public double expectedHashes(int digestLength) {
            return Math.pow(2, 256) / new BigInteger(1, target.toArray()).add(BigInteger.ONE).doubleValue();
        }
    }
}
