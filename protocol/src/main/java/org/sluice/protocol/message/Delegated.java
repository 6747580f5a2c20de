package org.sluice.protocol.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

/**
 * What a peer has given away of what it holds.
 *
 * @param holding the subjob of the giver that it was cut from
 * @param subjob the subjob that was made of it
 * @param peer who has it now
 * @param ranges the integers of it that are not yet covered
 */
public record Delegated(SubjobId holding, SubjobId subjob, PeerId peer, RangeSet ranges) {
    private static final int MOST_RANGES = 200_000;

    /** Delegations by the subjob that they were cut from. */
    public static Map<SubjobId, List<Delegated>> byHolding(List<Delegated> delegations) {
        return delegations.isEmpty()
                ? Map.of()
                : delegations.stream().collect(Collectors.groupingBy(Delegated::holding));
    }

    /**
     * What is known to be out once a peer has told all that is out within a range. Of what the peer does not have it can have
     * given nothing away, and more than {@value #MOST_RANGES} ranges are not kept: the peer counts as having the rest itself.
     *
     * @param held what the peer has
     * @param known what was known before
     * @param told what it has told
     * @param within the integers of which it has told; empty if of all
     */
    public static List<Delegated> updated(RangeSet held, List<Delegated> known, List<Delegated> told,
            Optional<Range> within) {
        RangeSet window = within.map(RangeSet::of).orElse(null);
        RangeSet mayBeTold = window == null ? held : held.intersection(window);
        List<Delegated> updated = new ArrayList<>(known.size() + told.size());
        int ranges = 0;
        if (window != null) {
            for (Delegated before : known) {
                ranges += before.addTo(updated, before.ranges.minus(window));
            }
        }
        for (Delegated now : told) {
            if (ranges < MOST_RANGES) {
                ranges += now.addTo(updated, now.ranges.intersection(mayBeTold));
            }
        }
        return updated;
    }

    /** Adds it, with some of its ranges, and returns how many these are. */
    private int addTo(List<Delegated> list, RangeSet some) {
        if (!some.isEmpty()) {
            list.add(some.equals(ranges) ? this : new Delegated(holding, subjob, peer, some));
        }
        return some.rangeCount();
    }
}
