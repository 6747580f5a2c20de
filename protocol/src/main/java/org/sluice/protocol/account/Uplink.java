package org.sluice.protocol.account;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

import org.sluice.protocol.Parameters;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;

/**
 * What one parent has yet to be told of a job.
 *
 * <p>Every result carries all that the parent has not acknowledged, so any one of them may get lost: the next says it
 * again. An acknowledgement removes just what the acknowledged result carried.
 */
public final class Uplink {
    /** Of how many messages the acknowledgement can still be understood; later ones carry the same again. */
    private static final int MOST_IN_FLIGHT = 4;

    private final Address parent;
    private final Map<PeerId, RangeSet> unacknowledged = new LinkedHashMap<>();
    private final NavigableMap<Long, Told> inFlight = new TreeMap<>();
    private RangeSet given = RangeSet.EMPTY;
    private long lastNumber;
    private int unanswered;
    private Duration interval;
    private boolean truncated;
    private boolean unfinished;
    /** Where the next result begins to tell of the subjobs held from the parent. */
    private Position position = Position.START;
    /** What of the subjobs held from the parent is handed back, as it does not know for certain, by subjob. */
    private final Map<SubjobId, Edge> handedBack = new LinkedHashMap<>();
    /** When a solution was last to be told, and how long it waited for that. */
    private Instant solutionDue = Instant.MIN;
    private Duration solutionDelay = Duration.ZERO;
    private Instant lastSentAt = Instant.EPOCH;
    /** By when the parent should know what it does not know yet, null when that has time. */
    private @Nullable Instant dueBy;

    public Uplink(Address parent, Duration firstInterval) {
        this.parent = parent;
        this.interval = firstInterval;
    }

    /**
     * What a result or an Adopt carries.
     *
     * @param size the bytes that it takes at most
     */
    public record Delta(long number, List<Coverage> coverage, List<Solution> solutions, int size) {}

    /**
     * How far a round of results has come that together tell of all subjobs held from the parent.
     *
     * @param order the order of the subjob that is told of next
     * @param integer the integer from which on it is told how that and those told with it are passed on
     */
    public record Position(long order, long integer) {
        public static final Position START = new Position(0, 0);
    }

    /** What a message has told, so that its acknowledgement is understood. */
    private record Told(List<Coverage> coverage, Set<SubjobId> handedBack, Position from, Position next) {
        Told with(List<Coverage> others) {
            return new Told(others, handedBack, from, next);
        }

        /** The round that it belongs to has begun anew. */
        Told withoutRound() {
            return new Told(coverage, Set.of(), from, from);
        }
    }

    public Address parent() {
        return parent;
    }

    /**
     * The parent has given these integers, so it knows nothing of them: what is known here is news to it, even if it has acknowledged that before.
     * A root that was resumed may have lost what the one before it had been told.
     */
    public void give(RangeSet ranges, Facts facts) {
        given = given.plus(ranges);
        for (Coverage coverage : facts.of(ranges)) {
            forgetOnItsWay(coverage);
            add(coverage);
        }
    }

    /** Something has become known. */
    public void learn(Facts.News news) {
        for (Coverage coverage : news.coverage()) {
            RangeSet ranges = coverage.ranges().intersection(given);
            if (!ranges.isEmpty()) {
                Coverage own = new Coverage(coverage.peer(), ranges);
                if (!news.solutions().isEmpty()) {
                    forgetOnItsWay(own);
                }
                add(own);
            }
        }
    }

    /** It may be on its way already, without the solution that makes it news again: that acknowledgement does not count. */
    private void forgetOnItsWay(Coverage coverage) {
        if (inFlight.values().stream().anyMatch(told -> tells(told.coverage, coverage))) {
            inFlight.replaceAll((_, told) -> told.with(without(told.coverage, coverage)));
        }
    }

    /** The parent is to be told this. */
    public void add(Coverage coverage) {
        unacknowledged.merge(coverage.peer(), coverage.ranges(), RangeSet::plus);
    }

