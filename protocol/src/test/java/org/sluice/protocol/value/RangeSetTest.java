package org.sluice.protocol.value;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class RangeSetTest {
    private static final int UNIVERSE = 200;

    static List<Long> seeds() {
        List<Long> seeds = new ArrayList<>();
        for (long seed = 0; seed < Integer.getInteger("seeds", 500); seed++) {
            seeds.add(seed);
        }
        return seeds;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void behavesLikeASetOfIntegers(long seed) {
        Random random = new Random(seed);
        List<Range> left = randomRanges(random);
        List<Range> right = randomRanges(random);
        RangeSet a = RangeSet.of(left);
        RangeSet b = RangeSet.of(right);
        BitSet bitsA = bits(left);
        BitSet bitsB = bits(right);

        BitSet union = (BitSet) bitsA.clone();
        union.or(bitsB);
        assertEquals(set(union), a.plus(b));
        BitSet difference = (BitSet) bitsA.clone();
        difference.andNot(bitsB);
        assertEquals(set(difference), a.minus(b));
        BitSet common = (BitSet) bitsA.clone();
        common.and(bitsB);
        assertEquals(set(common), a.intersection(b));
        assertEquals(bitsA.intersects(bitsB), a.intersects(b));
        assertEquals(bitsA.cardinality(), a.size());
        assertEquals(difference.isEmpty(), b.containsAll(a));
        for (int i = 0; i < UNIVERSE; i++) {
            assertEquals(bitsA.get(i), a.contains(i));
        }
        int count = random.nextInt(UNIVERSE);
        assertEquals(Math.min(count, a.size()), a.lowest(count).size());
        assertEquals(a, a.lowest(count).plus(a.highest(Math.max(0, a.size() - count))));
    }

    @Test
    void reachesTheLargestIntegerWithoutOverflow() {
        RangeSet whole = RangeSet.of(0, Long.MAX_VALUE);

        assertEquals(Long.MAX_VALUE, whole.size());
        assertEquals(RangeSet.of(Long.MAX_VALUE - 1, Long.MAX_VALUE), whole.highest(1));
        assertEquals(whole, whole.lowest(Long.MAX_VALUE));
        assertEquals(whole, RangeSet.of(0, 7).plus(RangeSet.of(5, Long.MAX_VALUE)));
    }

    @Test
    void refusesEmptyNegativeAndReversedRanges() {
        assertThrows(IllegalArgumentException.class, () -> new Range(3, 3));
        assertThrows(IllegalArgumentException.class, () -> new Range(4, 3));
        assertThrows(IllegalArgumentException.class, () -> new Range(-1, 3));
    }

    private static List<Range> randomRanges(Random random) {
        List<Range> ranges = new ArrayList<>();
        for (int i = random.nextInt(8); i > 0; i--) {
            int start = random.nextInt(UNIVERSE - 1);
            ranges.add(new Range(start, start + 1 + random.nextInt(Math.min(30, UNIVERSE - start - 1))));
        }
        return ranges;
    }

    private static BitSet bits(List<Range> ranges) {
        BitSet bits = new BitSet();
        ranges.forEach(range -> bits.set((int) range.start(), (int) range.end()));
        return bits;
    }

    private static RangeSet set(BitSet bits) {
        List<Range> ranges = new ArrayList<>();
        for (int i = bits.nextSetBit(0); i >= 0; i = bits.nextSetBit(i + 1)) {
            ranges.add(new Range(i, i + 1));
        }
        return RangeSet.of(ranges);
    }
}
