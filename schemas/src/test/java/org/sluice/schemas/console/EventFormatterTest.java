package org.sluice.schemas.console;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Evidence;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
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
import org.sluice.schemas.SluiceMessageFormatter;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.EventCodecTest;
import org.sluice.schemas.codec.RandomMessages;
import org.sluice.schemas.kafka.TopicNames;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class EventFormatterTest {
    private static final Instant TIME = Instant.parse("2026-01-01T12:00:00.123Z");
    private static final PeerId W1 = new PeerId("w1.00000000");
    private static final JobId JOB = new JobId("anna.j1");
    private static final Event RESULT = new Event.Addressed(new Message.SubjobResult(W1, JOB, 4, List.of(),
            List.of(new Coverage(W1,
                    RangeSet.of(List.of(new Range(0, 10), new Range(20, 30), new Range(40, 50), new Range(60, 71))))),
            List.of(new Solution(Long.MAX_VALUE, Bytes.fromHex("00ff"), W1)),
            List.of(new Evidence(W1, 3, List.of(5L, 9L, 20L))), List.of(), true));

    private static String line(String topic, Event event) {
        return EventFormatter.line(new StoredEvent(topic, 17, TIME, event));
    }

    @Test
    void aRequestIsOneLineWithItsEssentials() {
        JobSpec spec = new JobSpec(JOB, new Range(0, 1_000), new Work.Integers("sha-256", Bytes.EMPTY),
                new Goal.TrailingZeroBits(12), Mode.ALL, 16);
        Event request = new Event.Addressed(new Message.SubjobRequest(W1, spec, new SubjobId("s3"),
                RangeSet.of(0, 500), List.of(), List.of(W1, JOB), 2, 1, Duration.ofSeconds(90), List.of()));
        assertEquals(
                "2026-01-01T12:00:00.123Z sluice.inbox.w2.00000000@17 w1.00000000 -> w2.00000000 SubjobRequest job=anna.j1 subjob=s3 epoch=2 "
                        + "ranges=[0, 500) (500) roster=0 lineage=w1.00000000<root(anna.j1) SHA-256 TrailingZeroBits[bits=12] mode=ALL "
                        + "remaining=PT1M30S",
                line("sluice.inbox.w2.00000000", request));
    }

    @Test
    void aResultShowsTheFirstRangesAndCountsTheRest() {
        assertEquals(
                "2026-01-01T12:00:00.123Z sluice.root.anna.j1@17 w1.00000000 -> root(anna.j1) SubjobResult job=anna.j1 number=4 "
                        + "covered=w1.00000000:[0, 10),[20, 30),[40, 50),+1 more (41) solutions=9223372036854775807(00ff) leaving",
                line("sluice.root.anna.j1", RESULT));
    }

    @Test
    void aRefusalNamesItsReason() {
        Event ack = new Event.Addressed(new Message.SubjobAck(W1, JOB, new SubjobId("s"), 0,
                new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, Duration.ofSeconds(5))));
        assertEquals(
                "2026-01-01T12:00:00.123Z sluice.root.anna.j1@17 w1.00000000 -> root(anna.j1) SubjobAck job=anna.j1 subjob=s epoch=0 "
                        + "REFUSED OUT_OF_CAPACITY retryAfter=PT5S",
                line("sluice.root.anna.j1", ack));
    }

    @Test
    void aJournalEntryIsTheJobsOwn() {
        assertEquals(
                "2026-01-01T12:00:00.123Z sluice.job.anna.j1@17 root(anna.j1) journal Ended outcome=FOUND rootEpoch=2",
                line("sluice.job.anna.j1", new Event.Journaled(new RootEvent.Ended(JOB, 2, Outcome.FOUND))));
    }

    @Test
    void jsonHasTheSchemasNamesNumbersAndHex() throws Exception {
        String json = EventFormatter.json(new StoredEvent("sluice.root.anna.j1", 17, TIME, RESULT));
        assertEquals(
                new ObjectMapper().readTree(
                        """
                                {"topic": "sluice.root.anna.j1", "offset": 17, "time": "2026-01-01T12:00:00.123Z", "type": "SubjobResult",
                                 "job": "anna.j1",
                                 "event": {"sender": {"kind": "PEER", "value": "w1.00000000"}, "job": "anna.j1", "number": 4, "edges": [],
                                  "coverage": [{"peer": "w1.00000000", "ranges": [{"start": 0, "end": 10}, {"start": 20, "end": 30},
                                   {"start": 40, "end": 50}, {"start": 60, "end": 71}]}],
                                  "solutions": [{"integer": 9223372036854775807, "digest": "00ff", "peer": "w1.00000000"}],
                                  "evidence": [{"peer": "w1.00000000", "zeroBits": 3, "integers": [5, 9, 20]}],
                                  "delegations": [], "leaving": true}}"""),
                new ObjectMapper().readTree(json));
    }

    @Test
    void everyTypeIsOneLineAndOneDocument() throws Exception {
        for (long seed = 0; seed < 50; seed++) {
            RandomMessages random = new RandomMessages(seed);
            for (Class<?> type : random.types()) {
                StoredEvent stored = new StoredEvent(TopicNames.DEFAULT.of(random.address()), seed, TIME,
                        random.event(type));
                String line = EventFormatter.line(stored);
                assertTrue(line.matches("[ -~]+"), line);
                assertTrue(line.contains(type.getSimpleName()), line);
                String json = EventFormatter.json(stored);
                assertFalse(json.contains("\n"));
                assertTrue(new ObjectMapper().readTree(json).path("event").isObject(), json);
            }
        }
    }

    @Test
    void whoChoosesAnAlgorithmsNameCannotForgeALine() {
        JobSpec spec = new JobSpec(JOB, new Range(0, 1_000), new Work.Integers("A\n2026\u001b[2J\u202e", Bytes.EMPTY),
                new Goal.TrailingZeroBits(12), Mode.ALL, 16);
        String line = line("sluice.job.anna.j1",
                new Event.Journaled(new RootEvent.Started(spec, 1, W1, Duration.ZERO)));
        assertTrue(line.contains(" A\\u000a2026\\u001b[2J\\u202e "), line);
    }

    @Test
    void kafkasConsolePrintsEventsAndSaysWhatIsNone() {
        EventCodec codec = EventCodecTest.registered("formatter-test");
        byte[] value = codec.encode(RESULT);
        assertEquals(line("sluice.root.anna.j1", RESULT) + "\n", console(false, value));
        assertEquals(EventFormatter.json(new StoredEvent("sluice.root.anna.j1", 17, TIME, RESULT)) + "\n",
                console(true, value));
        String place = "2026-01-01T12:00:00.123Z sluice.root.anna.j1@17 MALFORMED ";
        assertEquals(place + "3 bytes are too few for an event\n", console(false, new byte[3]));
        assertEquals(place + "the record has no value\n", console(false, null));
        assertEquals("{\"topic\":\"sluice.root.anna.j1\",\"offset\":17,\"time\":\"2026-01-01T12:00:00.123Z\","
                + "\"malformed\":\"3 bytes are too few for an event\"}\n", console(true, new byte[3]));
    }

    @Test
    void theConsoleSaysWhatItNeeds() {
        try (SluiceMessageFormatter formatter = new SluiceMessageFormatter()) {
            ConfigException e = assertThrows(ConfigException.class, () -> formatter.configure(Map.of()));
            assertTrue(String.valueOf(e.getMessage()).contains("schema.registry.url"));
        }
    }

    private static String console(boolean json, byte @Nullable [] value) {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (SluiceMessageFormatter formatter = new SluiceMessageFormatter();
                PrintStream output = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            formatter.configure(Map.of("schema.registry.url", "mock://formatter-test", "json", Boolean.toString(json)));
            formatter.writeTo(
                    new ConsumerRecord<byte[], byte[]>("sluice.root.anna.j1", 0, 17, TIME.toEpochMilli(),
                            TimestampType.LOG_APPEND_TIME, 0, 0, null, value, new RecordHeaders(), Optional.empty()),
                    output);
        }
        return printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