    private static boolean tells(List<Coverage> told, Coverage news) {
        for (Coverage coverage : told) {
            if (coverage.peer().equals(news.peer()) && coverage.ranges().intersects(news.ranges())) {
                return true;
            }
        }
        return false;
    }

    private static List<Coverage> without(List<Coverage> told, Coverage news) {
        return told.stream()
                .map(coverage -> coverage.peer().equals(news.peer())
                        ? new Coverage(coverage.peer(), coverage.ranges().minus(news.ranges()))
                        : coverage)
                .toList();
    }

    /** The parent should know its news by this time, even if a result is on its way. */
    public void hurry(Instant at) {
        if (dueBy == null || dueBy.isAfter(at)) {
            dueBy = at;
        }
    }

    /** By when the parent should know its news, if that is sooner than the given time. */
    public Instant notAfter(Instant at) {
        return dueBy != null && dueBy.isBefore(at) ? dueBy : at;
    }

    /** What is neither covered nor passed on of a subjob is the parent's again; every result says so until one arrives. */
    public void handBack(Edge edge) {
        handedBack.put(edge.subjob(), edge);
        beginRound();
    }

    /** The next result begins a new round, whatever has been told of the subjobs held from the parent. */
    public void beginRound() {
        position = Position.START;
        inFlight.replaceAll((_, told) -> told.withoutRound());
    }

    /** Where the next result begins to tell of the subjobs held from the parent. */
    public Position position() {
        return position;
    }

    /** The subjobs of which the parent has something back and may not know it. */
    public Map<SubjobId, Edge> handedBack() {
        return handedBack;
    }

    /**
     * The last message has told of subjobs held from the parent.
     *
     * @param back those of which it has said that they are handed back
     * @param next where the next goes on, once this has arrived
     * @param all whether there is nothing to go on with
     */
    public void told(Set<SubjobId> back, Position next, boolean all) {
        inFlight.computeIfPresent(lastNumber, (_, told) -> new Told(told.coverage, back, told.from, next));
        unfinished = truncated || !all;
    }

    /**
     * The parent should know of a solution: after the shortest delay when solutions are rare, after twice the last delay,
     * up to the longest, while they keep coming.
     */
    public Instant solutionDueBy(Instant now, Duration shortest, Duration longest) {
        if (dueBy == null) {
            Duration doubled = solutionDelay.multipliedBy(2);
            Duration grown = doubled.compareTo(longest) < 0 ? doubled : longest;
            solutionDelay = solutionDue.plus(longest).isBefore(now) ? shortest : grown;
            solutionDue = now.plus(solutionDelay);
            hurry(solutionDue);
        }
        return notAfter(now.plus(longest));
    }

    /** Nothing is held from the parent any more. Numbers go on, so that a late acknowledgement means nothing. */
    public void retire() {
        given = RangeSet.EMPTY;
        unacknowledged.clear();
        inFlight.clear();
        handedBack.clear();
        position = Position.START;
        truncated = false;
        unfinished = false;
        unanswered = 0;
        dueBy = null;
    }

    /** Nothing that a distrusted peer said is passed on. */
    public void distrust(PeerId peer) {
        unacknowledged.remove(peer);
    }

    /**
     * Composes the next message, sent now: as much of the news as fits, each covered integer with its solution.
     *
     * @param room how many bytes it may take; one range, or its first solution, is told in any case
     */
    public Delta next(Facts facts, Instant now, int room) {
        lastSentAt = now;
        Filling filling = new Filling(facts.solutions(), room);
        Iterator<Map.Entry<PeerId, RangeSet>> entries = unacknowledged.entrySet().iterator();
        while (entries.hasNext() && !filling.full) {
            Map.Entry<PeerId, RangeSet> entry = entries.next();
            filling.add(entry.getKey(), entry.getValue());
        }
        truncated = filling.full;
        unfinished = truncated;
        dueBy = null;
        lastNumber++;
        inFlight.put(lastNumber, new Told(filling.coverage, Set.of(), position, position));
        if (inFlight.size() > MOST_IN_FLIGHT) {
            inFlight.pollFirstEntry();
        }
        unanswered++;
        return new Delta(lastNumber, filling.coverage, filling.solutions, filling.size);
    }

