package org.sluice.protocol.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

import org.sluice.protocol.Given;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ShareCodingTest {
    private static final Shares SMALL = Shares.of(3, RangeSet.of(List.of(new Range(5, 20), new Range(300, 310))), 7, 19,
            300);

    static List<Long> seeds() {
        return Given.seeds(300);
    }

    @Test
    void theBytesAreThese() {
        // version, strength, 2 ranges: 5 further, 15 long; 280 further, 10 long; 3 shares: gaps 2, 11, 0 with k = 2:
        // 0 10, 110 11, 0 00, filled with zeros
        assertEquals("0103020" + "50f" + "98020a" + "03" + "5b00", hex(ShareCoding.encode(SMALL)));
        assertEquals(SMALL, ShareCoding.decode(ShareCoding.encode(SMALL)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsCodedIsDecoded(long seed) {
        Shares claim = drawn(new Random(seed));

        assertEquals(claim, ShareCoding.decode(ShareCoding.encode(claim)));
    }

    @Test
    void theLargestIntegersAreCodedToo() {
        long last = Long.MAX_VALUE - 1;
        Shares claim = Shares.of(63, RangeSet.of(0, Long.MAX_VALUE), 0, last);

        assertEquals(claim, ShareCoding.decode(ShareCoding.encode(claim)));
        assertThrows(IllegalArgumentException.class,
                () -> ShareCoding.encode(Shares.of(0, RangeSet.of(0, Long.MAX_VALUE), last)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverBytesComeAreAClaimWithThatCodingOrRefusedInWords(long seed) {
        Random random = new Random(seed);
        byte[] coded = ShareCoding.encode(drawn(random));
        for (int i = 0; i < 200; i++) {
            byte[] hostile = switch (random.nextInt(4)) {
                case 0 -> changed(coded, random);
                case 1 -> Arrays.copyOf(coded, random.nextInt(coded.length + 4));
                case 2 -> spoilt(coded, random);
                default -> noise(random);
            };
            Shares claim;
            try {
                claim = ShareCoding.decode(hostile);
            } catch (IllegalArgumentException e) {
                assertNotNull(e.getMessage());
                continue;
            }
            assertArrayEquals(hostile, ShareCoding.encode(claim), "there is one coding of a claim");
        }
    }

    private static byte[] changed(byte[] coded, Random random) {
        byte[] changed = coded.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    private static byte[] spoilt(byte[] coded, Random random) {
        byte[] spoilt = coded.clone();
        Arrays.fill(spoilt, random.nextInt(spoilt.length), spoilt.length, (byte) (random.nextBoolean() ? 0xff : 0));
        return spoilt;
    }

    private static byte[] noise(Random random) {
        byte[] noise = new byte[random.nextInt(40)];
        random.nextBytes(noise);
        if (noise.length > 3) {
            noise[0] = 1;
            noise[1] = (byte) random.nextInt(66);
            noise[2] = (byte) random.nextInt(4);
        }
        return noise;
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "", "01", "02030000", "0140", "010300", // other versions, strengths; too short
            "01030000ff", // longer than it is
            "0103ffffffff0f", "010300ffffffff0f", "01030000ff7f", // many ranges, many shares
            "0103018000", "01030105ff8000", // more bytes than a number needs
            "010301ffffffffffffffffff01", "010301ffffffffffffffff7f01", "01030105ffffffffffffffff7f", // beyond 2^63-1
            "010301050000", "0103020505000500", // a range without integers, two that touch
            "0100010501010" + "180", // a share behind its range
            "0103010501ff7f" + "000000000000", // more shares than bits
            "010301050f0143", // filled with ones
    })
    void malformedBytesAreRefused(String hex) {
        byte[] bytes = Bytes.fromHex(hex.length() % 2 == 0 ? hex : hex + "0").toArray();

        assertThrows(IllegalArgumentException.class, () -> ShareCoding.decode(bytes));
    }

    @Test
    void sharesAreInRisingOrderAndInTheirRanges() {
        RangeSet ranges = RangeSet.of(List.of(new Range(5, 20), new Range(300, 310)));

        for (long[] wrong : new long[][]{{4}, {20}, {7, 7}, {8, 7}, {300, 7}, {310}, {-1}}) {
            assertThrows(IllegalArgumentException.class, () -> Shares.of(3, ranges, wrong));
        }
    }

    /** 500 shares a minute in three claims: at 80 million hashes a second, and at 10 thousand million. */
    @ParameterizedTest
    @ValueSource(ints = {23, 30})
    void aWorkersMinuteTakesLessThanTwoAndAHalfKilobytesAndLessThanInLeb128(int strength) {
        Random random = new Random(strength);
        int bytes = 0;
        int leb128 = 0;
        int shares = 0;
        long start = 1L << 40;
        for (int i = 0; i < 3_000; i++) {
            Shares claim = geometric(random, strength, start, 500 / 3.0);
            start = claim.ranges().first().end();
            bytes += ShareCoding.encode(claim).length;
            leb128 += leb128(claim);
            shares += claim.count();
        }
        double perMinute = bytes / 1_000.0;
        String measured = perMinute + " bytes a minute, of LEB128 " + leb128 / 1_000.0 + ", with " + shares / 1_000.0;
        assertTrue(perMinute < 2_100, measured); // which leaves 130 bytes for all else of each of three messages
        assertTrue(bytes < 0.95 * leb128, measured);
        assertTrue(8.0 * bytes / shares < strength + 2.5, measured);
    }

    private static Shares geometric(Random random, int strength, long start, double expected) {
        double each = Math.pow(2, strength);
        long end = start + Math.round(expected * each);
        List<Long> integers = new ArrayList<>();
        for (double at = start - each * Math.log(1 - random.nextDouble()); at < end; at -= each
                * Math.log(1 - random.nextDouble())) {
            integers.add((long) at);
        }
        return new Shares(strength, RangeSet.of(start, end), integers.stream().mapToLong(Long::longValue).toArray());
    }

    /** The length of the differences in LEB128. */
    private static int leb128(Shares claim) {
        int length = 0;
        long before = claim.ranges().first().start() - 1;
        for (long integer : claim.integers().toArray()) {
            length += Math.max(1, (70 - Long.numberOfLeadingZeros(integer - before - 1)) / 7);
            before = integer;
        }
        return length;
    }

    private static Shares drawn(Random random) {
        int strength = random.nextInt(12);
        List<Range> ranges = new ArrayList<>();
        TreeSet<Long> integers = new TreeSet<>();
        long at = random.nextLong(1L << random.nextInt(1, 60));
        for (int i = random.nextInt(5); i > 0; i--) {
            Range range = new Range(at, at + 1 + random.nextLong(1L << random.nextInt(1, 14)));
            ranges.add(range);
            for (int share = random.nextInt(6); share > 0; share--) {
                integers.add(random.nextLong(range.start(), range.end()));
            }
            at = range.end() + random.nextLong(1L << random.nextInt(1, 20));
        }
        return Shares.of(strength, RangeSet.of(ranges), integers.stream().mapToLong(Long::longValue).toArray());
    }

    private static String hex(byte[] bytes) {
        return Bytes.of(bytes).toHex();
    }
}
