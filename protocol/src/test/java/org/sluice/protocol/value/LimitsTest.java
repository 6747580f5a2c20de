package org.sluice.protocol.value;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Stream;

import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Evidence;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.message.Verdict;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Each number takes its least and its most, and nothing beyond. */
class LimitsTest {
    private static final JobId JOB = new JobId("anna.job");
    private static final PeerId PEER = new PeerId("peer.00000000");
    private static final SubjobId SUBJOB = new SubjobId("subjob");
    private static final JobSpec SPEC = new JobSpec(JOB, new Range(10, 20), new Work.Integers("SHA-256", Bytes.EMPTY),
            new Goal.TrailingZeroBits(8), Mode.ALL, 2);

    static Stream<Arguments> numbers() {
        long epoch = Limits.MAX_EPOCH;
        long rootEpoch = Limits.MAX_ROOT_EPOCH;
        long number = Limits.MAX_NUMBER;
        long rate = Limits.MAX_RATE;
        return Stream.of(number("an edge", 0, epoch, value -> new Edge(SUBJOB, value)),
                number("a holding", 0, epoch, value -> new Holding(SUBJOB, value, RangeSet.EMPTY)),
                number("an acknowledgement's epoch", 0, epoch,
                        value -> new Message.SubjobAck(PEER, JOB, SUBJOB, value, new Verdict.Accepted())),
                number("a request's epoch", 0, epoch, value -> request(RangeSet.of(10, 20), value, 0, Duration.ZERO)),
                number("a request's root epoch", 0, rootEpoch,
                        value -> request(RangeSet.of(10, 20), 0, value, Duration.ZERO)),
                number("a request's time", 0, Limits.MAX_DURATION.toMillis(),
                        value -> request(RangeSet.of(10, 20), 0, 0, Duration.ofMillis(value))),
                number("a request's first integer", 10, 19, value -> request(RangeSet.of(value, 20), 0, 0,
                        Duration.ZERO)),
                number("a request's end", 11, 20, value -> request(RangeSet.of(10, value), 0, 0, Duration.ZERO)),
                number("the end of a job", 0, rootEpoch, CancelScope.WholeJob::new),
                number("a result", 0, number, value -> new Message.SubjobResult(PEER, JOB, value, List.of(), List.of(),
                        List.of(), List.of(), List.of(), false)),
                number("a result's acknowledgement", 0, number, value -> new Message.ResultAck(PEER, JOB, value)),
                number("an orphan's message", 0, number, value -> new Message.Adopt(PEER, JOB, value, List.of(),
                        List.of(), List.of(), List.of(), List.of(), PEER)),
                number("an adoption's number", 0, number,
                        value -> new Message.AdoptAck(PEER, JOB, value, List.of(), List.of(), 0)),
                number("an adoption's root epoch", 0, rootEpoch,
                        value -> new Message.AdoptAck(PEER, JOB, 0, List.of(), List.of(), value)),
                number("a question", 0, number, value -> new Message.WorkWanted(PEER, PEER, value, 0, 0)),
                number("an asker's rate", 0, rate, value -> new Message.WorkWanted(PEER, PEER, 0, value, 0)),
                number("an asker's rate for one algorithm", 0, rate, value -> new Message.WorkWanted(PEER, PEER, 0,
                        new Rates(0, Map.of("MD5", value)), 0)),
                number("hops", 0, Limits.MAX_HOPS, value -> new Message.WorkWanted(PEER, PEER, 0, 0, (int) value)),
                number("a roster's rate", 1, rate, value -> new RosterEntry(PEER, value)),
                number("a peer's rate", 0, rate,
                        value -> new PeerInfo(PEER, PeerInfo.Role.WORKER, value, Set.of())),
                number("a measured rate", 0, rate, value -> new Input.RateMeasured(1, value)),
                number("a refusal's time", 0, Limits.MAX_DURATION.toMillis(),
                        value -> new Verdict.Refused(Verdict.Reason.LEAVING, Duration.ofMillis(value))),
                number("evidence's bits", 0, Limits.MAX_ZERO_BITS,
                        value -> new Evidence(PEER, (int) value, List.of())),
                number("a digest", 0, Limits.MAX_DIGEST, length -> new Solution(0, bytes(length), PEER)),
                number("the beginning of a job", 0, rootEpoch,
                        value -> new RootEvent.Started(SPEC, value, PEER, Duration.ZERO)),
                number("a job's time", 0, Limits.MAX_DURATION.toMillis(),
                        value -> new RootEvent.Started(SPEC, 0, PEER, Duration.ofMillis(value))),
                number("an assignment", 0, rootEpoch,
                        value -> new RootEvent.Assigned(JOB, value, new Holding(SUBJOB, 0, RangeSet.EMPTY), PEER)),
                number("a liar", 0, rootEpoch, value -> new RootEvent.Distrusted(JOB, value, PEER, RangeSet.EMPTY)),
                number("another root", 0, rootEpoch, value -> new RootEvent.Resumed(JOB, value, PEER)),
                number("a wish", 0, rootEpoch, value -> new RootEvent.CancelRequested(JOB, value)),
                number("an end", 0, rootEpoch, value -> new RootEvent.Ended(JOB, value, Outcome.FOUND)));
    }

    private static Arguments number(String name, long least, long most, LongFunction<Object> made) {
        return arguments(name, least, most, made);
    }

    private static Message request(RangeSet ranges, long epoch, long rootEpoch, Duration remaining) {
        return new Message.SubjobRequest(PEER, SPEC, SUBJOB, ranges, List.of(), List.of(PEER), epoch, rootEpoch,
                remaining, List.of());
    }

    private static Bytes bytes(long length) {
        if (length < 0) {
            throw new IllegalArgumentException("no array is so short");
        }
        return Bytes.of(new byte[(int) length]);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("numbers")
    void aNumberHasBounds(String name, long least, long most, LongFunction<Object> made) {
        assertDoesNotThrow(() -> made.apply(least));
        assertDoesNotThrow(() -> made.apply(most));
        assertThrows(IllegalArgumentException.class, () -> made.apply(least - 1));
        assertThrows(IllegalArgumentException.class, () -> made.apply(most + 1));
    }
}
