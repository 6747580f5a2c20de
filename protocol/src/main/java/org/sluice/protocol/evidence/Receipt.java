package org.sluice.protocol.evidence;

import org.sluice.protocol.value.RangeSet;

/** What became of a claim. */
public sealed interface Receipt {
    /**
     * It was entered.
     *
     * @param credited how many of its shares nobody has claimed before
     * @param copied how many another peer has claimed before; an honest peer has such where work was done twice
     * @param attested what is proven hashed by it, as far as anything is proven of its peer
     */
    record Entered(int credited, int copied, RangeSet attested) implements Receipt {}

    /** It was not entered, or is worth nothing, for with it its peer has lost its trust. */
    record Incriminating(Standing standing) implements Receipt {}

    /** It was not looked at, for its peer has lost its trust before. */
    record Ignored() implements Receipt {}

    /**
     * It is none of the job's, or there is no room for it: it counts neither for nor against its peer.
     *
     * @param why in one line
     */
    record Refused(String why) implements Receipt {}
}
