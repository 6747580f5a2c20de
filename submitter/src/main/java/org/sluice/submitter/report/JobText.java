package org.sluice.submitter.report;

import java.util.random.RandomGenerator;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Work;
import org.sluice.worker.runtime.PeerNames;

/** What people call a job. */
public final class JobText {
    private static final int PREFIX_SHOWN = 8;
    /** Enough for the zeroes and the digits behind them of any block's target. */
    private static final int TARGET_SHOWN = 32;

    private JobText() {}

    /**
     * An id for a new job, such as {@code anna.header-k3x09a7b}: its owner, its kind, and chance. People type it.
     *
     * @param owner a name
     */
    public static JobId newId(String owner, Work work, RandomGenerator random) {
        String kind = switch (work) {
            case Work.Integers _ -> "integers";
            case Work.Header _ -> "header";
            case Work.Block _ -> "block";
        };
        return newId(owner, kind, random);
    }

    /** The same for many blocks, one after the other. */
    public static JobId newCampaignId(String owner, RandomGenerator random) {
        return newId(owner, "blocks", random);
    }

    private static JobId newId(String owner, String kind, RandomGenerator random) {
        return new JobId(owner + "." + kind + "-" + PeerNames.chance(random));
    }

    /** What a job searches, in a line of at most 300 characters. */
    public static String description(JobSpec job) {
        return work(job.work()) + " in " + job.range() + " for " + goal(job.goal())
                + (job.mode() == Mode.ALL ? ", all solutions" : ", the first solution");
    }

    private static String work(Work work) {
        return switch (work) {
            case Work.Integers integers -> integers.algorithm() + " of integers" + prefix(integers.prefix());
            case Work.Header header -> "block header " + nonces(header);
            case Work.Block(BlockSpace space) -> "extranonces, " + nonces(space.header()) + " of a block";
        };
    }

    private static String nonces(Work.Header header) {
        return header.rollVersion() ? "nonces and versions" : "nonces";
    }

    private static String prefix(Bytes prefix) {
        String hex = prefix.toHex();
        if (hex.isEmpty()) {
            return "";
        }
        return " after " + (prefix.length() <= PREFIX_SHOWN
                ? hex
                : hex.substring(0, 2 * PREFIX_SHOWN) + "... (" + prefix.length() + " bytes)");
    }

    private static String goal(Goal goal) {
        return switch (goal) {
            case Goal.TrailingZeroBits zeros -> Quantity.count(zeros.bits(), "trailing zero bit");
            case Goal.Target target -> "a hash of at most " + firstDigits(target.target().toHex());
        };
    }

    private static String firstDigits(String hex) {
        return hex.length() <= TARGET_SHOWN ? hex : hex.substring(0, TARGET_SHOWN) + "...";
    }
}
