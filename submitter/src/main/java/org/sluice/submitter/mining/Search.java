package org.sluice.submitter.mining;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.JobSpec;
import org.sluice.submitter.bitcoin.template.BlockCandidate;

/** One template that is searched. */
record Search(BlockCandidate candidate, JobSpec job) {
    /** The block that a block of this template extends. */
    Bytes tip() {
        return candidate.template().previousBlock();
    }

    long height() {
        return candidate.template().height();
    }
}
