package org.sluice.protocol.message;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;

/**
 * How many bytes messages and their elements take at most when they are encoded, so that whoever composes a message knows
 * when it is full without encoding it.
 *
 * <p>It is an upper bound of what the codec writes: a number takes its variable-length bytes, a text its characters and their
 * count, a list its elements and two counts. A test holds it against the codec itself. Every element that a message may hold
 * many of is small beside {@link #MAX_BYTES}, so one of each always fits.
 */
public final class EncodedSize {
    /** Most bytes of an encoded message or journal entry. */
    public static final int MAX_BYTES = 512 * 1024;

    /** The most that one range of a set takes: two numbers. */
    public static final int MAX_RANGE_BYTES = 20;

    /** The most that a set takes without its ranges, and a list without its elements. */
    public static final int LIST_BYTES = 6;

    private static final int NUMBER_BYTES = 10;

    /** What it takes to say of which integers a message tells, where it does not tell of all. */
    public static final int WITHIN_BYTES = 2 * NUMBER_BYTES;

    private static final int CHOICE_BYTES = 1;
    private static final int FINGERPRINT_BYTES = CHOICE_BYTES + NUMBER_BYTES;
    /** What stands before every event: a zero and the id of its schema. */
    private static final int HEADER_BYTES = 5;

    private EncodedSize() {}

    /** A whole message. */
    public static int of(Message message) {
        int size = HEADER_BYTES + of(message.sender());
        return size + switch (message) {
            case Message.SubjobRequest request ->
                of(request.spec()) + of(request.subjob()) + of(request.ranges())
                        + all(request.roster(), EncodedSize::of) + all(request.lineage(), EncodedSize::of)
                        + 3 * NUMBER_BYTES + all(request.distrusted(), EncodedSize::of);
            case Message.SubjobAck ack -> of((Address) ack.job()) + of(ack.subjob()) + 2 * NUMBER_BYTES
                    + 2 * CHOICE_BYTES;
            case Message.SubjobResult result ->
                of((Address) result.job()) + NUMBER_BYTES + all(result.edges(), EncodedSize::of)
                        + all(result.coverage(), EncodedSize::of) + all(result.solutions(), EncodedSize::of)
                        + all(result.evidence(), EncodedSize::of) + all(result.delegations(), EncodedSize::of)
                        + within(result.within()) + CHOICE_BYTES + FINGERPRINT_BYTES;
            case Message.ResultAck ack -> of((Address) ack.job()) + NUMBER_BYTES;
            case Message.Ping ping -> asking(ping.job(), ping.edges());
            case Message.Pong pong -> asking(pong.job(), pong.edges());
            case Message.Adopt adopt ->
                of((Address) adopt.job()) + NUMBER_BYTES + all(adopt.holdings(), EncodedSize::of)
                        + all(adopt.coverage(), EncodedSize::of) + all(adopt.solutions(), EncodedSize::of)
                        + all(adopt.evidence(), EncodedSize::of) + all(adopt.delegations(), EncodedSize::of)
                        + within(adopt.within()) + of(adopt.formerParent()) + FINGERPRINT_BYTES;
            case Message.AdoptAck ack ->
                of((Address) ack.job()) + 2 * NUMBER_BYTES + all(ack.holdings(), EncodedSize::of)
                        + all(ack.lineage(), EncodedSize::of) + CHOICE_BYTES + FINGERPRINT_BYTES;
            case Message.Cancel cancel -> of((Address) cancel.job()) + of(cancel.scope());
            case Message.WorkWanted wanted -> of((Address) wanted.asker()) + 3 * NUMBER_BYTES
                    + all(wanted.rates().others().keySet(), algorithm -> of(algorithm) + NUMBER_BYTES);
        };
    }

    /** A whole entry of a journal. */
    public static int of(RootEvent event) {
        int unused = 7 * CHOICE_BYTES + NUMBER_BYTES + LIST_BYTES;
        int size = HEADER_BYTES + of((Address) event.job()) + NUMBER_BYTES + unused;
        return size + switch (event) {
            case RootEvent.Started started -> of(started.spec()) + of(started.submitter()) + NUMBER_BYTES;
            case RootEvent.Assigned assigned -> of(assigned.holding()) + of(assigned.peer());
            case RootEvent.Distrusted distrusted -> of(distrusted.peer()) + of(distrusted.redone());
            case RootEvent.Resumed resumed -> of(resumed.submitter());
            case RootEvent.CancelRequested _,RootEvent.Ended _ -> 0;
        };
    }

    private static int asking(Optional<JobId> job, List<Edge> edges) {
        return NUMBER_BYTES + CHOICE_BYTES + job.map(EncodedSize::of).orElse(0) + all(edges, EncodedSize::of);
    }

    private static int within(Optional<Range> within) {
        return CHOICE_BYTES + (within.isEmpty() ? 0 : WITHIN_BYTES);
    }

