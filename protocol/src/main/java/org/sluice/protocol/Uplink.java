package org.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Edge;
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
final class Uplink {
    /** Of how many messages the acknowledgement can still be understood; later ones carry the same again. */
    private static final int MOST_IN_FLIGHT = 4;

    private final Address parent;
    private final Map<PeerId, RangeSet> unacknowledged = new LinkedHashMap<>();
    private final NavigableMap<Long, List<Coverage>> inFlight = new TreeMap<>();
    private RangeSet given = RangeSet.EMPTY;
    private long lastNumber;
    private int unanswered;
    private Duration interval;
    private boolean truncated;
    /** What of the subjobs held from the parent is handed back, as it does not know for certain, by subjob. */
    private final Map<SubjobId, Edge> handedBack = new LinkedHashMap<>();
    /** The number of the first result that says all of that, 0 while none does. */
    private long handedBackAt;
    /** When a solution was last to be told, and how long it waited for that. */
    private Instant solutionDue = Instant.MIN;
    private Duration solutionDelay = Duration.ZERO;
    private Instant lastSentAt = Instant.EPOCH;
    /** By when the parent should know what it does not know yet, null when that has time. */
    private @Nullable Instant dueBy;

    Uplink(Address parent, Duration firstInterval) {
        this.parent = parent;
        this.interval = firstInterval;
    }

    /** What a result or an Adopt carries. */
    record Delta(long number, List<Coverage> coverage, List<Solution> solutions) {}

    Address parent() {
        return parent;
    }

    /** The parent has given these integers; what is known of them already is news to it. */
    void give(RangeSet ranges, Facts facts) {
        RangeSet fresh = ranges.minus(given);
        given = given.plus(ranges);
        facts.of(fresh).forEach(this::add);
    }

    /** Something has become known. */
    void learn(Facts.News news) {
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
        if (inFlight.values().stream().anyMatch(told -> tells(told, coverage))) {
            inFlight.replaceAll((_, told) -> without(told, coverage));
        }
    }

    private void add(Coverage coverage) {
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
    void hurry(Instant at) {
        if (dueBy == null || dueBy.isAfter(at)) {
            dueBy = at;
        }
    }

    /** By when the parent should know its news, if that is sooner than the given time. */
    Instant notAfter(Instant at) {
        return dueBy != null && dueBy.isBefore(at) ? dueBy : at;
    }

    /** What is neither covered nor passed on of a subjob is the parent's again; every result says so until one arrives. */
    void handBack(Edge edge) {
        handedBack.put(edge.subjob(), edge);
        handedBackAt = 0;
    }

    /** The subjobs of which the parent has something back and may not know it. */
    Map<SubjobId, Edge> handedBack() {
        return handedBack;
    }

    /** The last message has said what is handed back. */
    void saidHandedBack() {
        if (handedBackAt == 0) {
            handedBackAt = lastNumber;
        }
    }

    /**
     * The parent should know of a solution: after the shortest delay when solutions are rare, after twice the last delay,
     * up to the longest, while they keep coming.
     */
    Instant solutionDueBy(Instant now, Duration shortest, Duration longest) {
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
    void retire() {
        given = RangeSet.EMPTY;
        unacknowledged.clear();
        inFlight.clear();
        handedBack.clear();
        unanswered = 0;
        dueBy = null;
    }

    /** Nothing that a distrusted peer said is passed on. */
    void distrust(PeerId peer) {
        unacknowledged.remove(peer);
    }

    /** Composes the next message, sent now: as much of the news as fits, each covered integer with its solution. */
    Delta next(Facts facts, Instant now) {
        lastSentAt = now;
        List<Coverage> coverage = new ArrayList<>();
        List<Solution> solutions = new ArrayList<>();
        int rangesLeft = Parameters.MAX_RANGES;
        truncated = false;
        for (Map.Entry<PeerId, RangeSet> entry : unacknowledged.entrySet()) {
            List<Range> told = new ArrayList<>();
            for (Range range : entry.getValue()) {
                if (rangesLeft == 0 || solutions.size() == Parameters.MAX_SOLUTIONS) {
                    truncated = true;
                    break;
                }
                long end = range.end();
                for (Solution solution : facts.solutions().subMap(range.start(), range.end()).values()) {
                    if (solutions.size() == Parameters.MAX_SOLUTIONS) {
                        end = solution.integer();
                        truncated = true;
                        break;
                    }
                    solutions.add(solution);
                }
                if (end > range.start()) {
                    told.add(new Range(range.start(), end));
                    rangesLeft--;
                }
            }
            if (!told.isEmpty()) {
                coverage.add(new Coverage(entry.getKey(), RangeSet.of(told)));
            }
        }
        dueBy = null;
        lastNumber++;
        inFlight.put(lastNumber, coverage);
        if (inFlight.size() > MOST_IN_FLIGHT) {
            inFlight.pollFirstEntry();
        }
        unanswered++;
        return new Delta(lastNumber, coverage, solutions);
    }

    /**
     * The parent has the message with this number.
     *
     * @return whether that was news
     */
    boolean acknowledge(long number) {
        List<Coverage> told = inFlight.get(number);
        if (told == null) {
            return false;
        }
        for (Coverage coverage : told) {
            unacknowledged.computeIfPresent(coverage.peer(), (_, ranges) -> {
                RangeSet rest = ranges.minus(coverage.ranges());
                return rest.isEmpty() ? null : rest;
            });
        }
        inFlight.headMap(number, true).clear();
        if (handedBackAt > 0 && number >= handedBackAt) {
            handedBack.clear();
        }
        unanswered = 0;
        return true;
    }

    /**
     * What the last message carried counts as told though nobody has said so, for one who will not be there to hear it.
     *
     * @return whether there is more to tell
     */
    boolean forgetTold() {
        acknowledge(lastNumber);
        return hasNews();
    }

    int rangeCount() {
        return given.rangeCount() + unacknowledged.values().stream().mapToInt(RangeSet::rangeCount).sum();
    }

    /** Whether the parent has yet to be told or to acknowledge something. */
    boolean hasNews() {
        return !unacknowledged.isEmpty() || !handedBack.isEmpty();
    }

    /** Whether the last message could not carry everything. */
    boolean isTruncated() {
        return truncated;
    }

    /** How many messages in a row the parent has not acknowledged. */
    int unanswered() {
        return unanswered;
    }

    /** The parent is known to be alive. */
    void answered() {
        unanswered = 0;
    }

    /** When the next regular result is due. */
    Instant nextRegular(Duration longest) {
        return lastSentAt.plus(nextInterval(longest));
    }

    /** The time between two regular results; each is twice the one before, up to the given one. */
    Duration nextInterval(Duration longest) {
        Duration current = interval.compareTo(longest) < 0 ? interval : longest;
        interval = current.multipliedBy(2);
        return current;
    }
}
