package org.sluice.schemas.codec;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Evidence;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.MerklePath;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.avro.AddressKind;
import org.sluice.schemas.avro.GoalKind;
import org.sluice.schemas.avro.Ranges;
import org.sluice.schemas.avro.WorkKind;

/**
 * The values of which messages are made, to Avro and back.
 *
 * <p>Every {@code decode} throws {@link IllegalArgumentException} if the content is not a value of the protocol, also when
 * its kind was invented after this peer was built.
 */
public final class AvroValues {
    private AvroValues() {}

    static org.sluice.schemas.avro.Address encode(Address address) {
        return switch (address) {
            case PeerId peer -> new org.sluice.schemas.avro.Address(AddressKind.PEER, peer.value());
            case JobId job -> new org.sluice.schemas.avro.Address(AddressKind.JOB, job.value());
        };
    }

    public static Address decode(org.sluice.schemas.avro.Address address) {
        return switch (address.getKind()) {
            case PEER -> new PeerId(address.getValue());
            case JOB -> new JobId(address.getValue());
            case UNKNOWN -> throw unknown("address");
        };
    }

    static org.sluice.schemas.avro.Range encode(Range range) {
        return new org.sluice.schemas.avro.Range(range.start(), range.end());
    }

    public static Range decode(org.sluice.schemas.avro.Range range) {
        return new Range(range.getStart(), range.getEnd());
    }

    static Ranges encode(RangeSet set) {
        List<Long> lengths = new ArrayList<>(2 * set.rangeCount());
        long at = 0;
        for (Range range : set) {
            lengths.add(range.start() - at);
            lengths.add(range.size());
            at = range.end();
        }
        return new Ranges(lengths);
    }

    public static RangeSet decode(Ranges ranges) {
        List<Long> lengths = ranges.getLengths();
        if (lengths.size() % 2 != 0) {
            throw new IllegalArgumentException("a set of ranges has an odd number of lengths: " + lengths.size());
        }
        List<Range> decoded = new ArrayList<>(lengths.size() / 2);
        long at = 0;
        for (int i = 0; i < lengths.size(); i += 2) {
            long start = runEnd(at, lengths.get(i), i == 0 ? 0 : 1);
            at = runEnd(start, lengths.get(i + 1), 1);
            decoded.add(new Range(start, at));
        }
        return RangeSet.of(decoded);
    }

    private static long runEnd(long start, long length, long least) {
        if (length < least || length > Long.MAX_VALUE - start) {
            throw new IllegalArgumentException("a range's length must not be " + length + " at " + start);
        }
        return start + length;
    }

    static org.sluice.schemas.avro.JobSpec encode(JobSpec spec) {
        return new org.sluice.schemas.avro.JobSpec(spec.id().value(),
                encode(spec.range()), encode(spec.work()),
                encode(spec.goal()), encode(spec.mode()), spec.fanOut());
    }

    public static JobSpec decode(org.sluice.schemas.avro.JobSpec spec) {
        return new JobSpec(new JobId(spec.getId()), decode(spec.getRange()),
                decode(spec.getWork()), decode(spec.getGoal()), decode(spec.getMode()), spec.getFanOut());
    }

    static org.sluice.schemas.avro.Work encode(Work work) {
        return switch (work) {
            case Work.Integers integers ->
                new org.sluice.schemas.avro.Work(WorkKind.INTEGERS, integers.algorithm(), encode(integers.prefix()),
                        encode(Bytes.EMPTY), false, encode(Bytes.EMPTY), encode(Bytes.EMPTY), List.of());
            case Work.Header header ->
                encode(WorkKind.HEADER, header, Bytes.EMPTY, Bytes.EMPTY, new MerklePath(List.of()));
            case Work.Block(BlockSpace space) -> encode(WorkKind.BLOCK, space.header(), space.coinbasePrefix(),
                    space.coinbaseSuffix(), space.merklePath());
        };
    }

    private static org.sluice.schemas.avro.Work encode(WorkKind kind, Work.Header header, Bytes coinbasePrefix,
            Bytes coinbaseSuffix, MerklePath merklePath) {
        return new org.sluice.schemas.avro.Work(kind, "", encode(Bytes.EMPTY), encode(header.header()),
                header.rollVersion(), encode(coinbasePrefix), encode(coinbaseSuffix),
                merklePath.siblings().stream().map(AvroValues::encode).toList());
    }

    public static Work decode(org.sluice.schemas.avro.Work work) {
        return switch (work.getKind()) {
            case INTEGERS -> new Work.Integers(work.getAlgorithm(), decode(work.getPrefix()));
            case HEADER -> new Work.Header(decode(work.getHeader()), work.getRollVersion());
            case BLOCK ->
                new Work.Block(BlockSpace.of(new Work.Header(decode(work.getHeader()), work.getRollVersion()),
                        decode(work.getCoinbasePrefix()), decode(work.getCoinbaseSuffix()),
                        new MerklePath(work.getMerklePath().stream().map(AvroValues::decode).toList())));
            case UNKNOWN -> throw unknown("work");
        };
    }