    /** A message's share of the news, as it is filled. */
    private static final class Filling {
        final List<Coverage> coverage = new ArrayList<>();
        final List<Solution> solutions = new ArrayList<>();
        private final NavigableMap<Long, Solution> known;
        private final int room;
        int size;
        /** Whether something had to be left out. */
        boolean full;

        Filling(NavigableMap<Long, Solution> known, int room) {
            this.known = known;
            this.room = room;
        }

        void add(PeerId peer, RangeSet ranges) {
            List<Range> told = new ArrayList<>();
            int header = EncodedSize.of(peer) + EncodedSize.LIST_BYTES;
            for (Range range : ranges) {
                int more = EncodedSize.of(range) + (told.isEmpty() ? header : 0);
                if (solutions.size() == Parameters.MAX_SOLUTIONS || (size > 0 && size + more > room)) {
                    full = true;
                    break;
                }
                boolean first = size == 0;
                size += more;
                long end = known.isEmpty() ? range.end() : endWithSolutions(range, first);
                if (end > range.start()) {
                    told.add(new Range(range.start(), end));
                }
                if (full) {
                    break;
                }
            }
            if (!told.isEmpty()) {
                coverage.add(new Coverage(peer, RangeSet.of(told)));
            }
        }

        /** How far a range can be told with all its solutions. */
        private long endWithSolutions(Range range, boolean first) {
            for (Solution solution : known.subMap(range.start(), range.end()).values()) {
                int more = EncodedSize.of(solution);
                boolean fits = size + more <= room || (first && solutions.isEmpty());
                if (!fits || solutions.size() == Parameters.MAX_SOLUTIONS) {
                    full = true;
                    return solution.integer();
                }
                solutions.add(solution);
                size += more;
            }
            return range.end();
        }
    }

    /**
     * The parent has the message with this number.
     *
     * @return whether that was news
     */
    public boolean acknowledge(long number) {
        Told told = inFlight.get(number);
        if (told == null) {
            return false;
        }
        for (Coverage coverage : told.coverage) {
            unacknowledged.computeIfPresent(coverage.peer(), (_, ranges) -> {
                RangeSet rest = ranges.minus(coverage.ranges());
                return rest.isEmpty() ? null : rest;
            });
        }
        told.handedBack.forEach(handedBack::remove);
        if (position.equals(told.from)) {
            position = told.next;
        }
        inFlight.headMap(number, true).clear();
        unanswered = 0;
        return true;
    }

    /** What the last message carried counts as told though nobody has said so, for one who will not be there to hear it. */
    public void forgetTold() {
        acknowledge(lastNumber);
    }

    public int rangeCount() {
        return given.rangeCount() + unacknowledged.values().stream().mapToInt(RangeSet::rangeCount).sum();
    }

    /** Whether the parent has yet to be told or to acknowledge something. */
    public boolean hasNews() {
        return !unacknowledged.isEmpty() || !handedBack.isEmpty();
    }

    /** Whether the last message could not carry all news. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Whether the last message could not carry all news, and tell of all subjobs that are held from the parent. */
    public boolean isUnfinished() {
        return unfinished;
    }

    /** How many messages in a row the parent has not acknowledged. */
    public int unanswered() {
        return unanswered;
    }

    /** The parent is known to be alive. */
    public void answered() {
        unanswered = 0;
    }

    /** When the next regular result is due. */
    public Instant nextRegular(Duration longest) {
        return lastSentAt.plus(nextInterval(longest));
    }

    /** The time between two regular results; each is twice the one before, up to the given one. */
    public Duration nextInterval(Duration longest) {
        Duration current = interval.compareTo(longest) < 0 ? interval : longest;
        interval = current.multipliedBy(2);
        return current;
    }
}
