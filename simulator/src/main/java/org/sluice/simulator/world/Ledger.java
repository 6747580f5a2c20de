package org.sluice.simulator.world;

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
public final class Ledger {
    private final JobSpec spec;
    private final NavigableSet<Long> solutions;
    private final Map<PeerId, Intervals> byPeer = new HashMap<>();
    private long hashes;

    public Ledger(JobSpec spec, NavigableSet<Long> solutions) {
        this.spec = spec;
        this.solutions = solutions;
    }

    /** Disjoint ranges that grow, joined where they touch. Mostly the one grows that grew last. */
    public static final class Intervals {
        private final NavigableMap<Long, Run> runs = new TreeMap<>();
        private Run last = new Run(-1, -1);
        /** Where the run behind the last one starts. */
        private long bound;
        private long size;

        private static final class Run {
            private final long start;
            private long end;

            private Run(long start, long end) {
                this.start = start;
                this.end = end;
            }
        }

        public void add(Range range) {
            if (range.start() != last.end || range.end() >= bound) {
                insert(range);
                return;
            }
            last.end = range.end();
            size += range.size();
        }

        private void insert(Range range) {
            long start = range.start();
            long end = range.end();
            Map.Entry<Long, Run> below = runs.floorEntry(start);
            if (below != null && below.getValue().end >= start) {
                start = below.getKey();
                end = Math.max(end, below.getValue().end);
                remove(below.getValue());
            }
            Map.Entry<Long, Run> next = runs.ceilingEntry(start);
            while (next != null && next.getKey() <= end) {
                end = Math.max(end, next.getValue().end);
                remove(next.getValue());
                next = runs.ceilingEntry(start);
            }
            last = new Run(start, end);
            bound = next == null ? Long.MAX_VALUE : next.getKey();
            runs.put(start, last);
            size += end - start;
        }

        private void remove(Run run) {
            runs.remove(run.start);
            size -= run.end - run.start;
        }

        void addAll(Intervals others) {
            others.runs.values().forEach(run -> add(new Range(run.start, run.end)));
        }

        boolean contains(Range range) {
            Map.Entry<Long, Run> entry = runs.floorEntry(range.start());
            return entry != null && entry.getValue().end >= range.end();
        }

        public boolean intersects(Range range) {
            Map.Entry<Long, Run> entry = runs.lowerEntry(range.end());
            return entry != null && entry.getValue().end > range.start();
        }

        public RangeSet toRangeSet() {
            return RangeSet.of(runs.values().stream().map(run -> new Range(run.start, run.end)).toList());
        }

        long size() {
            return size;
        }
    }

    public JobSpec spec() {
        return spec;
    }

    public NavigableSet<Long> solutions() {
        return solutions;
    }

    /** What a peer has hashed, to be kept by who calls {@link #hashed} again and again. */
    Intervals of(PeerId peer) {
        return byPeer.computeIfAbsent(peer, _ -> new Intervals());
    }

    /** Somebody has hashed the integers {@code [start, end)}, perhaps none. */
    void hashed(Intervals own, long start, long end) {
        if (start < end) {
            own.add(new Range(start, end));
            hashes += end - start;
        }
    }

    /** Whether the peer has hashed all of it. */
    public boolean hasHashed(PeerId peer, RangeSet ranges) {
        Intervals own = byPeer.get(peer);
        for (Range range : ranges) {
            if (own == null || !own.contains(range)) {
                return false;
            }
        }
        return true;
    }

    /** The integers that the peer has hashed. */
    public RangeSet hashedBy(PeerId peer) {
        Intervals own = byPeer.get(peer);
        return own == null ? RangeSet.EMPTY : own.toRangeSet();
    }

    /** How many different integers have been hashed by anyone. */
    public long covered() {
        Intervals all = new Intervals();
        byPeer.values().forEach(all::addAll);
        return all.size();
    }

    /** How many integers have been hashed, those that were hashed twice counted twice. */
    public long hashes() {
        return hashes;
    }
}
