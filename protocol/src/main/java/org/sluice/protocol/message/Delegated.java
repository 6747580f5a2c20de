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
    /** Delegations by the subjob that they were cut from. */
    public static Map<SubjobId, List<Delegated>> byHolding(List<Delegated> delegations) {
        return delegations.isEmpty()
                ? Map.of()
                : delegations.stream().collect(Collectors.groupingBy(Delegated::holding));
    }

    /**
     * What is known to be out once a peer has told all that is out within a range.
     *
     * @param known what was known before
     * @param told what it has told
     * @param within the integers of which it has told; empty if of all
     */
    public static List<Delegated> updated(List<Delegated> known, List<Delegated> told, Optional<Range> within) {
        if (within.isEmpty()) {
            return List.copyOf(told);
        }
        RangeSet window = RangeSet.of(within.get());
        List<Delegated> updated = new ArrayList<>(known.size() + told.size());
        for (Delegated before : known) {
            before.addTo(updated, before.ranges.minus(window));
        }
        for (Delegated now : told) {
            now.addTo(updated, now.ranges.intersection(window));
        }
        return updated;
    }

    private void addTo(List<Delegated> list, RangeSet some) {
        if (!some.isEmpty()) {
            list.add(some.equals(ranges) ? this : new Delegated(holding, subjob, peer, some));
        }
    }
}
