package org.sluice.submitter.mining;

import java.math.BigInteger;

import org.sluice.protocol.Notice;
import org.sluice.protocol.value.JobSpec;
import org.sluice.submitter.bitcoin.template.BlockTemplate;

/** Hears what a miner does; called on several threads. */
public interface MiningListener {
    /** Another template is searched from now on. */
    void searches(BlockTemplate template, JobSpec job);

    /**
     * How far mining is.
     *
     * @param hashes all that are proven since it began
     * @param workers how many are alive
     */
    void progressed(BigInteger hashes, int workers);

    /** A block was found and handed in. */
    void judged(MinedBlock block);

    /** Something that a person should know, in one line. */
    void remarked(String line);

    /** A job has something to tell. */
    void noticed(Notice notice);

    /** The network answers no more, or again. */
    void connected(boolean connected);
}
