package org.sluice.schemas.codec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Evidence;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;

/**
 * What the records in {@code src/test/resources/events/v1} say, one value for each line there, in the same order.
 *
 * <p>They fill every field of the first version's schemas and name every kind that it knew. What was added later has the
 * value that its field's default means. The ids of its peers were lengthened in the bytes when the rule for them changed.
 */
final class FirstVersionEvents {
    private static final PeerId WORKER = new PeerId("w1.k3n07qz9");
    private static final PeerId OTHER = new PeerId("host-2.9xyz04kd");
    private static final PeerId SUBMITTER = new PeerId("submitter-host.7abc55e1");
    private static final JobId JOB = new JobId("job-20261122.f00d");
    private static final SubjobId SUBJOB = new SubjobId("w1.k3n0-17");
    private static final SubjobId PART = new SubjobId("w1.k3n0-17.2");
    /** An epoch that needs all the bytes that an epoch can need. */
    private static final long EPOCH = (1L << 62) - 1;
    private static final long ROOT_EPOCH = 3L << 20;
    private static final Range ALL = new Range(0, Long.MAX_VALUE);
    private static final RangeSet RANGES = RangeSet
            .of(List.of(new Range(0, 300), new Range(1_000_000, 70_000_000_000L),
                    new Range(Long.MAX_VALUE - 1, Long.MAX_VALUE)));
    private static final RangeSet FEW = RangeSet.of(299, 301);
    private static final Bytes DIGEST = Bytes
            .fromHex("00ff80017f0123456789abcdef0011223344556677889900aabbccddeeff8000");
    private static final Edge EDGE = new Edge(SUBJOB, EPOCH);
    private static final Holding HOLDING = new Holding(SUBJOB, 5, RANGES);
    private static final List<Coverage> COVERAGE = List.of(new Coverage(WORKER, RANGES), new Coverage(OTHER, FEW));
    private static final List<Solution> SOLUTIONS = List.of(new Solution(69_999_999_999L, DIGEST, WORKER));
    private static final List<Evidence> EVIDENCE = List.of(new Evidence(OTHER, 24, List.of(5L, 9L, 20L, 1L << 40)));
    private static final List<Delegated> DELEGATED = List.of(new Delegated(SUBJOB, PART, OTHER, FEW));
    private static final JobSpec INTEGERS = new JobSpec(JOB, ALL,
            new Work.Integers("SHA-512/256", Bytes.fromHex("00c3a9ff")), new Goal.TrailingZeroBits(44), Mode.FIRST, 7);
    private static final JobSpec HEADER = new JobSpec(JOB, new Range(1, 1L << 48), new Work.Header(header(), true),
            new Goal.Target(DIGEST), Mode.ALL, 1_024);
    private static final Duration LEFT = Duration.ofDays(400).plusMillis(1);

    private FirstVersionEvents() {}

