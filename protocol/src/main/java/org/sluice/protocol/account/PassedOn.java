package org.sluice.protocol.account;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

/**
 * How a peer has passed on what it holds, in pages that fit in messages.
 *
 * <p>A page tells all that is out within a range of integers and nothing of the others. So each is true by itself: it may be
 * lost, repeated, late or overtaken, and what it does not tell stays with its receiver as it was. The pages of one round
 * follow each other from the lowest integer to the highest.
 */
public final class PassedOn {
    private PassedOn() {}

    /**
     * One page.
     *
     * @param delegations what is out
     * @param within the integers of which it tells; empty if it tells of all
     * @param next where the next page begins, 0 if this is the last of its round
     */
    public record Page(List<Delegated> delegations, Optional<Range> within, long next) {}

    private record Piece(long start, long end, Delegated of) {
        int size() {
            return EncodedSize.withoutRanges(of) + EncodedSize.LIST_BYTES + EncodedSize.of(new Range(start, end));
        }
    }

    /** The most that the delegations take, reckoned quickly when there are few. */
    public static long size(List<Delegated> delegations) {
        long size = 0;
        for (Delegated delegated : delegations) {
            size += EncodedSize.withoutRanges(delegated) + EncodedSize.atMost(delegated.ranges());
        }
        return size;
    }

    /**
     * The page that begins at an integer.
     *
     * @param delegations everything that is out
     * @param from the first integer of which it tells
     * @param room how many bytes it may take; one piece is told in any case
     */
    public static Page page(List<Delegated> delegations, long from, int room) {
        if (from == 0 && size(delegations) <= room) {
            return new Page(delegations, Optional.empty(), 0);
        }
        List<Piece> pieces = pieces(delegations, from);
        int size = 0;
        int count = 0;
        while (count < pieces.size() && (count == 0 || size + pieces.get(count).size() <= room)) {
            size += pieces.get(count).size();
            count++;
        }
        boolean last = count == pieces.size();
        long to = last ? Long.MAX_VALUE : pieces.get(count).start;
        boolean whole = last && from == 0;
        return new Page(joined(pieces.subList(0, count)), whole ? Optional.empty() : Optional.of(new Range(from, to)),
                last ? 0 : to);
    }

    /** In rising order, none overlapping another, so that a page can end before any of them. */
    private static List<Piece> pieces(List<Delegated> delegations, long from) {
        List<Piece> sorted = new ArrayList<>();
        for (Delegated delegated : delegations) {
            for (Range range : delegated.ranges()) {
                if (range.end() > from) {
                    sorted.add(new Piece(Math.max(range.start(), from), range.end(), delegated));
                }
            }
        }
        sorted.sort(Comparator.comparingLong(Piece::start));
        List<Piece> pieces = new ArrayList<>(sorted.size());
        long end = from;
        for (Piece piece : sorted) {
            if (piece.end > end) {
                pieces.add(piece.start >= end ? piece : new Piece(end, piece.end, piece.of));
                end = piece.end;
            }
        }
        return pieces;
    }

    private static List<Delegated> joined(List<Piece> pieces) {
        IdentityHashMap<Delegated, List<Range>> ranges = new IdentityHashMap<>();
        List<Delegated> order = new ArrayList<>();
        for (Piece piece : pieces) {
            ranges.computeIfAbsent(piece.of, delegated -> {
                order.add(delegated);
                return new ArrayList<>(1);
            }).add(new Range(piece.start, piece.end));
        }
        List<Delegated> joined = new ArrayList<>(order.size());
        for (Delegated delegated : order) {
            List<Range> told = ranges.getOrDefault(delegated, List.of());
            joined.add(new Delegated(delegated.holding(), delegated.subjob(), delegated.peer(), RangeSet.of(told)));
        }
        return joined;
    }
}
