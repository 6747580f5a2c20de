package org.sluice.schemas.codec;

import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
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
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.avro.ResultAck;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

public class EventCodecTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    private final EventCodec codec = registered("codec-test");

    public static EventCodec registered(String scope) {
        EventCodec codec = new EventCodec(SchemaRegistry.connect("mock://" + scope, Map.of()));
        codec.registerAll();
        return codec;
    }

    static LongStream seeds() {
        return LongStream.range(0, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyTypeComesBackAsItWent(long seed) throws Exception {
        RandomMessages random = new RandomMessages(seed);
        for (Class<?> type : random.types()) {
            Event event = random.event(type);
            assertEquals(event, codec.decode(codec.encode(event)));
        }
    }

    @Test
    void theRandomMessagesAreOfEveryTypeThatThereIs() {
        Set<Class<?>> leaves = new HashSet<>();
        leaves(Message.class, leaves);
        leaves(RootEvent.class, leaves);
        assertEquals(leaves, new RandomMessages(0).types());
    }

    @Test
    void theRandomMessagesHoldEveryKindOfValue() {
        Set<Object> seen = new HashSet<>();
        for (long seed = 0; seed < 200; seed++) {
            RandomMessages random = new RandomMessages(seed);
            random.types().forEach(type -> collect(random.event(type), seen));
        }
        Set<Class<?>> kinds = new HashSet<>();
        Stream.of(Address.class, Work.class, Goal.class, CancelScope.class, Verdict.class)
                .forEach(kind -> leaves(kind, kinds));
        Set<Object> missing = new HashSet<>(kinds);
        for (Class<?> constants : List.of(CancelReason.class, Outcome.class, Verdict.Reason.class, Mode.class)) {
            missing.addAll(List.of(constants.getEnumConstants()));
        }
        missing.removeAll(seen);
        assertEquals(Set.of(), missing);
    }

    private static void leaves(Class<?> type, Set<Class<?>> leaves) {
        if (!type.isSealed()) {
            leaves.add(type);
            return;
        }
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            if (!permitted.isEnum()) {
                leaves(permitted, leaves);
            }
        }
    }

    /** The classes of all records and all enum constants within a value. */
    private static void collect(Object value, Set<Object> seen) {
        switch (value) {
            case Record composed -> {
                seen.add(composed.getClass());
                for (RecordComponent component : composed.getClass().getRecordComponents()) {
                    try {
                        component.getAccessor().setAccessible(true);
                        collect(component.getAccessor().invoke(composed), seen);
                    } catch (ReflectiveOperationException e) {
                        throw new LinkageError("a record hides its components", e);
                    }
                }
            }
            case Collection<?> all -> all.forEach(each -> collect(each, seen));
            case Optional<?> optional -> optional.ifPresent(each -> collect(each, seen));
            case Enum<?> constant -> seen.add(constant);
            default -> {
            }
        }
    }

    @Test
    void theBytesOfAResultAreThese() throws Exception {
        Event event = new Event.Addressed(new Message.SubjobResult(new PeerId("w1.00000000"), new JobId("anna.j"), 3,
                List.of(new Edge(new SubjobId("s"), 1)),
                List.of(new Coverage(new PeerId("w1.00000000"),
                        RangeSet.of(List.of(new Range(10, 20), new Range(25, 26))))),
                List.of(), List.of(), List.of(), false));
        byte[] bytes = codec.encode(event);
        assertEquals(0, bytes[0]);
        String expected = "" //
                + "02" + "16" + "77312e3030303030303030" // sender: the second kind (PEER), "w1.00000000"
                + "0c" + "616e6e612e6a" // job "anna.j"
                + "06" // number 3
                + "02" + "02" + "73" + "02" + "00" // one edge: "s", epoch 1; end of the list
                + "02" + "16" + "77312e3030303030303030" + "08" + "14" + "14" + "0a" + "02" + "00" + "00" // it: 10, 10, 5, 1
                + "00" + "00" + "00" // no solutions, evidence, delegations
                + "00" + "00" + "00"; // within all integers, not leaving, not saying what it takes for the job
        assertEquals(expected, HexFormat.of().formatHex(bytes, 5, bytes.length));
        assertEquals(event, codec.decode(bytes));
    }

    @Test
    void theBytesOfAJournalEntryAreThese() {
        byte[] bytes = codec.encode(new Event.Journaled(new RootEvent.Ended(new JobId("anna.j"), 2, Outcome.FOUND)));
        String expected = "0c" + "0c" + "616e6e612e6a" + "04" // the sixth kind (ENDED), "anna.j", root epoch 2
                + "00" + "00" + "00" + "00" + "00" + "00" // no spec, submitter, remaining and elapsed time, holding, peer
                + "00" + "04"; // no ranges, the second outcome (FOUND)
        assertEquals(expected, HexFormat.of().formatHex(bytes, 5, bytes.length));
    }

    @Test
    void theIdOfTheSchemaStandsBigEndianBehindAZero() {
        SchemaRegistry registry = SchemaRegistry.connect("mock://codec-test-id", Map.of());
        EventCodec withIds = new EventCodec(registry);
        withIds.registerAll();
        byte[] bytes = withIds
                .encode(new Event.Addressed(new Message.ResultAck(new PeerId("a.00000000"), new JobId("anna.j"), 1)));
        String subject = "org.sluice.schemas.avro.ResultAck";
        int id = registry.register(subject, EventSchemas.json(ResultAck.getClassSchema()));
        assertArrayEquals(new byte[]{0, (byte) (id >>> 24), (byte) (id >>> 16), (byte) (id >>> 8), (byte) id},
                Arrays.copyOf(bytes, 5));
    }

    @Test
    void everySubjectTakesOnlyWhatIsCompatibleWithAll() {
        SchemaRegistry registry = SchemaRegistry.connect("mock://codec-test-levels", Map.of());
        new EventCodec(registry).registerAll();
        assertEquals(11, EventSchemas.published().size());
        for (String subject : EventSchemas.published().keySet()) {
            assertEquals("FULL_TRANSITIVE", registry.compatibility(subject));
        }
    }

    @Test
    void aThousandRangesAreShort() {
        List<Range> ranges = new ArrayList<>();
        for (long i = 0; i < 1_000; i++) {
            ranges.add(new Range(1L << 40 | i * 50_000, (1L << 40 | i * 50_000) + 20_000));
        }
        byte[] bytes = codec
                .encode(new Event.Addressed(new Message.Cancel(new PeerId("a.00000000"), new JobId("anna.j"),
                        new CancelScope.Ranges(new Edge(new SubjobId("s"), 0), RangeSet.of(ranges)),
                        CancelReason.SUPERSEDED)));
        assertTrue(bytes.length < 6_100, "6 bytes a range, not " + bytes.length / 1_000);
    }

    @Test
    void whatIsTooLargeIsRefusedOnBothSides() {
        List<Range> ranges = new ArrayList<>();
        for (long i = 0; i < 100_000; i++) {
            ranges.add(new Range(i * 50_000, i * 50_000 + 20_000));
        }
        Event event = new Event.Addressed(new Message.Cancel(new PeerId("a.00000000"), new JobId("anna.j"),
                new CancelScope.Ranges(new Edge(new SubjobId("s"), 0), RangeSet.of(ranges)),
                CancelReason.SUPERSEDED));
        OversizedEventException refused = assertThrows(OversizedEventException.class, () -> codec.encode(event));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("a Cancel of "), refused.getMessage());
        assertThrows(MalformedEventException.class, () -> codec.decode(new byte[EventCodec.MAX_BYTES + 1]));
    }

    @Test
    void timesTravelInMillisecondsThatAreNeverTooFew() throws Exception {
        assertEquals(MILLI, retryAfter(Duration.ofNanos(1)));
        assertEquals(MILLI, retryAfter(MILLI));
        assertEquals(Duration.ofMillis(2), retryAfter(MILLI.plusNanos(1)));
        assertEquals(Limits.MAX_DURATION, retryAfter(Limits.MAX_DURATION));
        assertThrows(IllegalArgumentException.class, () -> retryAfter(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> retryAfter(Limits.MAX_DURATION.plusNanos(1)));
    }

    private Duration retryAfter(Duration sent) throws MalformedEventException {
        Event event = codec.decode(codec.encode(new Event.Addressed(
                new Message.SubjobAck(new PeerId("a.00000000"), new JobId("anna.j"), new SubjobId("s"), 0,
                        new Verdict.Refused(Verdict.Reason.LEAVING, sent)))));
        if (event instanceof Event.Addressed(Message.SubjobAck ack)
                && ack.verdict() instanceof Verdict.Refused refused) {
            return refused.retryAfter();
        }
        throw new AssertionError(event);
    }

    @Test
    void encodingNeedsTheRegistrysIds() {
        EventCodec fresh = new EventCodec(SchemaRegistry.connect("mock://codec-test-fresh", Map.of()));
        assertThrows(IllegalStateException.class, () -> fresh.encode(new RandomMessages(1).event()));
    }

    @Test
    void aRegistryThatDoesNotAnswerIsSaidInOneLine() {
        EventCodec codecOfNobody = new EventCodec(SchemaRegistry.connect("http://127.0.0.1:1", Map.of()));
        ServersUnavailableException e = assertThrows(ServersUnavailableException.class, codecOfNobody::registerAll);
        assertTrue(String.valueOf(e.getMessage()).contains("http://127.0.0.1:1"), e.getMessage());
    }

    @Test
    void aRegistryThatIsSilentIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                EventCodec codecOfSilence = new EventCodec(
                        SchemaRegistry.connect("http://127.0.0.1:" + silent.getLocalPort(), Map.of()))) {
            ServersUnavailableException e = assertTimeoutPreemptively(Duration.ofSeconds(30),
                    () -> assertThrows(ServersUnavailableException.class, () -> codecOfSilence.decode(new byte[8])));
            assertTrue(String.valueOf(e.getMessage()).contains("does not answer"), e.getMessage());
        }
    }

    @Test
    void theLongestPrefixAndTheWholeRangeFit() throws Exception {
        JobSpec spec = new JobSpec(new JobId("anna.j"), new Range(0, Long.MAX_VALUE),
                new Work.Integers("SHA-256", Bytes.of(new byte[Work.Integers.MAX_PREFIX])),
                new Goal.TrailingZeroBits(12), Mode.ALL, 16);
        Event event = new Event.Addressed(new Message.SubjobRequest(new JobId("anna.j"), spec, new SubjobId("s"),
                RangeSet.of(0, Long.MAX_VALUE), List.of(), List.of(new JobId("anna.j")), 0, 1, Duration.ofDays(7),
                List.of()));
        assertEquals(event, codec.decode(codec.encode(event)));
    }
}
