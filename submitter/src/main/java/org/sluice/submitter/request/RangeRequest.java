package org.sluice.submitter.request;

import java.math.BigInteger;

import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;

/**
 * A range as it was asked for, before anything is known to be right about it.
 *
 * @param from {@code --from}
 * @param to {@code --to}, not itself in the range
 */
public record RangeRequest(BigInteger from, BigInteger to) {
    private static final BigInteger LARGEST_END = BigInteger.valueOf(Long.MAX_VALUE);

    /** The range, if it is one and the work is defined for all of it. */
    public Range checked(Work work) {
        if (from.signum() < 0) {
            throw new UsageException("--from must be 0 or more, not " + from + ": negative integers are not searched");
        }
        if (to.signum() < 0) {
            throw new UsageException("--to must be 1 or more, not " + to + ": negative integers are not searched");
        }
        requireFits("--from", from);
        requireFits("--to", to);
        int order = from.compareTo(to);
        if (order > 0) {
            throw new UsageException("the range is reversed: --from " + from + " is above --to " + to + "; swap them");
        }
        if (order == 0) {
            throw new UsageException("the range is empty: --from and --to are both " + from
                    + ", and --to itself is not searched; set --to above --from");
        }
        long end = to.longValueExact();
        if (end > work.limit()) {
            throw new UsageException(aboveLimit(work, end));
        }
        return new Range(from.longValueExact(), end);
    }

    private static void requireFits(String option, BigInteger integer) {
        if (integer.compareTo(LARGEST_END) > 0) {
            throw new UsageException(option + " is too large: " + integer + " is above 2^63-1 = " + LARGEST_END
                    + ", the largest end of a range");
        }
    }

    private static String aboveLimit(Work work, long end) {
        String limit = "--to is too large: " + end + " is above " + work.limit();
        return switch (work) {
            case Work.Integers _,Work.Block _ -> limit;
            case Work.Header header -> header.rollVersion()
                    ? limit + " = 2^48, for a nonce has 32 bits and the rolled version 16"
                    : limit + " = 2^32, for a nonce has 32 bits; --roll-version allows up to 2^48";
        };
    }
}
