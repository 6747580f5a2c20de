package org.sluice.schemas.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.Message;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns events into the bytes of Kafka records and back, in the Confluent wire format: a zero byte, the schema's id in the
 * registry as 4 bytes big-endian, Avro binary.
 *
 * <p>Bytes are decoded with their writer's schema, resolved to the schema of this version, so that peers of different age
 * understand each other. The schemas of this version are asked for once, in {@link #lookUpAll()}; from then on the
 * registry is needed only for records of other versions.
 *
 * <p>Ids belong to a registry's life: one that has lost what it had gives others. So whenever records look as if that had
 * happened (their schema is unknown, does not fit, or is one of this version under another id), the registry is asked
 * whether it still has the schemas of this version under their ids; if not, those that they have now are taken, and all other ids
 * are forgotten. The steward registers what is missing. Safe for use by several threads.
 */
public final class EventCodec implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventCodec.class);

    /** Most bytes of an encoded event. */
    public static final int MAX_BYTES = EncodedSize.MAX_BYTES;

    private static final byte MAGIC = 0;
    private static final int HEADER_BYTES = 5;
    /** Malformed records may come in floods. */
    private static final Duration BETWEEN_SUSPICIONS = Duration.ofSeconds(10);
    /** For how long nobody concludes anything from a registry's silence. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final SchemaRegistry registry;
    private final WriterSchemas writers;
    private final LongSupplier nanoTime;
    /** The ids of this version's schemas by their names. */
    private volatile Map<String, Integer> ids = Map.of();
    private final AtomicLong suspectedAt;

    /**
     * A codec that can decode at once, and encode after {@link #registerAll()} or {@link #take}.
     *
     * @param registry the registry, which is closed with the codec
     */
    public EventCodec(SchemaRegistry registry) {
        this(registry, System::nanoTime);
    }

    public EventCodec(SchemaRegistry registry, LongSupplier nanoTime) {
        this.registry = registry;
        this.nanoTime = nanoTime;
        this.writers = new WriterSchemas(registry::schema, nanoTime);
        this.suspectedAt = new AtomicLong(nanoTime.getAsLong() - BETWEEN_SUSPICIONS.toNanos());
    }

    /**
     * A codec with a registry client of its own.
     *
     * @param clientProperties security settings of the registry's client; may be empty
     */
    public static EventCodec connect(String registryUrl, Map<String, Object> clientProperties) {
        return new EventCodec(SchemaRegistry.connect(registryUrl, clientProperties));
    }

    /**
     * Registers the schemas of this version, each under its record's name and with FULL_TRANSITIVE compatibility.
     *
     * @throws ServersUnavailableException if the registry does not answer, or if it has an incompatible schema
     */
    public synchronized void registerAll() {
        Map<String, Integer> registered = new HashMap<>();
        EventSchemas.all()
                .forEach((subject, schema) -> registered.put(subject,
                        registry.register(subject, EventSchemas.json(schema))));
        take(registered);
    }

    /**
     * Takes the ids that the schemas of this version have in the registry; it registers nothing.
     *
     * @throws ServersUnavailableException if the registry does not answer, or lacks one of them
     */
    public synchronized void lookUpAll() {
        Map<String, Integer> found = new HashMap<>();
        EventSchemas.all()
                .forEach((subject, schema) -> found.put(subject,
                        registry.id(subject, EventSchemas.json(schema))
                                .orElseThrow(() -> new ServersUnavailableException("the schema registry lacks "
                                        + schema.getName() + " as this version of Sluice writes it; who looks after the"
                                        + " network registers it with: sluice network init", null))));
        take(found);
    }

    /**
     * Takes over what another has done to register the schemas of this version, as whoever runs the registry.
     *
     * @param registered the ids of all of them, by their names
     */
    public synchronized void take(Map<String, Integer> registered) {
        Map<Integer, Schema> own = new HashMap<>();
        EventSchemas.all().forEach((subject, schema) -> {
            Integer id = registered.get(subject);
            if (id == null) {
                throw new IllegalArgumentException("the schema of " + subject + " has no id");
            }
            own.put(id, schema);
        });
        writers.startOver(own);
        ids = Map.copyOf(registered);
    }

    /**
     * Asks the registry whether it still has the schemas of this version under the ids that it gave them, and takes their new ids
     * if not; waits for the registry. It registers nothing.
     *
     * @return whether the ids have changed
     * @throws ServersUnavailableException if the registry does not answer, or lacks one of them
     */
    public synchronized boolean renew() {
        return renew(this::lookUpAll);
    }

    /**
     * The same for a steward: schemas that the registry lacks are registered.
     *
     * @return whether the ids have changed
     * @throws ServersUnavailableException if the registry does not answer, or if it has an incompatible schema
     */
    public synchronized boolean keepRegistered() {
        return renew(this::registerAll);
    }

    private boolean renew(Runnable takingIds) {
        Map<String, Integer> before = ids;
        registry.forget();
        if (before.entrySet().stream().allMatch(each -> isStill(each.getKey(), each.getValue()))) {
            return false;
        }
        takingIds.run();
        LOG.warn("the schema registry has lost what it had, and has given the schemas other ids");
        return !before.equals(ids);
    }

    private boolean isStill(String subject, int id) {
        try {
            return registry.schema(id)
                    .map(json -> new Schema.Parser().parse(json))
                    .filter(stored -> stored.getFullName().equals(subject) && EventSchemas.isPublished(stored))
                    .isPresent();
        } catch (AvroRuntimeException anothers) {
            LOG.debug("schema {} is not ours any more", id, anothers);
            return false;
        }
    }

    /** Something that was read looks as if ids had changed their meaning; does not wait. */
    private void suspect() {
        long now = nanoTime.getAsLong();
        long last = suspectedAt.get();
        if (!ids.isEmpty() && now - last >= BETWEEN_SUSPICIONS.toNanos() && suspectedAt.compareAndSet(last, now)) {
            Thread.ofVirtual().name("sluice-schemas").start(() -> {
                try {
                    renew();
                } catch (ServersUnavailableException e) {
                    LOG.debug("{}", e.getMessage());
                }
            });
        }
    }

    /**
     * The bytes of an event.
     *
     * @throws OversizedEventException if they are more than {@link #MAX_BYTES}
     * @throws IllegalStateException if neither {@link #lookUpAll()} nor {@link #registerAll()} has succeeded yet
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
     * @throws ServersUnavailableException if that cannot be said because the registry does not answer
     */
    public Event decode(byte[] bytes) throws MalformedEventException {
        return decoded(writer(bytes), bytes);
    }

    /**
     * The same without waiting. A registry that has been silent for long does not hold up who reads.
     *
     * @return null if the registry must be asked for the schema first, by {@link #learn}
     */
    @Nullable
    public Event decodeAtOnce(byte[] bytes) throws MalformedEventException {
        try {
            WriterSchemas.Writer writer = writers.atOnce(schemaId(bytes));
            return writer == null ? null : decoded(writer, bytes);
        } catch (ServersUnavailableException e) {
            if (writers.away().compareTo(PATIENCE) < 0) {
                return null;
            }
            throw new MalformedEventException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Asks the registry for the schema of a record, so that it can then be decoded, or refused, at once; waits for it.
     *
     * @return false if it has not answered, and is to be asked again a little later
     */
    public boolean learn(byte[] bytes) {
        try {
            writer(bytes);
        } catch (MalformedEventException e) {
            // It is remembered, and told when the record is decoded.
            LOG.trace("{}", e.reason());
        } catch (ServersUnavailableException e) {
            return writers.away().compareTo(PATIENCE) >= 0;
        }
        return true;
    }

    private WriterSchemas.Writer writer(byte[] bytes) throws MalformedEventException {
        int id = schemaId(bytes);
        WriterSchemas.Writer known = writers.atOnce(id);
        if (known != null) {
            return known;
        }
        try {
            WriterSchemas.Writer asked = writers.writer(id);
            if (EventSchemas.isPublished(asked.schema())) {
                suspect();
            }
            return asked;
        } catch (MalformedEventException e) {
            suspect();
            throw e;
        }
    }

    private static int schemaId(byte[] bytes) throws MalformedEventException {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedEventException(bytes.length + " bytes are more than an event may have");
        }
        if (bytes.length < HEADER_BYTES) {
            throw new MalformedEventException(bytes.length + " bytes are too few for an event");
        }
        if (bytes[0] != MAGIC) {
            throw new MalformedEventException("the first byte is " + bytes[0] + " and not 0");
        }
        return ByteBuffer.wrap(bytes).getInt(1);
    }

    private Event decoded(WriterSchemas.Writer writer, byte[] bytes) throws MalformedEventException {
        try {
            WireShape.check(writer.schema(), bytes, HEADER_BYTES);
            return fromAvro(writer.reader()
                    .read(null,
                            DecoderFactory.get()
                                    .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null)));
        } catch (MalformedEventException e) {
            suspect();
            throw e;
        } catch (IOException | RuntimeException e) {
            suspect();
            // Avro and the records' constructors say in many ways that something is wrong; all come from the bytes.
            throw new MalformedEventException(writer.schema().getName() + ": " + e.getMessage(), e);
        }
    }

    public static SpecificRecord toAvro(Event event) {
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
