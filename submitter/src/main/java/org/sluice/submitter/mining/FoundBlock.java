package org.sluice.submitter.mining;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Solution;

/** A solution of a template, with which that is a block. */
record FoundBlock(Search search, Solution solution) {
    Bytes tip() {
        return search.tip();
    }

    long height() {
        return search.height();
    }

    /** Its hash as people see it. */
    String displayedHash() {
        return solution.digest().reversed().toHex();
    }
}