    static org.sluice.schemas.avro.Goal encode(Goal goal) {
        return switch (goal) {
            case Goal.TrailingZeroBits zeros ->
                new org.sluice.schemas.avro.Goal(GoalKind.TRAILING_ZERO_BITS, zeros.bits(), encode(Bytes.EMPTY));
            case Goal.Target target ->
                new org.sluice.schemas.avro.Goal(GoalKind.TARGET, 0, encode(target.target()));
        };
    }

    public static Goal decode(org.sluice.schemas.avro.Goal goal) {
        return switch (goal.getKind()) {
            case TRAILING_ZERO_BITS -> new Goal.TrailingZeroBits(goal.getZeroBits());
            case TARGET -> new Goal.Target(decode(goal.getTarget()));
            case UNKNOWN -> throw unknown("goal");
        };
    }

    private static org.sluice.schemas.avro.Mode encode(Mode mode) {
        return switch (mode) {
            case FIRST -> org.sluice.schemas.avro.Mode.FIRST;
            case ALL -> org.sluice.schemas.avro.Mode.ALL;
        };
    }

    private static Mode decode(org.sluice.schemas.avro.Mode mode) {
        return switch (mode) {
            case FIRST -> Mode.FIRST;
            case ALL -> Mode.ALL;
            case UNKNOWN -> throw unknown("mode");
        };
    }

    static org.sluice.schemas.avro.RosterEntry encode(RosterEntry entry) {
        return new org.sluice.schemas.avro.RosterEntry(entry.peer().value(), entry.hashesPerSecond());
    }

    public static RosterEntry decode(org.sluice.schemas.avro.RosterEntry entry) {
        return new RosterEntry(new PeerId(entry.getPeer()), entry.getHashesPerSecond());
    }

    static org.sluice.schemas.avro.Edge encode(Edge edge) {
        return new org.sluice.schemas.avro.Edge(edge.subjob().value(), edge.epoch());
    }

    public static Edge decode(org.sluice.schemas.avro.Edge edge) {
        return new Edge(new SubjobId(edge.getSubjob()), edge.getEpoch());
    }

    static org.sluice.schemas.avro.Holding encode(Holding holding) {
        return new org.sluice.schemas.avro.Holding(holding.subjob().value(), holding.epoch(), encode(holding.ranges()));
    }

    public static Holding decode(org.sluice.schemas.avro.Holding holding) {
        return new Holding(new SubjobId(holding.getSubjob()), holding.getEpoch(), decode(holding.getRanges()));
    }

    static org.sluice.schemas.avro.Coverage encode(Coverage coverage) {
        return new org.sluice.schemas.avro.Coverage(coverage.peer().value(), encode(coverage.ranges()));
    }

    public static Coverage decode(org.sluice.schemas.avro.Coverage coverage) {
        return new Coverage(new PeerId(coverage.getPeer()), decode(coverage.getRanges()));
    }

    static org.sluice.schemas.avro.Solution encode(Solution solution) {
        return new org.sluice.schemas.avro.Solution(solution.integer(), encode(solution.digest()),
                solution.peer().value());
    }

    public static Solution decode(org.sluice.schemas.avro.Solution solution) {
        return new Solution(solution.getInteger(), decode(solution.getDigest()), new PeerId(solution.getPeer()));
    }

    static org.sluice.schemas.avro.Evidence encode(Evidence evidence) {
        List<Long> steps = new ArrayList<>(evidence.integers().size());
        long before = 0;
        for (long integer : evidence.integers()) {
            steps.add(integer - before);
            before = integer;
        }
        return new org.sluice.schemas.avro.Evidence(evidence.peer().value(), evidence.zeroBits(), steps);
    }

    public static Evidence decode(org.sluice.schemas.avro.Evidence evidence) {
        List<Long> integers = new ArrayList<>(evidence.getSteps().size());
        long at = 0;
        for (long step : evidence.getSteps()) {
            // What overflows is less than the one before, and refused with all that does not rise.
            at += step;
            integers.add(at);
        }
        return new Evidence(new PeerId(evidence.getPeer()), evidence.getZeroBits(), integers);
    }

    static org.sluice.schemas.avro.Delegated encode(Delegated delegated) {
        return new org.sluice.schemas.avro.Delegated(delegated.holding().value(), delegated.subjob().value(),
                delegated.peer().value(), encode(delegated.ranges()));
    }

    public static Delegated decode(org.sluice.schemas.avro.Delegated delegated) {
        return new Delegated(new SubjobId(delegated.getHolding()), new SubjobId(delegated.getSubjob()),
                new PeerId(delegated.getPeer()), decode(delegated.getRanges()));
    }

    /** Whole milliseconds, rounded up so that a time that is not over does not become zero. */
    static long millis(Duration duration) {
        return duration.plusNanos(999_999).toMillis();
    }

    private static ByteBuffer encode(Bytes bytes) {
        return ByteBuffer.wrap(bytes.toArray());
    }

    private static Bytes decode(ByteBuffer buffer) {
        byte[] content = new byte[buffer.remaining()];
        buffer.duplicate().get(content);
        return Bytes.of(content);
    }

    /** What to throw when a later version's enum symbol, resolved to our default, is met. */
    static IllegalArgumentException unknown(String what) {
        return new IllegalArgumentException("a kind of " + what + " that this version does not know");
    }
}
