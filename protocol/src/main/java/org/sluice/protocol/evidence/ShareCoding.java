package org.sluice.protocol.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

/**
 * Claims as bytes, in s + 1.54 bits for a share of strength s; no coding can do with less than s + 1.44.
 *
 * <pre>
 *     version    1 byte, 1
 *     strength   1 byte, s
 *     ranges     how many; then for each how far it lies behind the end of the one before, or 0, and its size
 *     shares     how many; then for each how many of the claimed integers lie between it and the one before
 * </pre>
 *
 * <p>Numbers are LEB128, seven bits in a byte, lowest first. Behind the number of shares follow bits, highest of a byte first, the
 * last byte filled with zeros: the ranges are thought strung together, so that the numbers of integers between shares are
 * distributed geometrically with mean 2^s, and these are in Golomb-Rice code with k = s - 1: the quotient by 2^k as so many ones and
 * a zero, then the k bits of the remainder (S. W. Golomb, Run-length encodings, IEEE Transactions on Information Theory 12, 1966;
 * R. F. Rice, JPL 79-22, 1979). A mean quotient of 1 / (e^(1/2) - 1) makes s + 1.54 bits. LEB128 takes 10% to 40% more.
 *
 * <p>There is one coding of each claim. What decodes is whole, sorted and in its ranges; nothing else does.
 */
public final class ShareCoding {
    /** Most bytes of a coded claim. */
    public static final int MAX_BYTES = 512 * 1024;

    private static final int VERSION = 1;

    private ShareCoding() {}

    /**
     * The claim's bytes.
     *
     * @throws IllegalArgumentException if they would be more than {@value #MAX_BYTES}
     */
    public static byte[] encode(Shares claim) {
        BitWriter out = new BitWriter();
        out.number(VERSION);
        out.number(claim.strength());
        out.number(claim.ranges().rangeCount());
        long end = 0;
        for (Range range : claim.ranges()) {
            out.number(range.start() - end);
            out.number(range.size());
            end = range.end();
        }
        out.number(claim.count());
        long[] integers = claim.integers().toArray();
        int k = remainderBits(claim.strength());
        long before = 0; // how many integers the ranges hold up to this one
        long coded = 0; // the same up to the last share that is coded
        int at = 0;
        for (Range range : claim.ranges()) {
            for (; at < integers.length && range.contains(integers[at]); at++) {
                long position = before + (integers[at] - range.start());
                out.rice(position - coded, k);
                coded = position + 1;
            }
            before += range.size();
        }
        return out.finish();
    }

    private static int remainderBits(int strength) {
        return Math.max(0, strength - 1);
    }

    /**
     * The claim that the bytes stand for.
     *
     * @throws IllegalArgumentException if they stand for none; it says why in one line
     */
    public static Shares decode(byte[] bytes) {
        Limits.check("a claim's length in bytes", bytes.length, 0, MAX_BYTES);
        BitReader in = new BitReader(bytes);
        if (in.number("a claim's version", Long.MAX_VALUE) != VERSION) {
            throw new IllegalArgumentException("a claim of another version");
        }
        int strength = (int) in.number("a share's strength", ShareGoal.MAX_STRENGTH);
        RangeSet ranges = ranges(in);
        int count = (int) in.number("a claim's number of shares", Shares.MAX_SHARES);
        int k = remainderBits(strength);
        if (count > in.bitsLeft() / (k + 1)) { // so that few bytes cannot ask for much memory
            throw new IllegalArgumentException("a claim of " + count + " shares has not as many bits");
        }
        long[] positions = new long[count];
        long size = ranges.size();
        long next = 0;
        for (int i = 0; i < count; i++) {
            positions[i] = next + in.rice(k, size - next);
            next = positions[i] + 1;
        }
        in.finish();
        return new Shares(strength, ranges, integers(positions, ranges));
    }

    /** The integers that stand in these places of the ranges strung together; all of them are in the ranges. */
    private static long[] integers(long[] positions, RangeSet ranges) {
        long[] integers = new long[positions.length];
        int at = 0;
        long before = 0;
        for (Range range : ranges) {
            for (; at < positions.length && positions[at] - before < range.size(); at++) {
                integers[at] = range.start() + (positions[at] - before);
            }
            before += range.size();
        }
        return integers;
    }

