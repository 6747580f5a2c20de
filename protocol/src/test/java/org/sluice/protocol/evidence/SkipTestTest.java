package org.sluice.protocol.evidence;

import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.LongStream;

import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Probabilities are held to by drawing from fixed seeds; {@code -Dhistories=1000000} draws more honest peers. */
class SkipTestTest {
    private static final int HISTORIES = Integer.getInteger("histories", 100_000);
    private static final int CHEATS = 20_000;
    private static final int FIVE_MINUTES = 5 * DetectionTable.CLAIMS_PER_MINUTE;
    private static final double SHARES_OF_FIVE_MINUTES = 5.0 * ShareGoal.PER_MINUTE;

    @Test
    void anHonestPeerIsAccusedAsRarelyAsWasAskedForWhateverTheSizeOfItsClaims() {
        double alpha = 1e-3;
        SplittableRandom seeds = new SplittableRandom(1);
        int accused = 0;
        for (int i = 0; i < HISTORIES; i++) {
            SplittableRandom random = seeds.split();
            DrawnWork work = new DrawnWork(random, 0);
            SkipTest test = new SkipTest(alpha);
            while (test.expected() < 300 && test.alarm().isEmpty()) {
                Shares claim = work.next(Math.exp(random.nextDouble(Math.log(0.1), Math.log(50))));
                test.add(DrawnWork.GOAL, claim.ranges(), claim);
            }
            accused += test.alarm().isPresent() ? 1 : 0;
        }
        double most = alpha * HISTORIES;
        assertTrue(accused <= most + 4 * Math.sqrt(most), accused + " of " + HISTORIES);
        assertTrue(accused >= most / 50, "a test that never accuses anybody is none: " + accused);
    }

    @Test
    void whoSkipsAFifthHereAndThereIsCaughtWithinFiveMinutes() {
        assertCaught(random -> new DrawnWork(random, 0.2));
    }

    @Test
    void whoSkipsATwentiethInOnePieceIsCaughtWithinFiveMinutes() {
        double piece = 0.05 * SHARES_OF_FIVE_MINUTES;
        assertCaught(random -> new DrawnWork(random, 0)
                .skipping(random.nextDouble() * (SHARES_OF_FIVE_MINUTES - piece), piece));
    }

    /** With 99.9%: of the draws fewer escape than would with 99.9% exactly, by three standard deviations. */
    private static void assertCaught(Function<SplittableRandom, DrawnWork> work) {
        SplittableRandom seeds = new SplittableRandom(2);
        int escaped = 0;
        for (int i = 0; i < CHEATS; i++) {
            DrawnWork drawn = work.apply(seeds.split());
            escaped += DetectionTable.claimsUntilAlarm(new SkipTest(), drawn, FIVE_MINUTES) > FIVE_MINUTES ? 1 : 0;
        }
        double allowed = 0.001 * CHEATS;
        assertTrue(escaped <= allowed - 3 * Math.sqrt(allowed), escaped + " of " + CHEATS + " escaped");
    }

    @Test
    void whoBeginsToSkipAfterADayIsCaughtToo() {
        SplittableRandom seeds = new SplittableRandom(3);
        for (int i = 0; i < 100; i++) {
            SplittableRandom random = seeds.split();
            SkipTest test = DetectionTable.after(24 * 60, random);
            assertTrue(test.alarm().isEmpty());
            int claims = DetectionTable.claimsUntilAlarm(test, new DrawnWork(random, 0.2), 3 * FIVE_MINUTES);
            assertTrue(claims <= 3 * FIVE_MINUTES, "not caught in draw " + i);
        }
    }

    @Test
    void aLongPieceIsFoundWhateverTheCountIs() {
        SkipTest test = new SkipTest();
        Shares tooMany = Shares.of(DrawnWork.STRENGTH, RangeSet.of(0, 10_000), LongStream.range(0, 10_000).toArray());
        Shares nothing = Shares.of(DrawnWork.STRENGTH, RangeSet.of(10_000, 50_000));
        test.add(DrawnWork.GOAL, tooMany.ranges(), tooMany);
        test.add(DrawnWork.GOAL, nothing.ranges(), nothing);

        assertInstanceOf(Alarm.TooFarApart.class, test.alarm().orElseThrow());
    }

    @Test
    void whoDoesNothingIsCaughtByTinyClaimsAsByLargeOnes() {
        for (double size : new double[]{0.001, 1, 1_000}) {
            SkipTest test = new SkipTest();
            DrawnWork work = new DrawnWork(new SplittableRandom(4), 1);
            while (test.alarm().isEmpty()) {
                Shares claim = work.next(size);
                test.add(DrawnWork.GOAL, claim.ranges(), claim);
            }
            assertEquals(0, test.proven());
            assertTrue(test.expected() <= Math.max(16, size), "caught after " + test.expected());
        }
    }

    @Test
    void theRatioIsWhatTheFormulaSaysWhereThereIsOneStart() {
        CountTest test = new CountTest();
        test.add(50, 30);
        test.add(40, 25);
        double sum = 0;
        for (double p : new double[]{0.05, 0.1, 0.2, 0.4, 0.8}) {
            sum += 0.5 * Math.pow(1 - p, 55) * Math.exp(90 * p) / 5;
        }
        assertEquals(Math.log(sum), test.logRatio(), 1e-9);
    }

    @Test
    void theMeanRatioOfHonestPeersIsTheWeightOfTheStartsThatHaveCome() {
        SplittableRandom random = new SplittableRandom(6);
        int draws = 200_000;
        double sum = 0;
        for (int i = 0; i < draws; i++) {
            CountTest test = new CountTest();
            test.add(5, new DrawnWork(random, 0).next(5).count());
            sum += Math.exp(test.logRatio());
        }
        assertEquals(0.5, sum / draws, 0.02);
    }

    @Test
    void noNumberOverflowsOrIsLost() {
        CountTest lazy = new CountTest();
        lazy.add(1e6, 0);
        assertEquals(0.8e6, lazy.logRatio(), 10);
        CountTest diligent = new CountTest();
        for (int i = 0; i < 10_000; i++) {
            diligent.add(1e6, 1_000_000);
        }
        assertTrue(diligent.logRatio() < 0);
        double before = diligent.logRatio();
        diligent.add(2_500, 1_250);
        assertTrue(diligent.logRatio() > before + 300, "half of what is expected shows soon after much honest work");
    }

    @Test
    void eachWayToTheNextShareMayBeALittleLonger() {
        GapTest test = new GapTest(5e-7);
        double first = test.limit();
        assertEquals(Math.log(Math.PI * Math.PI / 6 / 5e-7), first, 1e-12);
        for (int i = 1; i < 1_000; i++) {
            test.share();
        }
        assertEquals(first + 2 * Math.log(1_000), test.limit(), 1e-9);
    }

    @Test
    void aPieceWithoutAShareIsFoundAcrossClaims() {
        SkipTest test = new SkipTest();
        DrawnWork work = new DrawnWork(new SplittableRandom(5), 0).skipping(300, 40);
        for (int i = 0; i < 200 && test.alarm().isEmpty(); i++) {
            Shares claim = work.next(5);
            test.add(DrawnWork.GOAL, claim.ranges(), claim);
        }
        assertTrue(test.alarm().isPresent() && test.expected() <= 340, "caught after " + test.expected());
    }
}
