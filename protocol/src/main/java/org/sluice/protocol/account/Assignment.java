package org.sluice.protocol.account;

import java.util.List;

import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/**
 * A subjob that a former root has given away, as the job's journal tells it.
 *
 * @param subjob the subjob
 * @param epoch the epoch in which it was given
 * @param peer who has it
 * @param ranges what nobody else was given later, and was not handed back
 * @param below how the peer has passed it on, as far as it said so
 * @param belowNumber the number of the result that told so
 */
public record Assignment(SubjobId subjob, long epoch, PeerId peer, RangeSet ranges, List<Delegated> below,
        long belowNumber) {
    public Assignment {
        below = List.copyOf(below);
    }

    public static Assignment of(Holding holding, PeerId peer) {
        return new Assignment(holding.subjob(), holding.epoch(), peer, holding.ranges(), List.of(), 0);
    }

    public Assignment withRanges(RangeSet left) {
        return new Assignment(subjob, epoch, peer, left, below, belowNumber);
    }

    public Assignment withBelow(List<Delegated> told, long number) {
        return new Assignment(subjob, epoch, peer, ranges, told, number);
    }
}
