package org.sluice.simulator;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;

import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;

/** What has really been hashed of a job, by whom, and where its solutions lie. */
final class Ledger {
    private final JobSpec spec;
    private final NavigableSet<Long> solutions;
    private final Map<PeerId, Intervals> byPeer = new HashMap<>();
    private final Intervals hashed = new Intervals();
    private long hashes;

    Ledger(JobSpec spec, NavigableSet<Long> solutions) {
        this.spec = spec;
        this.solutions = solutions;
    }

    /** Disjoint ranges that grow, joined where they touch. */
    static final class Intervals {
        private final NavigableMap<Long, Long> ends = new TreeMap<>();
        private long size;

        /** Adds a range and returns how much of it was new. */
        long add(Range range) {
            long start = range.start();
            long end = range.end();
            long before = size;
            Map.Entry<Long, Long> below = ends.floorEntry(start);
            if (below != null && below.getValue() >= start) {
                start = below.getKey();
                end = Math.max(end, below.getValue());
                size -= below.getValue() - below.getKey();
                ends.remove(below.getKey());
            }
            Map.Entry<Long, Long> next = ends.ceilingEntry(start);
            while (next != null && next.getKey() <= end) {
                end = Math.max(end, next.getValue());
                size -= next.getValue() - next.getKey();
                ends.remove(next.getKey());
                next = ends.ceilingEntry(start);
            }
            ends.put(start, end);
            size += end - start;
            return size - before;
        }

        boolean contains(Range range) {
            Map.Entry<Long, Long> entry = ends.floorEntry(range.start());
            return entry != null && entry.getValue() >= range.end();
        }

        boolean intersects(Range range) {
            Map.Entry<Long, Long> entry = ends.lowerEntry(range.end());
            return entry != null && entry.getValue() > range.start();
        }

        long size() {
            return size;
        }
    }

    JobSpec spec() {
        return spec;
    }

    NavigableSet<Long> solutions() {
        return solutions;
    }

    void hashed(PeerId peer, RangeSet ranges) {
        for (Range range : ranges) {
            byPeer.computeIfAbsent(peer, _ -> new Intervals()).add(range);
            hashed.add(range);
            hashes += range.size();
        }
    }

    /** Whether the peer has hashed all of it. */
    boolean hasHashed(PeerId peer, RangeSet ranges) {
        Intervals own = byPeer.get(peer);
        for (Range range : ranges) {
            if (own == null || !own.contains(range)) {
                return false;
            }
        }
        return true;
    }

    /** How many different integers the peer has hashed. */
    long hashedBy(PeerId peer) {
        Intervals own = byPeer.get(peer);
        return own == null ? 0 : own.size();
    }

    /** How many different integers have been hashed by anyone. */
    long covered() {
        return hashed.size();
    }

    /** How many integers have been hashed, those that were hashed twice counted twice. */
    long hashes() {
        return hashes;
    }
}
