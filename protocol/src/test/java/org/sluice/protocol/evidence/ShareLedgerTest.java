package org.sluice.protocol.evidence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

import org.sluice.protocol.Given;
import org.sluice.protocol.evidence.Standing.Proof;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;

class ShareLedgerTest {
    private static final int STRENGTH = 4;
    private static final Goal GOAL = new Goal.TrailingZeroBits(60);
    private static final Range WHOLE = new Range(0, 1_000_000);
    private static final PeerId ANNA = peer("anna");
    private static final PeerId BERT = peer("bert");
    private static final PeerId CARL = peer("carl");

    private ShareLedger ledger = new ShareLedger(WHOLE, GOAL, ShareLedgerTest::isShare, (_, _) -> true);

    static List<Long> seeds() {
        return Given.seeds(100);
    }

    /** A number in place of a digest, in which each bit is zero with one half. */
    private static boolean isShare(long integer, int strength) {
        long mixed = (integer + 1) * 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        mixed ^= mixed >>> 31;
        return strength == 0 || mixed >>> (64 - strength) == 0;
    }

    private static long[] sharesIn(RangeSet ranges, int strength) {
        return ranges.ranges()
                .stream()
                .flatMapToLong(range -> LongStream.range(range.start(), range.end()))
                .filter(integer -> isShare(integer, strength))
                .toArray();
    }

    private static Shares honest(long start, long end) {
        return honest(range(start, end), STRENGTH);
    }

    private static Shares honest(RangeSet ranges, int strength) {
        return Shares.of(strength, ranges, sharesIn(ranges, strength));
    }

    private static Shares without(long missing, long start, long end) {
        return Shares.of(STRENGTH, range(start, end),
                LongStream.of(sharesIn(range(start, end), STRENGTH)).filter(share -> share != missing).toArray());
    }

    private static Shares nothing(long start, long end) {
        return Shares.of(STRENGTH, range(start, end));
    }

    private static long firstShare(long start, long end) {
        return sharesIn(range(start, end), STRENGTH)[0];
    }

    @Test
    void whatIsClaimedWithItsSharesIsProven() {
        int shares = honest(0, 1_000).count();

        assertEquals(new Receipt.Entered(shares, 0, range(0, 1_000)), ledger.take(ANNA, honest(0, 1_000)));

        assertEquals(range(0, 1_000), ledger.proven());
        assertEquals(RangeSet.EMPTY, ledger.toRedo());
        Credit credit = ledger.credit(ANNA);
        assertEquals(16.0 * shares, credit.hashes());
        assertEquals(16 * Math.sqrt(shares), credit.standardError(), 1e-9);
        assertEquals(Map.of(ANNA, credit), ledger.credits());
    }

    @Test
    void aFalseShareConvicts() {
        long none = LongStream.range(0, 100).filter(integer -> !isShare(integer, STRENGTH)).findFirst().orElseThrow();
        ledger.take(ANNA, honest(500, 600));

        ledger.take(ANNA, Shares.of(STRENGTH, range(0, 100), none));

        assertEquals(new Standing.Convicted(new Proof.FalseShare(none)), ledger.standing(ANNA));
        assertEquals(RangeSet.EMPTY, ledger.proven());
        assertEquals(range(0, 100).plus(range(500, 600)), ledger.toRedo());
        assertTrue(ledger.credit(ANNA).hashes() > 0, "what it has proven stays proven");
        assertEquals(new Receipt.Ignored(), ledger.take(ANNA, honest(700, 800)));
    }

    @Test
    void whoClaimsMuchAndHasNothingIsSuspect() {
        assertInstanceOf(Receipt.Incriminating.class, ledger.take(ANNA, nothing(0, 16 * 40)));

        assertInstanceOf(Standing.Suspect.class, ledger.standing(ANNA));
        assertEquals(Set.of(ANNA), ledger.accused().keySet());
        assertEquals(range(0, 16 * 40), ledger.toRedo());
    }

    @Test
    void aSuspectIsConvictedByWhoRedoesItsRanges() {
        ledger.take(ANNA, nothing(0, 640));
        ledger.take(BERT, honest(0, 640));

        long missed = firstShare(0, 640);
        assertEquals(Map.of(ANNA, new Standing.Convicted(new Proof.MissedShare(missed, BERT))), ledger.accused());
        assertEquals(RangeSet.EMPTY, ledger.toRedo());
        assertEquals(range(0, 640), ledger.proven());
    }

