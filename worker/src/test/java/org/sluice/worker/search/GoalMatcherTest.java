package org.sluice.worker.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The matcher decides as the goal does, for digests close to the goal that no search would ever find. */
class GoalMatcherTest {
    @ParameterizedTest
    @ValueSource(ints = {4, 16, 20, 32, 64})
    void decidesOnZeroBitsAsTheGoalDoes(int length) {
        Random random = new Random(length);
        int met = 0;
        for (int zeros = 0; zeros <= length * 8; zeros++) {
            byte[] digest = digestWithTrailingZeros(random, length, zeros);
            for (int bits = Math.max(0, zeros - 2); bits <= zeros + 2; bits++) {
                Goal goal = new Goal.TrailingZeroBits(bits);
                boolean expected = bits <= zeros;
                assertEquals(expected, GoalMatcher.of(goal, length).matches(digest), bits + " of " + zeros);
                assertEquals(expected, goal.isMetBy(digest), bits + " of " + zeros);
                met += expected ? 1 : 0;
            }
        }
        assertTrue(met > length * 8);
    }

    @Test
    void decidesOnTargetsAsTheGoalDoes() {
        Random random = new Random(7);
        for (int zeroBytes = 0; zeroBytes <= 32; zeroBytes++) {
            byte[] target = new byte[32];
            random.nextBytes(target);
            for (int i = 0; i < zeroBytes; i++) {
                target[i] = 0;
            }
            Goal goal = new Goal.Target(Bytes.of(target));
            GoalMatcher matcher = GoalMatcher.of(goal, 32);
            assertTrue(matcher.matches(Bytes.of(target).reversed().toArray()), "the target itself meets it");
            for (byte[] near : neighbours(target)) {
                byte[] digest = Bytes.of(near).reversed().toArray();
                boolean expected = Arrays.compareUnsigned(near, target) <= 0;
                assertEquals(expected, matcher.matches(digest));
                assertEquals(expected, goal.isMetBy(digest));
            }
        }
    }

    @Test
    void noDigestOfAnotherLengthMeetsATarget() {
        GoalMatcher matcher = GoalMatcher.of(Blocks.target("ffff"), 20);

        assertFalse(matcher.matches(new byte[20]));
    }

    private static List<byte[]> neighbours(byte[] target) {
        List<byte[]> neighbours = new ArrayList<>();
        for (int i = 0; i < target.length; i++) {
            for (int step : List.of(-1, 1, 128)) {
                byte[] near = target.clone();
                near[i] += (byte) step;
                neighbours.add(near);
            }
        }
        return neighbours;
    }

    private static byte[] digestWithTrailingZeros(Random random, int length, int zeros) {
        byte[] digest = new byte[length];
        random.nextBytes(digest);
        for (int bit = 0; bit < zeros; bit++) {
            digest[length - 1 - bit / 8] &= (byte) ~(1 << (bit % 8));
        }
        if (zeros < length * 8) {
            digest[length - 1 - zeros / 8] |= (byte) (1 << (zeros % 8));
        }
        return digest;
    }
}