    /** Of a block header what stands before its nonce. */
    private static Bytes header() {
        byte[] content = new byte[Work.Header.LENGTH];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 7);
        }
        return Bytes.of(content);
    }

    /** The events of a type, by the name of its schema. */
    static List<Event> of(String type) {
        return switch (type) {
            case "SubjobRequest" -> messages(
                    new Message.SubjobRequest(JOB, INTEGERS, SUBJOB, RANGES,
                            List.of(new RosterEntry(OTHER, 1_000_000_000_000L)), List.of(JOB), EPOCH, ROOT_EPOCH, LEFT,
                            List.of(WORKER, OTHER)),
                    new Message.SubjobRequest(WORKER, HEADER, PART, FEW, List.of(), List.of(WORKER, OTHER, JOB), 0, 0,
                            Duration.ZERO, List.of()));
            case "SubjobAck" -> messages(answer(new Verdict.Accepted()), answer(Verdict.Reason.OUT_OF_CAPACITY),
                    answer(Verdict.Reason.UNKNOWN_ALGORITHM), answer(Verdict.Reason.EXPIRED),
                    answer(Verdict.Reason.CANCELLED), answer(Verdict.Reason.LEAVING));
            case "SubjobResult" -> messages(
                    new Message.SubjobResult(WORKER, JOB, 1_000, List.of(EDGE, new Edge(PART, 0)), COVERAGE, SOLUTIONS,
                            EVIDENCE, DELEGATED, true),
                    new Message.SubjobResult(WORKER, JOB, 0, List.of(), List.of(), List.of(), List.of(), List.of(),
                            false));
            case "ResultAck" -> messages(new Message.ResultAck(JOB, JOB, 1_000));
            case "Ping" -> messages(new Message.Ping(WORKER, Long.MIN_VALUE, Optional.of(JOB), List.of(EDGE)),
                    new Message.Ping(OTHER, 1, Optional.empty(), List.of()));
            case "Pong" -> messages(new Message.Pong(OTHER, Long.MAX_VALUE, Optional.of(JOB), List.of(EDGE)),
                    new Message.Pong(WORKER, -1, Optional.empty(), List.of()));
            case "Adopt" -> messages(
                    new Message.Adopt(WORKER, JOB, 12, List.of(HOLDING), COVERAGE, SOLUTIONS, EVIDENCE, DELEGATED,
                            OTHER));
            case "AdoptAck" -> messages(
                    new Message.AdoptAck(JOB, JOB, 12, List.of(HOLDING), List.of(OTHER, JOB), ROOT_EPOCH));
            case "Cancel" -> messages(
                    new Message.Cancel(JOB, JOB, new CancelScope.WholeJob(ROOT_EPOCH), CancelReason.FOUND),
                    new Message.Cancel(JOB, JOB, new CancelScope.WholeJob(1), CancelReason.EXHAUSTED),
                    new Message.Cancel(JOB, JOB, new CancelScope.WholeJob(2), CancelReason.CANCELLED),
                    new Message.Cancel(WORKER, JOB, new CancelScope.WholeSubjob(EDGE), CancelReason.EXPIRED),
                    new Message.Cancel(WORKER, JOB, new CancelScope.Ranges(EDGE, FEW), CancelReason.SUPERSEDED));
            case "WorkWanted" -> messages(new Message.WorkWanted(WORKER, OTHER, 1L << 40, 2_000_000_000L, 6));
            case "RootEvent" -> entries(new RootEvent.Started(INTEGERS, ROOT_EPOCH, SUBMITTER, LEFT),
                    new RootEvent.Started(HEADER, 1, SUBMITTER, Duration.ofMillis(1)),
                    new RootEvent.Assigned(JOB, ROOT_EPOCH, HOLDING, WORKER),
                    new RootEvent.Distrusted(JOB, ROOT_EPOCH, OTHER, RANGES),
                    new RootEvent.Resumed(JOB, ROOT_EPOCH + 1, SUBMITTER),
                    new RootEvent.CancelRequested(JOB, 0),
                    new RootEvent.Ended(JOB, ROOT_EPOCH, Outcome.FOUND),
                    new RootEvent.Ended(JOB, ROOT_EPOCH, Outcome.EXHAUSTED),
                    new RootEvent.Ended(JOB, ROOT_EPOCH, Outcome.CANCELLED),
                    new RootEvent.Ended(JOB, ROOT_EPOCH, Outcome.EXPIRED),
                    new RootEvent.Ended(JOB, ROOT_EPOCH, Outcome.FAILED));
            default -> throw new IllegalArgumentException("the first version had no " + type);
        };
    }

    private static Message answer(Verdict.Reason why) {
        return answer(new Verdict.Refused(why, LEFT));
    }

    private static Message answer(Verdict verdict) {
        return new Message.SubjobAck(WORKER, JOB, SUBJOB, EPOCH, verdict);
    }

    private static List<Event> messages(Message... messages) {
        return Stream.of(messages).<Event>map(Event.Addressed::new).toList();
    }

    private static List<Event> entries(RootEvent... entries) {
        return Stream.of(entries).<Event>map(Event.Journaled::new).toList();
    }
}
