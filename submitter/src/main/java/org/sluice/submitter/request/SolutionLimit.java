package org.sluice.submitter.request;

import java.util.Locale;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;

/**
 * The rule that a job which collects all its solutions may not expect more than a million of them.
 *
 * <p>A job that ends with its first solution collects one however many there are, so the rule does not concern it.
 */
public final class SolutionLimit {
    /** The most solutions that a job in mode ALL may expect. */
    public static final long MOST = 1_000_000;

    private SolutionLimit() {}

    /** Refuses a job that expects too many. */
    public static void check(Range range, Goal goal, Mode mode, DigestAlgorithm algorithm) {
        double expected = range.size() / goal.expectedHashes(algorithm.bytes());
        if (mode == Mode.FIRST || expected <= MOST) {
            return;
        }
        throw new UsageException(String.format(Locale.ROOT,
                "this job expects about %.2g solutions and --mode all keeps at most %,d: %s, narrow the range or use --mode first",
                expected, MOST, harder(goal, range)));
    }

    private static String harder(Goal goal, Range range) {
        return switch (goal) {
            case Goal.TrailingZeroBits _ -> {
                int enough = 0;
                while (range.size() / Math.pow(2, enough) > MOST) {
                    enough++;
                }
                yield "use --zeros " + enough + " or more";
            }
            case Goal.Target _ -> "use a lower target";
        };
    }
}
