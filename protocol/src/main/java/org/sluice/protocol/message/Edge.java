package org.sluice.protocol.message;

import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.SubjobId;

/**
 * The bond between a parent and a child: the subjob that the one gave the other.
 *
 * @param subjob the subjob
 * @param epoch raised at each adoption; a command with another epoch than the current is a former parent's
 */
public record Edge(SubjobId subjob, long epoch) {
    public Edge {
        Limits.checkEpoch(epoch);
    }
}
