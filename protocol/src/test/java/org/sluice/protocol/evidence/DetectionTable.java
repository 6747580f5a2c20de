package org.sluice.protocol.evidence;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * How soon a peer that skips is caught, by drawing: the tables of {@code docs/evidence.md}.
 *
 * <p>Its main method prints them. The peer claims what it has every 20 s; times are those in which 500 shares a minute are expected.
 */
final class DetectionTable {
    static final int CLAIMS_PER_MINUTE = 3;
    static final double PER_CLAIM = (double) ShareGoal.PER_MINUTE / CLAIMS_PER_MINUTE;

    private static final int NEVER = Integer.MAX_VALUE;

    private DetectionTable() {}

    /** After how many claims of this work the test raises its alarm, at most so many. */
    static int claimsUntilAlarm(SkipTest test, DrawnWork work, int most) {
        for (int claims = 1; claims <= most; claims++) {
            Shares claim = work.next(PER_CLAIM);
            test.add(DrawnWork.GOAL, claim.ranges(), claim);
            if (test.alarm().isPresent()) {
                return claims;
            }
        }
        return NEVER;
    }

    /** A test of a peer that has worked honestly for so long. */
    static SkipTest after(int minutes, SplittableRandom random) {
        SkipTest test = new SkipTest();
        for (int minute = 0; minute < minutes; minute++) {
            double mean = ShareGoal.PER_MINUTE;
            long found = Math.max(0, Math.round(random.nextGaussian(mean, Math.sqrt(mean))));
            test.count(mean, found);
            for (long i = 0; i < found; i++) {
                test.gaps.share();
            }
        }
        return test;
    }

    private static void row(String what, int draws, int mostMinutes, int honestMinutes,
            Function<SplittableRandom, DrawnWork> work) {
        SplittableRandom seeds = new SplittableRandom(17);
        int[] claims = new int[draws];
        for (int i = 0; i < draws; i++) {
            SplittableRandom random = seeds.split();
            SkipTest test = after(honestMinutes, random);
            claims[i] = claimsUntilAlarm(test, work.apply(random), mostMinutes * CLAIMS_PER_MINUTE);
        }
        Arrays.sort(claims);
        System.out.printf(Locale.ROOT, "| %s | %s | %s | %s | %s |%n", what, share(claims, 1), share(claims, 5),
                time(claims[draws / 2], mostMinutes), time(claims[(int) Math.ceil(draws * 0.999) - 1], mostMinutes));
    }

    private static String share(int[] claims, int minutes) {
        long caught = Arrays.stream(claims).filter(one -> one <= minutes * CLAIMS_PER_MINUTE).count();
        return caught == claims.length
                ? "all of " + claims.length
                : String.format(Locale.ROOT, "%.2f%%", 100.0 * caught / claims.length);
    }

    private static String time(int claims, int mostMinutes) {
        return claims == NEVER
                ? "over " + mostMinutes + " min"
                : String.format(Locale.ROOT, "%.1f min", (double) claims / CLAIMS_PER_MINUTE);
    }

    public static void main(String[] arguments) {
        for (int honestMinutes : new int[]{0, 24 * 60}) {
            int draws = honestMinutes == 0 ? 20_000 : 5_000;
            System.out.println("after " + honestMinutes + " honest minutes, " + draws + " draws");
            System.out.println("| skipped | caught within 1 min | within 5 min | half within | 99.9% within |");
            System.out.println("|---|---|---|---|---|");
            for (double part : new double[]{1, 0.8, 0.5, 0.3, 0.2, 0.15, 0.1, 0.05}) {
                int most = part < 0.1 ? 90 : 40;
                row(Math.round(100 * part) + "%, scattered", part < 0.1 ? draws / 4 : draws, most, honestMinutes,
                        random -> new DrawnWork(random, part));
            }
            for (double part : new double[]{0.05, 0.02, 0.01}) {
                double whole = 5 * ShareGoal.PER_MINUTE;
                row(Math.round(100 * part) + "% of 5 min, in one piece", draws, 5, honestMinutes,
                        random -> new DrawnWork(random, 0)
                                .skipping(random.nextDouble() * (1 - part) * whole, part * whole));
            }
        }
    }
}
