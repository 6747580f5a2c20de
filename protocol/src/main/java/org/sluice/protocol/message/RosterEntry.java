package org.sluice.protocol.message;

import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.PeerId;

/**
 * A worker over which ranges may be split.
 *
 * @param peer the worker
 * @param hashesPerSecond its rate over all its cores, 1 or more
 */
public record RosterEntry(PeerId peer, long hashesPerSecond) {
    public RosterEntry {
        Limits.checkRate(hashesPerSecond, 1);
    }
}
