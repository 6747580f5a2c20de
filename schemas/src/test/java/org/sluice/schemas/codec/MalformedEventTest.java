package org.sluice.schemas.codec;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whatever stands on a topic, decoding gives an event or a {@link MalformedEventException}, and soon. */
class MalformedEventTest {
    private static final String RESULT = "org.sluice.schemas.avro.SubjobResult";

    private final SchemaRegistry registry = SchemaRegistry.connect("mock://malformed-test", Map.of());
    private final EventCodec codec = EventCodecTest.registered("malformed-test");

    static LongStream seeds() {
        return LongStream.range(0, 6);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aTruncatedEventIsMalformed(long seed) {
        RandomMessages random = new RandomMessages(seed);
        for (Class<?> type : random.types()) {
            byte[] bytes = codec.encode(random.event(type));
            for (int length = 0; length < bytes.length; length++) {
                byte[] truncated = Arrays.copyOf(bytes, length);
                assertThrows(MalformedEventException.class, () -> codec.decode(truncated));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void flippedBitsGiveAnEventOrAreMalformed(long seed) {
        RandomMessages random = new RandomMessages(seed);
        int malformed = 0;
        for (Class<?> type : random.types()) {
            byte[] bytes = codec.encode(random.event(type));
            for (int bit = 0; bit < 8 * bytes.length; bit += 1 + bit / 1_000) {
                byte[] flipped = bytes.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                malformed += isMalformed(flipped) ? 1 : 0;
            }
        }
        assertTrue(malformed > 0);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void noiseGivesAnEventOrIsMalformed(long seed) {
        Random random = new Random(seed);
        int malformed = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            ByteBuffer record = ByteBuffer.allocate(5 + noise.length).put((byte) 0).putInt(1 + random.nextInt(12));
            malformed += isMalformed(record.put(noise).array()) ? 1 : 0;
        }
        assertTrue(malformed > 1_000);
    }

    private boolean isMalformed(byte[] bytes) {
        try {
            codec.decode(bytes);
            return false;
        } catch (MalformedEventException e) {
            assertTrue(!e.reason().isBlank());
            return true;
        }
    }

    @Test
    void bytesBehindTheEndAreMalformed() {
        byte[] bytes = codec.encode(ack());
        assertEquals("1 bytes follow the end of the event", reason(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @Test
    void anotherFirstByteIsMalformed() {
        byte[] bytes = codec.encode(ack());
        bytes[0] = 1;
        assertEquals("the first byte is 1 and not 0", reason(bytes));
    }

    @Test
    void anUnknownSchemaIsMalformed() {
        byte[] bytes = codec.encode(ack());
        ByteBuffer.wrap(bytes).putInt(1, 123_456);
        assertEquals("the registry has no schema 123456", reason(bytes));
    }

    @Test
    void aSchemaThatIsNoEventsIsMalformed() {
        int id = registry.register("elsewhere", "{\"type\":\"record\",\"name\":\"elsewhere.Thing\",\"fields\":[]}");
        assertEquals("schema " + id + " is not an event's", reason(datum(id)));
        int bare = registry.register("bare", "\"long\"");
        assertEquals("schema " + bare + " is not an event's", reason(datum(bare, 2)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 1_000_000, Integer.MAX_VALUE, Long.MAX_VALUE})
    void aLengthThatIsNotThereIsMalformed(long length) {
        // sender: PEER and a text of the given length
        int id = registry.register(RESULT, EventSchemas.published().getOrDefault(RESULT, ""));
        assertThrows(MalformedEventException.class, () -> codec.decode(datum(id, 1, length, 0, 0, 0)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 1_000_000, Integer.MAX_VALUE, Long.MAX_VALUE})
    void aListThatIsNotThereIsMalformed(long items) {
        // sender: PEER "0" (as a varint: the byte 0x30 is the number 24), job "0", number 0, then the list of edges
        int id = registry.register(RESULT, EventSchemas.published().getOrDefault(RESULT, ""));
        assertThrows(MalformedEventException.class,
                () -> codec.decode(result(id, items, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void theDatumOfTheTestAboveIsRightButForItsList() throws Exception {
        int id = registry.register(RESULT, EventSchemas.published().getOrDefault(RESULT, ""));
        assertTrue(codec.decode(result(id, 0, 0, 0, 0, 0, 0, 0, 0)) instanceof Event.Addressed);
    }

    /** A hostile writer may register what is compatible and yet takes no byte, for ever or exponentially long. */
    @Test
    void aBombOfNullsIsMalformed() {
        int id = registry.register(RESULT, withField("""
                {"name":"bomb","default":[],"type":{"type":"array","items":"null"}}"""));
        assertEquals("a list says that it holds 4611686018427387904 items", reason(datum(id, 1L << 62, 0)));
        long[] manyBlocks = new long[1_000];
        Arrays.fill(manyBlocks, 900);
        assertTrue(reason(datum(id, manyBlocks)).startsWith("a list says"), "many blocks of nulls");
    }

    @Test
    void aRecursiveSchemaIsMalformed() {
        int id = registry.register(RESULT, withField("""
                {"name":"deep","default":null,"type":["null",{"type":"record","name":"x.Deep","fields":[
                {"name":"next","default":null,"type":["null","x.Deep"]}]}]}"""));
        long[] links = new long[100_000];
        Arrays.fill(links, 1);
        assertEquals("the writer's schema nests too deeply", reason(datum(id, links)));
    }

    @Test
    void aSchemaThatDoublesItselfIsMalformed() {
        StringBuilder type = new StringBuilder("\"null\"");
        for (int i = 0; i < 25; i++) {
            type.insert(0, "{\"type\":\"record\",\"name\":\"x.R" + i + "\",\"fields\":[{\"name\":\"a\",\"type\":")
                    .append(
                            "},{\"name\":\"b\",\"type\":" + (i == 0 ? "\"null\"" : "\"x.R" + (i - 1) + "\"") + "}]}");
        }
        int id = registry.register(RESULT,
                withField("{\"name\":\"wide\",\"type\":[\"null\"," + type + "],\"default\":null}"));
        assertEquals("the writer's schema nests too deeply", reason(datum(id, 1, 0, 0)));
    }

    @Test
    void aBlocksSizeMustBeTrue() {
        int id = registry.register(RESULT, EventSchemas.published().getOrDefault(RESULT, ""));
        // One edge (subjob "0", epoch 0) in a block that says its size: 3 bytes is true, 2 is not, nor is -1.
        assertEquals("", reason(result(id, -1, 3, 1, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
        assertTrue(reason(result(id, -1, 2, 1, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0)).contains("2 bytes"));
        assertTrue(
                reason(result(id, -1, -1, 1, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0)).contains("-1 bytes"));
    }

    @Test
    void aReasonIsOneReadableLine() {
        MalformedEventException e = new MalformedEventException("a\nb\r\u001b[2J" + "x".repeat(1_000));
        assertTrue(e.reason().startsWith("a\\u000ab\\u000d\\u001b[2Jxxx"), e.reason());
        assertTrue(e.reason().length() < 310);
    }

    /** The published schema of a result with one more field in front. */
    private static String withField(String field) {
        return EventSchemas.published()
                .getOrDefault(RESULT, "")
                .replaceFirst("\"fields\":\\[", "\"fields\":[" + field + ",");
    }

    /** A result of the peer "0.00000000" for the job "0.0" with the number 0, as Avro's numbers, and what comes then. */
    private static byte[] result(int id, long... rest) {
        LongStream start = LongStream.of(1, 10, 24, 23, 24, 24, 24, 24, 24, 24, 24, 24, 3, 24, 23, 24, 0);
        return datum(id, LongStream.concat(start, LongStream.of(rest)).toArray());
    }

    /** A record of the given schema whose content is the given numbers as Avro writes them. */
    private static byte[] datum(int id, long... numbers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        for (long number : numbers) {
            long rest = (number << 1) ^ (number >> 63);
            while ((rest & ~0x7fL) != 0) {
                bytes.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }
        return bytes.toByteArray();
    }

    /** Why decoding fails, empty if it does not. */
    private String reason(byte[] bytes) {
        try {
            codec.decode(bytes);
            return "";
        } catch (MalformedEventException e) {
            return e.reason();
        }
    }

    private static Event ack() {
        return new Event.Addressed(new Message.ResultAck(new PeerId("w.00000000"), new JobId("anna.j"), 1));
    }
}