    private static RangeSet ranges(BitReader in) {
        int count = (int) in.number("a claim's number of ranges", Shares.MAX_RANGES);
        List<Range> ranges = new ArrayList<>(count);
        long end = 0;
        for (int i = 0; i < count; i++) {
            long start = end + in.number("a range's distance", Long.MAX_VALUE - end);
            if (start == end && i > 0) {
                throw new IllegalArgumentException("ranges that touch are one");
            }
            end = start + in.number("a range's size", Long.MAX_VALUE - start);
            ranges.add(new Range(start, end));
        }
        return RangeSet.of(ranges);
    }

    private static final class BitWriter {
        private byte[] bytes = new byte[256];
        private int length;
        private int pending;
        private int pendingBits;

        private void write(int octet) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, 2 * length);
            }
            bytes[length++] = (byte) octet;
        }

        /** In LEB128; only as long as no bits are pending. */
        void number(long value) {
            long rest = value;
            for (; rest > 0x7f; rest >>>= 7) {
                write((int) ((rest & 0x7f) | 0x80));
            }
            write((int) rest);
        }

        void rice(long value, int k) {
            long quotient = value >>> k;
            if (quotient > 8L * (MAX_BYTES - length)) {
                throw new IllegalArgumentException("a claim with so few shares has more than " + MAX_BYTES + " bytes");
            }
            for (long i = 0; i < quotient; i++) {
                bit(1);
            }
            bit(0);
            for (int i = k - 1; i >= 0; i--) {
                bit((int) ((value >>> i) & 1));
            }
        }

        private void bit(int bit) {
            pending = (pending << 1) | bit;
            if (++pendingBits == 8) {
                write(pending);
                pending = 0;
                pendingBits = 0;
            }
        }

        byte[] finish() {
            while (pendingBits > 0) {
                bit(0);
            }
            Limits.check("a claim's length in bytes", length, 0, MAX_BYTES);
            return Arrays.copyOf(bytes, length);
        }
    }

    private static final class BitReader {
        private final byte[] bytes;
        /** The next bit, counted from the first byte's highest. */
        private long at;

        BitReader(byte[] bytes) {
            this.bytes = bytes;
        }

        long bitsLeft() {
            return 8L * bytes.length - at;
        }

        /** A number in LEB128, from 0 to the greatest; only at the beginning of a byte. */
        long number(String what, long most) {
            long value = 0;
            for (int shift = 0; shift < Long.SIZE; shift += 7) {
                if (bitsLeft() < 8) {
                    throw new IllegalArgumentException("a claim ends before " + what);
                }
                int next = bytes[(int) (at / 8)];
                at += 8;
                if (shift == 63 && next != 0) {
                    break;
                }
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    if (next == 0 && shift > 0) {
                        throw new IllegalArgumentException(what + " has more bytes than it needs");
                    }
                    Limits.check(what, value, 0, most);
                    return value;
                }
            }
            throw new IllegalArgumentException(what + " is above 2^63-1");
        }

        /** A number in Golomb-Rice code, below the limit. */
        long rice(int k, long limit) {
            long quotient = 0;
            while (bit() == 1) {
                quotient++;
            }
            if (quotient > limit >>> k) {
                throw new IllegalArgumentException("a share lies behind the claimed ranges");
            }
            long value = quotient << k; // limit >>> k << k is at most limit: no overflow
            for (int i = k - 1; i >= 0; i--) {
                value |= (long) bit() << i;
            }
            if (value >= limit) {
                throw new IllegalArgumentException("a share lies behind the claimed ranges");
            }
            return value;
        }

        private int bit() {
            if (bitsLeft() == 0) {
                throw new IllegalArgumentException("a claim ends before its last share");
            }
            int bit = (bytes[(int) (at / 8)] >>> (7 - at % 8)) & 1;
            at++;
            return bit;
        }

        void finish() {
            boolean isFilled = bitsLeft() < 8;
            while (isFilled && bitsLeft() > 0) {
                isFilled = bit() == 0;
            }
            if (!isFilled) {
                throw new IllegalArgumentException("a claim goes on behind its last share");
            }
        }
    }
}
