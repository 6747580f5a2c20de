package org.sluice.protocol.node;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.account.PassedOn;
import org.sluice.protocol.account.Uplink;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.SubjobId;

/**
 * What a result tells its receiver of the subjobs that are held from it: which they are, and how they are passed on.
 *
 * <p>Where that does not fit in one result it is told in a round of several. Each tells of the next few subjobs, in the order
 * in which they came, and of these how they are passed on, if need be in several {@linkplain PassedOn pages}.
 */
final class Bonds {
    private record Bond(long order, Edge edge, List<Delegated> passedOn) {}

    /** What a page takes beside its subjobs and what they are cut into: two lists, and the integers of which it tells. */
    private static final int FIXED_BYTES = 2 * EncodedSize.LIST_BYTES + EncodedSize.WITHIN_BYTES;

    private final List<Bond> bonds;
    private final long size;

    /**
     * What one result tells.
     *
     * @param next where the next result of the round begins
     * @param isWhole whether everything has been told of these subjobs
     * @param isLast whether the round is over
     */
    record Page(List<Edge> edges, List<Delegated> delegations, Optional<Range> within, Uplink.Position next,
            boolean isWhole, boolean isLast) {
        Set<SubjobId> subjobs() {
            Set<SubjobId> subjobs = new HashSet<>();
            edges.forEach(edge -> subjobs.add(edge.subjob()));
            return subjobs;
        }
    }

    private Bonds(List<Bond> bonds) {
        this.bonds = bonds;
        long sum = FIXED_BYTES;
        for (Bond bond : bonds) {
            sum += EncodedSize.of(bond.edge) + PassedOn.size(bond.passedOn);
        }
        this.size = sum;
    }

    /**
     * The bonds with one parent.
     *
     * @param open the subjobs that are held from it and not complete
     * @param handedBack those of which it gets something back, held or not
     * @param all whether it is told also of those of which it gets nothing back
     */
    static Bonds of(Distribution distribution, List<HeldSubjob> open, Map<SubjobId, Edge> handedBack, boolean all) {
        Map<SubjobId, List<Delegated>> passedOn = distribution.passedOn();
        List<Bond> bonds = new ArrayList<>();
        Set<SubjobId> held = new HashSet<>();
        open.forEach(subjob -> held.add(subjob.subjob));
        for (Edge edge : handedBack.values()) {
            if (!held.contains(edge.subjob())) {
                bonds.add(new Bond(0, edge, List.of()));
            }
        }
        for (HeldSubjob subjob : open) {
            if (all || handedBack.containsKey(subjob.subjob)) {
                bonds.add(new Bond(subjob.order, subjob.edge(), passedOn.getOrDefault(subjob.subjob, List.of())));
            }
        }
        return new Bonds(bonds);
    }

    /** How many bytes all of it takes at most. */
    long size() {
        return size;
    }

    /** As much as fits of what comes from a position on, one subjob and one piece of what is passed on in any case. */
    Page page(Uplink.Position from, int room) {
        List<Bond> left = new ArrayList<>();
        for (Bond bond : bonds) {
            if (bond.order >= from.order()) {
                left.add(bond);
            }
        }
        boolean fits = from.equals(Uplink.Position.START) && size <= room;
        List<Edge> edges = new ArrayList<>();
        List<Delegated> passedOn = new ArrayList<>();
        int used = FIXED_BYTES;
        for (Bond bond : left) {
            int more = EncodedSize.of(bond.edge);
            if (!fits && !edges.isEmpty() && used + more > room / 2) {
                break;
            }
            used += more;
            edges.add(bond.edge);
            passedOn.addAll(bond.passedOn);
        }
        PassedOn.Page page = PassedOn.page(passedOn, from.integer(), room - used);
        boolean isWhole = page.next() == 0;
        boolean isLast = isWhole && edges.size() == left.size();
        Uplink.Position next = Uplink.Position.START;
        if (!isWhole) {
            next = new Uplink.Position(left.getFirst().order, page.next());
        } else if (!isLast) {
            next = new Uplink.Position(left.get(edges.size()).order, 0);
        }
        return new Page(edges, page.delegations(), page.within(), next, isWhole, isLast);
    }
}
