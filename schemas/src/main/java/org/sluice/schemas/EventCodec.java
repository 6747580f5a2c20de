package org.sluice.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import org.sluice.protocol.message.Message;

import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Turns events into the bytes of Kafka records and back, in the Confluent wire format: a zero byte, the schema's id in the
 * registry as 4 bytes big-endian, Avro binary.
 *
 * <p>Bytes are decoded with their writer's schema, resolved to the schema of this version, so that peers of different age
 * understand each other. The schemas of this version are asked for once, in {@link #registerAll()}; from then on the
 * registry is needed only for records of other versions. Safe for use by several threads.
 */
public final class EventCodec implements AutoCloseable {
    /** Most bytes of an encoded event (DESIGN section 4). */
    public static final int MAX_BYTES = 512 * 1024;

    private static final byte MAGIC = 0;
    private static final int HEADER_BYTES = 5;

    private final SchemaRegistry registry;
    private final WriterSchemas writers;
    private final Map<String, Integer> ids = new ConcurrentHashMap<>();

    /**
     * A codec that can decode at once, and encode after {@link #registerAll()}.
     *
     * @param registry the registry, which is closed with the codec
     */
    public EventCodec(SchemaRegistry registry) {
        this(registry, System::nanoTime);
    }

    EventCodec(SchemaRegistry registry, LongSupplier nanoTime) {
        this.registry = registry;
        this.writers = new WriterSchemas(registry::schema, nanoTime);
    }

    /**
     * A codec with a registry client of its own.
     *
     * @param clientProperties security settings of the registry's client; may be empty
     */
    public static EventCodec connect(Servers servers, Map<String, Object> clientProperties) {
        return new EventCodec(SchemaRegistry.connect(servers.registryUrl(), clientProperties));
    }

    /**
     * Registers the schemas of this version, each under its record's name and with FULL_TRANSITIVE compatibility.
     *
     * @throws ServersUnavailableException if the registry does not answer, or if it has an incompatible schema
     */
    public void registerAll() {
        EventSchemas.all().forEach((subject, schema) -> {
            int id = registry.register(subject, EventSchemas.json(schema));
            writers.own(id, schema);
            ids.put(subject, id);
        });
    }

    /**
     * The bytes of an event.
     *
     * @throws OversizedEventException if they are more than {@link #MAX_BYTES}
     * @throws IllegalStateException if {@link #registerAll()} has not succeeded yet
     */
    public byte[] encode(Event event) {
        SpecificRecord record = toAvro(event);
        Integer id = ids.get(record.getSchema().getFullName());
        if (id == null) {
            throw new IllegalStateException("the schema of " + record.getSchema().getName() + " is not registered yet");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        bytes.write(MAGIC);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(id).array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new SpecificDatumWriter<SpecificRecord>(record.getSchema()).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        if (bytes.size() > MAX_BYTES) {
            throw new OversizedEventException(record.getSchema().getName(), bytes.size());
        }
        return bytes.toByteArray();
    }

    /**
     * The event in the bytes of a record; may wait for the registry if a schema's id is new.
     *
     * @throws MalformedEventException if the bytes are not an event, or are one that this version does not know
     */
    public Event decode(byte[] bytes) throws MalformedEventException {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedEventException(bytes.length + " bytes are more than an event may have");
        }
        if (bytes.length < HEADER_BYTES) {
            throw new MalformedEventException(bytes.length + " bytes are too few for an event");
        }
        if (bytes[0] != MAGIC) {
            throw new MalformedEventException("the first byte is " + bytes[0] + " and not 0");
        }
        WriterSchemas.Writer writer = writers.writer(ByteBuffer.wrap(bytes).getInt(1));
        WireShape.check(writer.schema(), bytes, HEADER_BYTES);
        try {
            return fromAvro(writer.reader()
                    .read(null,
                            DecoderFactory.get()
                                    .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null)));
        } catch (IOException | RuntimeException e) {
            // Avro and the records' constructors say in many ways that something is wrong; all come from the bytes.
            throw new MalformedEventException(writer.schema().getName() + ": " + e.getMessage(), e);
        }
    }

    static SpecificRecord toAvro(Event event) {
        return switch (event) {
            case Event.Addressed(Message message) -> AvroMessages.encode(message);
            case Event.Journaled journaled -> AvroJournal.encode(journaled.event());
        };
    }

    private static Event fromAvro(SpecificRecord record) {
        if (record instanceof org.sluice.schemas.avro.RootEvent event) {
            return new Event.Journaled(AvroJournal.decode(event));
        }
        Message message = AvroMessages.decode(record);
        if (message == null) {
            throw new IllegalArgumentException("not an event");
        }
        return new Event.Addressed(message);
    }

    @Override
    public void close() {
        registry.close();
    }
}