    @Test
    void whoLacksAShareThatAnotherHasIsConvictedWhoeverComesFirst() {
        long missing = firstShare(0, 500);
        ledger.take(ANNA, without(missing, 0, 500));
        ledger.take(BERT, honest(0, 500));
        assertEquals(Map.of(ANNA, new Standing.Convicted(new Proof.MissedShare(missing, BERT))), ledger.accused());

        ledger = new ShareLedger(WHOLE, GOAL, ShareLedgerTest::isShare, (_, _) -> true);
        ledger.take(BERT, honest(0, 500));
        ledger.take(ANNA, without(missing, 0, 500));
        assertEquals(Map.of(ANNA, new Standing.Convicted(new Proof.MissedShare(missing, BERT))), ledger.accused());
    }

    @Test
    void sharesOfDifferentStrengthsAreComparedByTheGreater() {
        ledger.take(ANNA, honest(range(0, 2_000), 2));
        ledger.take(BERT, honest(range(0, 2_000), 6));
        ledger.take(CARL, honest(range(1_000, 3_000), 3));

        assertEquals(Map.of(), ledger.accused());
    }

    @Test
    void aShareBelongsToTheFirstClaimThatHasIt() {
        ledger.take(ANNA, honest(0, 1_000));
        int both = honest(500, 1_000).count();
        int later = honest(1_000, 2_000).count();

        assertEquals(new Receipt.Entered(later, both, range(500, 2_000)), ledger.take(BERT, honest(500, 2_000)));
        assertEquals(both, ledger.copied(BERT));
        assertEquals(Map.of(), ledger.accused());
    }

    @Test
    void whatIsClaimedAgainCountsOnce() {
        Receipt first = ledger.take(ANNA, honest(0, 1_000));
        Credit credit = ledger.credit(ANNA);

        assertEquals(new Receipt.Entered(0, 0, RangeSet.EMPTY), ledger.take(ANNA, honest(0, 1_000)));
        assertEquals(new Receipt.Entered(0, 0, RangeSet.EMPTY), ledger.take(ANNA, nothing(100, 900)));

        assertInstanceOf(Receipt.Entered.class, first);
        assertEquals(credit, ledger.credit(ANNA));
        assertEquals(Map.of(), ledger.accused());
    }

    @Test
    void aCopyProvesNothingThatOutlivesWhatItWasCopiedFrom() {
        ledger.take(ANNA, honest(0, 160));
        assertEquals(new Receipt.Entered(0, honest(0, 160).count(), RangeSet.EMPTY), ledger.take(BERT, honest(0, 160)));

        ledger.take(ANNA, nothing(1_000, 2_000));

        assertEquals(RangeSet.EMPTY, ledger.proven());
        assertEquals(range(0, 160).plus(range(1_000, 2_000)), ledger.toRedo());
    }

    /** Who reads others' shares and claims nothing but them, each with its own integer, gains no credit and no slack. */
    @Test
    void whoPicksOthersSharesCannotLiveOnThem() {
        ledger.take(ANNA, honest(0, 50_000));
        for (long share : sharesIn(range(0, 50_000), STRENGTH)) {
            ledger.take(BERT, Shares.of(STRENGTH, range(share, share + 1), share));
        }
        assertEquals(0, ledger.credit(BERT).shares());

        ledger.take(BERT, nothing(300_000, 300_000 + 16 * 20));

        assertInstanceOf(Standing.Suspect.class, ledger.standing(BERT));
    }

    /** Who is quicker at the very shares of another takes its credit for them, having hashed as much; not its good name. */
    @Test
    void nobodyBecomesSuspectByWhatAnotherClaims() {
        for (long share : sharesIn(range(0, 20_000), STRENGTH)) {
            ledger.take(BERT, Shares.of(STRENGTH, range(share, share + 1), share));
        }
        ledger.take(BERT, nothing(500_000, 500_100));
        ledger.take(ANNA, honest(0, 20_000));

        assertInstanceOf(Standing.Trusted.class, ledger.standing(ANNA));
        assertTrue(ledger.proven().containsAll(range(0, 20_000)));
    }

    @Test
    void whoClaimsEverythingAtFirstTakesNothingFromOthers() {
        ledger.take(ANNA, nothing(0, 1_000_000));
        int shares = honest(0, 1_000).count();

        assertEquals(new Receipt.Entered(shares, 0, range(0, 1_000)), ledger.take(BERT, honest(0, 1_000)));
    }

    @Test
    void whatIsNoneOfTheJobsIsRefusedAndHeldAgainstNobody() {
        ledger = new ShareLedger(WHOLE, GOAL, ShareLedgerTest::isShare, (_, strength) -> strength <= 10);

        assertInstanceOf(Receipt.Refused.class, ledger.take(ANNA, nothing(999_999, 1_000_001)));
        assertInstanceOf(Receipt.Refused.class, ledger.take(ANNA, Shares.of(60, range(0, 1_000_000))));
        assertEquals(Map.of(), ledger.accused());
        assertEquals(Map.of(), ledger.credits());
    }

