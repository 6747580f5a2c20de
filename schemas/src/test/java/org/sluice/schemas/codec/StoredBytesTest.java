package org.sluice.schemas.codec;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/**
 * What stands on the topics of a network that the first version wrote is read as it was meant.
 *
 * <p>{@code src/test/resources/events/v1} has records that the first version itself wrote, in hexadecimal, a file for each
 * of its schemas and a line for each record; {@link FirstVersionEvents} says what they mean. They never change: a change of
 * a schema or of the codec that has this test fail makes the journals of running jobs unreadable.
 */
class StoredBytesTest {
    /** In the order in which they were registered, so that the first has the id 1. */
    static final List<String> TYPES = List.of("SubjobRequest", "SubjobAck", "SubjobResult", "ResultAck", "Ping", "Pong",
            "Adopt", "AdoptAck", "Cancel", "WorkWanted", "RootEvent");
    private static final int HEADER_BYTES = 5;

    private final TestRegistry registry = new TestRegistry();
    private final EventCodec codec = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()));

    /** The registry of a network that this version has joined long after the first. */
    @BeforeEach
    void join() throws IOException {
        for (String type : TYPES) {
            registry.register(schema(type));
        }
        codec.registerAll();
    }

    @AfterEach
    void close() {
        codec.close();
        registry.close();
    }

    private static String schema(String type) throws IOException {
        return text("/schemas/v1/" + type + ".avsc");
    }

    private static List<byte[]> records(String type) throws IOException {
        return text("/events/v1/" + type + ".hex").lines().map(HexFormat.of()::parseHex).toList();
    }

    private static String text(String path) throws IOException {
        try (InputStream in = StoredBytesTest.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new AssertionError("what was stored is not kept: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @FieldSource("TYPES")
    void everyRecordMeansWhatItMeant(String type) throws Exception {
        List<Event> read = new ArrayList<>();
        for (byte[] bytes : records(type)) {
            read.add(codec.decode(bytes));
        }
        assertEquals(FirstVersionEvents.of(type), read);
    }

    /** A journal is read by whoever resumes its job, who may have joined before anybody else of this version. */
    @ParameterizedTest
    @FieldSource("TYPES")
    void everyRecordIsReadByWhoHasRegisteredNothing(String type) throws Exception {
        try (EventCodec reader = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()))) {
            assertEquals(FirstVersionEvents.of(type).getFirst(), reader.decode(records(type).getFirst()));
        }
    }

    /** A record cut short is not taken for a shorter one of this version. */
    @ParameterizedTest
    @FieldSource("TYPES")
    void noPartOfARecordIsRead(String type) throws Exception {
        for (byte[] bytes : records(type)) {
            for (int length = 0; length < bytes.length; length++) {
                byte[] part = ByteBuffer.allocate(length).put(bytes, 0, length).array();
                assertThrows(MalformedEventException.class, () -> codec.decode(part));
            }
        }
    }

    /** Were a field or a kind in no record, it could be renamed unnoticed. */
    @Test
    void theRecordsFillEveryFieldAndNameEveryKind() throws Exception {
        Set<String> known = new TreeSet<>();
        Set<String> filled = new HashSet<>();
        for (int i = 0; i < TYPES.size(); i++) {
            Schema schema = new Schema.Parser().parse(schema(TYPES.get(i)));
            known(schema, known);
            for (byte[] bytes : records(TYPES.get(i))) {
                assertEquals(i + 1, ByteBuffer.wrap(bytes).getInt(1), "the id of " + TYPES.get(i));
                filled(new GenericDatumReader<GenericRecord>(schema).read(null,
                        DecoderFactory.get().binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null)),
                        filled);
            }
        }
        known.removeAll(filled);
        assertEquals(Set.of(), known);
    }

    /** The names of all fields and kinds of a schema; that a kind is unknown is what nobody writes. */
    private static void known(Schema schema, Set<String> known) {
        switch (schema.getType()) {
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    known.add(schema.getName() + "." + field.name());
                    known(field.schema(), known);
                }
            }
            case ENUM -> schema.getEnumSymbols()
                    .stream()
                    .filter(symbol -> !symbol.equals(schema.getEnumDefault()))
                    .forEach(symbol -> known.add(schema.getName() + "." + symbol));
            case ARRAY -> known(schema.getElementType(), known);
            case UNION -> schema.getTypes().forEach(each -> known(each, known));
            case MAP, STRING, BYTES, FIXED, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {
            }
        }
    }

    /** The names of the fields that have another value than their default, and of the kinds that are named. */
    private static void filled(Object value, Set<String> filled) {
        switch (value) {
            case GenericRecord content -> {
                Schema schema = content.getSchema();
                for (Schema.Field field : schema.getFields()) {
                    Object part = content.get(field.pos());
                    if (part != null) {
                        if (!field.hasDefaultValue() || !part.equals(GenericData.get().getDefaultValue(field))) {
                            filled.add(schema.getName() + "." + field.name());
                        }
                        filled(part, filled);
                    }
                }
            }
            case GenericData.EnumSymbol kind -> filled.add(kind.getSchema().getName() + "." + kind);
            case Collection<?> all -> all.forEach(each -> filled(each, filled));
            // Avro's own classes are not sealed; all other values are leaves.
            default -> {
            }
        }
    }
}