    private static int of(CancelScope scope) {
        int fixed = 3 * CHOICE_BYTES + NUMBER_BYTES + LIST_BYTES;
        return fixed + switch (scope) {
            case CancelScope.WholeJob _ -> 0;
            case CancelScope.WholeSubjob whole -> of(whole.edge());
            case CancelScope.Ranges part -> of(part.edge()) + of(part.ranges());
        };
    }

    private static int of(JobSpec spec) {
        int work = switch (spec.work()) {
            case Work.Integers integers -> of(integers.algorithm()) + integers.prefix().length();
            case Work.Header header -> header.header().length();
            case Work.Block(BlockSpace space) -> space.header().header().length() + space.coinbasePrefix().length()
                    + space.coinbaseSuffix().length()
                    + all(space.merklePath().siblings(), sibling -> NUMBER_BYTES + sibling.length());
        };
        int goal = switch (spec.goal()) {
            case Goal.TrailingZeroBits _ -> 0;
            case Goal.Target target -> target.target().length();
        };
        return of((Address) spec.id()) + of(spec.range()) + work + goal + 4 * CHOICE_BYTES + 6 * NUMBER_BYTES;
    }

    /** The name of an algorithm: a character takes 3 bytes at most, or 4 for two of them. */
    private static int of(String algorithm) {
        return NUMBER_BYTES + 3 * algorithm.length();
    }

    /** A list and its elements. */
    public static <T> int all(Collection<T> items, ToIntFunction<T> size) {
        int sum = LIST_BYTES;
        for (T item : items) {
            sum += size.applyAsInt(item);
        }
        return sum;
    }

    public static int of(Address address) {
        return CHOICE_BYTES + text(address.value());
    }

    public static int of(PeerId peer) {
        return text(peer.value());
    }

    public static int of(SubjobId subjob) {
        return text(subjob.value());
    }

    public static int of(Edge edge) {
        return of(edge.subjob()) + number(edge.epoch());
    }

    public static int of(RosterEntry entry) {
        return of(entry.peer()) + number(entry.hashesPerSecond());
    }

    public static int of(Holding holding) {
        return of(holding.edge()) + of(holding.ranges());
    }

    public static int of(Coverage coverage) {
        return of(coverage.peer()) + of(coverage.ranges());
    }

    public static int of(Delegated delegated) {
        return withoutRanges(delegated) + of(delegated.ranges());
    }

    /** What of a delegation comes before its ranges. */
    public static int withoutRanges(Delegated delegated) {
        return of(delegated.holding()) + of(delegated.subjob()) + of(delegated.peer());
    }

    public static int of(Solution solution) {
        return number(solution.integer()) + 2 + solution.digest().length() + of(solution.peer());
    }

    private static int of(Evidence evidence) {
        return of(evidence.peer()) + NUMBER_BYTES + LIST_BYTES + NUMBER_BYTES * evidence.integers().size();
    }

    public static int of(RangeSet ranges) {
        return all(ranges.ranges(), EncodedSize::of);
    }

    /** One range of a set, wherever in it: it is written as the distance from the one before and its length. */
    public static int of(Range range) {
        return number(range.start()) + number(range.size());
    }

    /** The most that a set can take, known without looking at its ranges. */
    public static long atMost(RangeSet ranges) {
        return LIST_BYTES + (long) MAX_RANGE_BYTES * ranges.rangeCount();
    }

    /** The parts of a set that fit in so many bytes each, in rising order; the only one is empty if the set is. */
    public static List<RangeSet> parts(RangeSet ranges, int room) {
        if (atMost(ranges) <= room) {
            return List.of(ranges);
        }
        List<RangeSet> parts = new ArrayList<>();
        int from = 0;
        int size = LIST_BYTES;
        List<Range> all = ranges.ranges();
        for (int i = 0; i < all.size(); i++) {
            int more = of(all.get(i));
            if (size + more > room && i > from) {
                parts.add(ranges.part(from, i));
                from = i;
                size = LIST_BYTES;
            }
            size += more;
        }
        parts.add(ranges.part(from, all.size()));
        return parts;
    }

    /**
     * The elements of a list in as many lists as are needed for each to fit in so many bytes; the only one is empty if the
     * list is.
     */
    public static <T> List<List<T>> pages(List<T> items, ToIntFunction<T> size, int room) {
        List<List<T>> pages = new ArrayList<>();
        int from = 0;
        int sum = 0;
        for (int i = 0; i < items.size(); i++) {
            int more = size.applyAsInt(items.get(i));
            if (sum + more > room && i > from) {
                pages.add(items.subList(from, i));
                from = i;
                sum = 0;
            }
            sum += more;
        }
        pages.add(items.subList(from, items.size()));
        return pages;
    }

    private static int text(String ascii) {
        return 2 + ascii.length();
    }

    /** The bytes of a number that is not negative: 7 bits in each, one bit for the sign. */
    private static int number(long value) {
        return 1 + (64 - Long.numberOfLeadingZeros(value)) / 7;
    }
}