    @Test
    void manyTinyClaimsInAnyOrderAreAsGoodAsOne() {
        List<Long> starts = new ArrayList<>(LongStream.range(0, 5_000).mapToObj(i -> i * 7).toList());
        Collections.shuffle(starts, new Random(1));

        starts.forEach(start -> ledger.take(ANNA, honest(start, start + 7)));

        assertEquals(range(0, 35_000), ledger.proven());
        assertEquals(honest(0, 35_000).count(), ledger.credit(ANNA).shares());
    }

    @Test
    void oneClaimMayFillMoreHolesThanAClaimMayHaveRanges() {
        for (long at = 0; at < 20L * Shares.MAX_RANGES; at += 10) {
            ledger.take(ANNA, honest(at, at + 5));
        }
        RangeSet all = range(0, 20L * Shares.MAX_RANGES);

        assertInstanceOf(Receipt.Entered.class, ledger.take(ANNA, honest(all, STRENGTH)));

        assertEquals(all, ledger.proven());
    }

    @Test
    void whoStopsAndStartsAndSkipsBetweenIsCaught() {
        boolean isCaught = false;
        for (long at = 0; at < 900_000 && !isCaught; at += 2_000) {
            ledger.take(ANNA, honest(at, at + 1_000));
            ledger.take(ANNA, nothing(at + 1_000, at + 1_300));
            isCaught = !(ledger.standing(ANNA) instanceof Standing.Trusted);
        }
        assertTrue(isCaught);
    }

    @Test
    void memoryHasAnEndAndForgettingAccusesNobody() {
        ledger = new ShareLedger(WHOLE, GOAL, ShareLedgerTest::isShare, (_, _) -> true,
                new ShareLedger.Capacity(3, 20, 50, 500));
        for (long at = 0; at < 100_000; at += 500) {
            ledger.take(at % 1_000 == 0 ? ANNA : BERT, honest(at / 2, at / 2 + 200));
            assertTrue(ledger.kept() <= 500);
        }
        ledger.take(ANNA, honest(100_000, 101_000));
        ledger.take(CARL, honest(0, 1_000));

        assertEquals(0, ledger.credit(CARL).shares());
        assertInstanceOf(Receipt.Refused.class, ledger.take(peer("dora"), honest(0, 10)));
        assertEquals(Map.of(), ledger.accused());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverOthersDoTheHonestAreNeverAccusedAndWhoHidesAShareIsConvictedWhereItIsRedone(long seed) {
        Random random = new Random(seed);
        boolean forgets = random.nextInt(4) == 0;
        ledger = new ShareLedger(WHOLE, GOAL, ShareLedgerTest::isShare, (_, _) -> true,
                new ShareLedger.Capacity(10, 1_000, 5_000, forgets ? 300 : 1_000_000));
        Map<PeerId, RangeSet> byCheat = new HashMap<>();
        Set<PeerId> liars = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            long start = random.nextLong(20_000);
            RangeSet ranges = range(start, start + 1 + random.nextLong(1L << random.nextInt(1, 11)));
            int strength = random.nextInt(2, 7);
            if (random.nextInt(3) > 0) {
                Receipt receipt = ledger.take(random.nextBoolean() ? ANNA : BERT, honest(ranges, strength));
                assertInstanceOf(Receipt.Entered.class, receipt);
            } else {
                PeerId cheat = peer("cheat" + random.nextInt(4));
                RangeSet before = byCheat.getOrDefault(cheat, RangeSet.EMPTY);
                long[] some = LongStream.of(sharesIn(ranges, strength)).filter(_ -> random.nextInt(20) > 0).toArray();
                ledger.take(cheat, Shares.of(strength, ranges, some));
                if (sharesIn(ranges.minus(before), strength).length > LongStream.of(some)
                        .filter(share -> !before.contains(share))
                        .count()) {
                    liars.add(cheat);
                }
                byCheat.put(cheat, before.plus(ranges));
            }
            assertTrue(!ledger.toRedo().intersects(ledger.proven()));
        }
        ledger.take(CARL, honest(range(0, 25_000), 2));

        assertTrue(liars.containsAll(ledger.accused().keySet()), "the honest are never accused");
        assertTrue(forgets || ledger.accused().keySet().equals(liars), "who has hidden a share is found out");
        assertEquals(RangeSet.EMPTY, ledger.toRedo());
    }
}
