package org.sluice.schemas.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/**
 * Holds the schemas to what was published before: {@code src/test/resources/schemas/v1} has their first versions, which never
 * change; a later version is added beside them when it is released.
 *
 * <p>A type of event that is newer than a version is not asked for there: it has nothing to be compatible with yet.
 */
class CompatibilityTest {
    /** Each version and the types of events that it had. Written down here, so that a file that is lost is missed. */
    private static final Map<String, List<String>> VERSIONS = Map.of("v1", StoredBytesTest.TYPES);

    static Set<String> subjects() {
        return EventSchemas.published().keySet();
    }

    private static String current(String subject) {
        return EventSchemas.published().getOrDefault(subject, "missing");
    }

    private static String type(String subject) {
        return subject.substring(subject.lastIndexOf('.') + 1);
    }

    private static String stored(String version, String type) throws IOException {
        String path = "/schemas/" + version + "/" + type + ".avsc";
        try (InputStream in = CompatibilityTest.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new AssertionError("the published schema is not kept: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void everySchemaReadsItselfAndAllBefore(String subject) throws Exception {
        List<String> earlier = new ArrayList<>();
        for (Map.Entry<String, List<String>> version : VERSIONS.entrySet()) {
            if (version.getValue().contains(type(subject))) {
                earlier.add(stored(version.getKey(), type(subject)));
            }
        }
        earlier.add(current(subject));
        assertEquals(List.of(), SchemaRegistry.incompatibilities(current(subject), earlier));
    }

    /** What a version has written stays readable: no type of event is given up, and its file is there. */
    @Test
    void everyTypeThatAVersionHadIsKept() throws Exception {
        Set<String> types = subjects().stream().map(CompatibilityTest::type).collect(Collectors.toSet());
        for (Map.Entry<String, List<String>> version : VERSIONS.entrySet()) {
            for (String type : version.getValue()) {
                assertTrue(types.contains(type), type + " of " + version.getKey() + " is published no more");
                assertEquals(type, type(new Schema.Parser().parse(stored(version.getKey(), type)).getFullName()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void everyFieldSaysWhatItMeans(String subject) {
        documented(new Schema.Parser().parse(current(subject)), new ArrayList<>());
        assertFalse(current(subject).contains("avro.java"), "the published schema is nobody's Java");
    }

    private static void documented(Schema schema, List<String> seen) {
        switch (schema.getType()) {
            case RECORD -> {
                if (!seen.contains(schema.getFullName())) {
                    seen.add(schema.getFullName());
                    assertTrue(schema.getDoc() != null, schema.getFullName());
                    for (Schema.Field field : schema.getFields()) {
                        assertTrue(field.doc() != null, schema.getFullName() + "." + field.name());
                        documented(field.schema(), seen);
                    }
                }
            }
            case ENUM -> {
                assertTrue(schema.getDoc() != null, schema.getFullName());
                assertEquals("UNKNOWN", schema.getEnumDefault(), schema.getFullName());
            }
            case ARRAY -> documented(schema.getElementType(), seen);
            case UNION -> schema.getTypes().forEach(each -> documented(each, seen));
            case MAP, STRING, BYTES, FIXED, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {
            }
        }
    }

    @Test
    void aBreakingChangeWouldBeNoticed() {
        String schema = current("org.sluice.schemas.avro.ResultAck");
        String added = schema.replace("\"fields\":[{\"name\":\"sender\"",
                "\"fields\":[{\"name\":\"more\",\"type\":\"long\"},{\"name\":\"sender\"");
        String changed = schema.replace("\"type\":\"long\"", "\"type\":\"string\"");
        assertFalse(SchemaRegistry.incompatibilities(added, List.of(schema)).isEmpty());
        assertFalse(SchemaRegistry.incompatibilities(changed, List.of(schema)).isEmpty());
    }

    @Test
    void aLaterPeersNewFieldIsPassedOver() throws Exception {
        String later = current("org.sluice.schemas.avro.ResultAck").replace("\"fields\":[{\"name\":\"sender\"",
                "\"fields\":[{\"name\":\"more\",\"type\":\"string\",\"default\":\"\"},{\"name\":\"sender\"");
        assertEquals(List.of(),
                SchemaRegistry.incompatibilities(later, List.of(current("org.sluice.schemas.avro.ResultAck"))));
        Message message = new Message.ResultAck(new PeerId("w.00000000"), new JobId("anna.j"), 7);
        GenericRecord record = convert(AvroMessages.encode(message), later);
        record.put("more", "something that we do not know");
        assertEquals(new Event.Addressed(message), decode("evolved-field", later, record));
    }

    @Test
    void aLaterPeersNewKindIsSkippedAndNotFatal() throws Exception {
        String subject = "org.sluice.schemas.avro.Cancel";
        String later = current(subject).replace("\"RANGES\"]", "\"RANGES\",\"EVERYTHING\"]");
        assertEquals(List.of(), SchemaRegistry.incompatibilities(later, List.of(current(subject))));
        Event cancel = new RandomMessages(3).event(Message.Cancel.class);
        GenericRecord record = convert(EventCodec.toAvro(cancel), later);
        Schema.Field scope = record.getSchema().getField("scope");
        record.put("scope", new GenericData.EnumSymbol(scope.schema(), "EVERYTHING"));
        MalformedEventException e = assertThrows(MalformedEventException.class,
                () -> decode("evolved-kind", later, record));
        assertEquals("Cancel: a kind of scope that this version does not know", e.reason());
    }

    /** The same content as a record of another schema. */
    private static GenericRecord convert(IndexedRecord record, String schema) throws IOException {
        return new GenericDatumReader<GenericRecord>(record.getSchema(), new Schema.Parser().parse(schema)).read(null,
                DecoderFactory.get().binaryDecoder(binary(record), null));
    }

    private static byte[] binary(IndexedRecord record) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    /** Has a peer of this version decode what a later one has written. */
    private static Event decode(String scope, String schema, GenericRecord record) throws Exception {
        SchemaRegistry registry = SchemaRegistry.connect("mock://" + scope, Map.of());
        EventCodec codec = new EventCodec(registry);
        codec.registerAll();
        int id = registry.register(record.getSchema().getFullName(), schema);
        byte[] binary = binary(record);
        return codec.decode(
                ByteBuffer.allocate(5 + binary.length).put((byte) 0).putInt(id).put(binary).array());
    }
}
