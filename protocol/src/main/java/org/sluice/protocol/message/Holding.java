package org.sluice.protocol.message;

import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/**
 * A subjob as its holder has it.
 *
 * @param subjob the subjob
 * @param epoch the epoch of its edge
 * @param ranges the integers it consists of
 */
public record Holding(SubjobId subjob, long epoch, RangeSet ranges) {
    public Holding {
        Limits.checkEpoch(epoch);
    }

    /** Its bond with its parent. */
    public Edge edge() {
        return new Edge(subjob, epoch);
    }
}
