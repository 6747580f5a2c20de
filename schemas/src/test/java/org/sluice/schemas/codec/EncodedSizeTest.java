package org.sluice.schemas.codec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The protocol's own reckoning of sizes, held against the bytes that the codec writes. */
class EncodedSizeTest {
    private static final PeerId PEER = new PeerId("p".repeat(40) + ".00000000");
    private static final JobId JOB = new JobId("j".repeat(40) + "." + "j".repeat(40));
    private static final SubjobId SUBJOB = new SubjobId("s".repeat(130));
    private static final Address ROOT = JOB;

    private final EventCodec codec = EventCodecTest.registered("size-test");

    static LongStream seeds() {
        return LongStream.range(0, Integer.getInteger("seeds", 500));
    }

    private static int reckoned(Event event) {
        return switch (event) {
            case Event.Addressed(Message message) -> EncodedSize.of(message);
            case Event.Journaled journaled -> EncodedSize.of(journaled.event());
        };
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noEventIsLargerThanReckoned(long seed) {
        RandomMessages random = new RandomMessages(seed);
        for (Class<?> type : random.types()) {
            Event event = random.event(type);
            int bytes = codec.encode(event).length;
            assertTrue(bytes <= reckoned(event), () -> bytes + " bytes, reckoned " + reckoned(event) + ": " + event);
        }
    }

    /** Were it far above, messages would be sent half empty. */
    @Test
    void ofALongListItIsNotFarAbove() {
        List<Delegated> delegations = new ArrayList<>();
        for (long i = 0; i < 4_000; i++) {
            delegations.add(new Delegated(new SubjobId("w17.1abcdefg-4"), new SubjobId("w17.1abcdefg-" + i),
                    new PeerId("w" + i + ".12345678"), RangeSet.of(i * 1_000_000, i * 1_000_000 + 900_000)));
        }
        Event event = new Event.Addressed(new Message.SubjobResult(PEER, JOB, 1, List.of(), List.of(), List.of(),
                List.of(), delegations, false));
        int bytes = codec.encode(event).length;
        assertTrue(reckoned(event) < bytes * 1.3, () -> bytes + " bytes, reckoned " + reckoned(event));
    }

    /** What cannot be divided is so small that a message with one of each fits, beside what every such message has. */
    @Test
    void oneOfEachAlwaysFits() throws Exception {
        RangeSet range = RangeSet.of(Long.MAX_VALUE - 1, Long.MAX_VALUE);
        JobSpec spec = new JobSpec(JOB, new Range(0, Long.MAX_VALUE),
                new Work.Integers("\u20ac".repeat(40), Bytes.of(new byte[Work.Integers.MAX_PREFIX])),
                new Goal.Target(Bytes.of(new byte[32])), Mode.ALL, 1024);
        List<Address> lineage = new ArrayList<>(Collections.nCopies(6, ROOT));
        List<Message> largest = List.of(
                new Message.SubjobRequest(ROOT, spec, SUBJOB, range, List.of(new RosterEntry(PEER, Limits.MAX_RATE)),
                        lineage, Limits.MAX_EPOCH, Limits.MAX_ROOT_EPOCH, Duration.ofDays(36_500), List.of(PEER)),
                new Message.SubjobResult(PEER, JOB, Limits.MAX_NUMBER, List.of(new Edge(SUBJOB, Limits.MAX_EPOCH)),
                        List.of(new Coverage(PEER, range)),
                        List.of(new Solution(Long.MAX_VALUE, Bytes.of(new byte[Limits.MAX_DIGEST]), PEER)),
                        List.of(), List.of(new Delegated(SUBJOB, SUBJOB, PEER, range)), true),
                new Message.AdoptAck(PEER, JOB, Limits.MAX_NUMBER,
                        List.of(new Holding(SUBJOB, Limits.MAX_EPOCH, range)),
                        lineage, Limits.MAX_ROOT_EPOCH),
                new Message.Cancel(PEER, JOB, new CancelScope.Ranges(new Edge(SUBJOB, Limits.MAX_EPOCH), range),
                        CancelReason.SUPERSEDED));
        for (Message message : largest) {
            Event event = new Event.Addressed(message);
            byte[] bytes = codec.encode(event);
            assertTrue(bytes.length <= EncodedSize.of(message) && EncodedSize.of(message) < EventCodec.MAX_BYTES / 4,
                    () -> bytes.length + " bytes, reckoned " + EncodedSize.of(message));
            assertEquals(event, codec.decode(bytes));
        }
    }

    @Test
    void theSpaceOfASetIsThatOfItsParts() {
        List<Range> ranges = new ArrayList<>();
        for (long i = 0; i < 10_000; i++) {
            ranges.add(new Range(i * i * 1_000, i * i * 1_000 + 1 + i));
        }
        RangeSet set = RangeSet.of(ranges);
        for (int room : new int[]{1, 30, 1_000, 1_000_000}) {
            RangeSet together = RangeSet.EMPTY;
            for (RangeSet part : EncodedSize.parts(set, room)) {
                assertTrue(EncodedSize.of(part) <= room || part.rangeCount() == 1, () -> room + ": " + part);
                assertTrue(together.isEmpty() || !together.intersects(part));
                together = together.plus(part);
            }
            assertEquals(set, together);
        }
        assertEquals(List.of(RangeSet.EMPTY), EncodedSize.parts(RangeSet.EMPTY, 10));
    }
}
