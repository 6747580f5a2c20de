package org.sluice.protocol.account;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.RangeSet;

/**
 * Divides ranges over a roster of peers.
 *
 * <p>The roster, sorted by rate, is dealt like cards into at most {@code fanOut} slices, so that all have about the same
 * rate and each is headed by one of the fastest. The head of a slice gets a part for the whole slice and divides it again.
 * Every integer lands in exactly one part.
 */
public final class Splitter {
    private Splitter() {}

    /** What one head gets, and over whom it is to divide its excess. */
    public record Part(RosterEntry head, RangeSet ranges, List<RosterEntry> slice) {}

    /** What the divider keeps for itself, and the parts. */
    public record Split(RangeSet own, List<Part> parts) {}

    /**
     * Divides ranges in proportion to rates.
     *
     * @param ranges what is to be divided
     * @param ownRate the divider's rate in hashes/s, 0 if it does not hash
     * @param roster the other peers
     * @param fanOut the most parts
     * @param shortest no peer gets less than it hashes in this time, as long as one gets anything: a smaller range is
     *     divided over fewer peers, the fastest
     */
    public static Split split(RangeSet ranges, long ownRate, List<RosterEntry> roster, int fanOut, Duration shortest) {
        List<RosterEntry> chosen = worthwhile(ranges.size(), ownRate, roster, shortest);
        if (chosen.isEmpty()) {
            return new Split(ranges, List.of());
        }
        List<List<RosterEntry>> slices = new ArrayList<>();
        for (int i = 0; i < Math.min(fanOut, chosen.size()); i++) {
            slices.add(new ArrayList<>());
        }
        for (int i = 0; i < chosen.size(); i++) {
            slices.get(i % slices.size()).add(chosen.get(i));
        }
        double rateLeft = ownRate + rate(chosen);
        RangeSet left = ranges;
        RangeSet own = left.lowest(portion(left.size(), (double) ownRate, rateLeft));
        left = left.minus(own);
        rateLeft -= ownRate;
        List<Part> parts = new ArrayList<>();
        for (List<RosterEntry> slice : slices) {
            double rate = rate(slice);
            boolean last = parts.size() == slices.size() - 1;
            RangeSet part = last ? left : left.lowest(portion(left.size(), rate, rateLeft));
            left = left.minus(part);
            rateLeft -= rate;
            if (!part.isEmpty()) {
                parts.add(new Part(slice.getFirst(), part, List.copyOf(slice.subList(1, slice.size()))));
            }
        }
        return new Split(own, parts);
    }

    private static List<RosterEntry> worthwhile(long size, long ownRate, List<RosterEntry> roster, Duration shortest) {
        List<RosterEntry> sorted = new ArrayList<>(roster);
        sorted.sort(Comparator.comparingLong(RosterEntry::hashesPerSecond)
                .reversed()
                .thenComparing(RosterEntry::peer));
        double seconds = shortest.toNanos() / 1e9;
        double rate = ownRate;
        int count = 0;
        while (count < sorted.size()) {
            rate += sorted.get(count).hashesPerSecond();
            boolean first = ownRate == 0 && count == 0;
            if (!first && (double) size / rate < seconds) {
                break;
            }
            count++;
        }
        return sorted.subList(0, count);
    }

    private static double rate(List<RosterEntry> roster) {
        double rate = 0;
        for (RosterEntry entry : roster) {
            rate += entry.hashesPerSecond();
        }
        return rate;
    }

    /** The integer nearest below {@code size * rate / total}, safe near 2^63. */
    public static long portion(long size, double rate, double total) {
        double portion = Math.floor(size * (rate / total));
        return portion >= size ? size : Math.max(0, (long) portion);
    }
}
