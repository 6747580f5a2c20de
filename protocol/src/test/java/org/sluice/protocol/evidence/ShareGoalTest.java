package org.sluice.protocol.evidence;

import java.util.Random;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ShareGoalTest {
    private static final Goal HARD = target("00000000ffff" + "00".repeat(26));

    private static Goal target(String hex) {
        return new Goal.Target(Bytes.fromHex(hex));
    }

    @Test
    void integersHaveSoManyTrailingZeros() {
        ShareGoal shares = ShareGoal.of(new Goal.TrailingZeroBits(40), 20);

        assertEquals(new ShareGoal(new Goal.TrailingZeroBits(20), 1 << 20), shares);
        assertEquals(3, shares.expectedShares(RangeSet.of(5, 5 + (3 << 20))));
    }

    @Test
    void headersHaveNumbersBelowAPowerOfTwo() {
        assertEquals(new ShareGoal(target("00".repeat(2) + "ff".repeat(30)), 1 << 16), ShareGoal.of(HARD, 16));
        assertEquals(new ShareGoal(target("ff".repeat(32)), 1), ShareGoal.of(HARD, 0));
        assertEquals(target("00".repeat(3) + "1f" + "ff".repeat(28)), ShareGoal.of(HARD, 27).goal());
    }

    @Test
    void sharesAreNeverHarderToFindThanSolutions() {
        assertEquals(new ShareGoal(new Goal.TrailingZeroBits(8), 256), ShareGoal.of(new Goal.TrailingZeroBits(8), 20));
        assertEquals(HARD, ShareGoal.of(HARD, 40).goal());
        assertEquals(HARD.expectedHashes(32), ShareGoal.of(HARD, 63).hashesPerShare());
        Random random = new Random(1);
        for (int i = 0; i < 10_000; i++) {
            byte[] digest = new byte[32];
            random.nextBytes(digest);
            for (int zero = random.nextInt(8); zero > 0; zero--) {
                digest[32 - zero] = 0;
            }
            int strength = random.nextInt(ShareGoal.MAX_STRENGTH + 1);
            for (Goal goal : new Goal[]{HARD, new Goal.TrailingZeroBits(30), target("00" + "ff".repeat(31))}) {
                assertTrue(!goal.isMetBy(digest) || ShareGoal.of(goal, strength).goal().isMetBy(digest));
            }
        }
    }

    @Test
    void aWorkerFindsAboutFiveHundredInAMinute() {
        for (long rate = 100; rate < 1L << 49; rate = rate * 5 / 4) {
            double perMinute = 60.0 * rate / Math.pow(2, ShareGoal.strengthFor(rate, 1));
            assertTrue(perMinute > 353 && perMinute < 708, perMinute + " at " + rate);
        }
        assertEquals(0, ShareGoal.strengthFor(0, 1));
        assertEquals(0, ShareGoal.strengthFor(1, 1));
    }

    @Test
    void allWorkersTogetherFindAMillionAtMost() {
        for (int workers = 1; workers < 1_000_000; workers = workers * 3 + 1) {
            double perMinute = workers * 60e6 / Math.pow(2, ShareGoal.strengthFor(1_000_000, workers));
            assertTrue(perMinute <= ShareGoal.PER_MINUTE_OF_A_JOB, perMinute + " with " + workers);
        }
    }

    @Test
    void aStrengthHasBounds() {
        assertThrows(IllegalArgumentException.class, () -> ShareGoal.of(HARD, -1));
        assertThrows(IllegalArgumentException.class, () -> ShareGoal.of(HARD, 64));
    }
}
