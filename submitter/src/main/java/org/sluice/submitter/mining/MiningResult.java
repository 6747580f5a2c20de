package org.sluice.submitter.mining;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import org.sluice.submitter.bitcoin.node.BlockVerdict.Outcome;

/**
 * What mining has come to.
 *
 * @param end why it has ended
 * @param failure what it could not go on after, if it has failed
 * @param blocks all that were handed in, in that order
 * @param hashes how many hashes are proven to have been computed
 * @param elapsed since it began
 */
public record MiningResult(End end, Optional<Exception> failure, List<MinedBlock> blocks, BigInteger hashes,
        Duration elapsed) {
    public MiningResult {
        blocks = List.copyOf(blocks);
    }

    /** Why mining has ended. */
    public enum End {
        /** So many blocks as were wanted are part of the chain. */
        DONE,
        /** It was told to stop. */
        STOPPED,
        /** Somebody else has cancelled it. */
        CANCELLED,
        /** It could not go on. */
        FAILED
    }

    /** How many blocks met this outcome. */
    public long count(Outcome outcome) {
        return blocks.stream().filter(block -> block.verdict().outcome() == outcome).count();
    }
}
