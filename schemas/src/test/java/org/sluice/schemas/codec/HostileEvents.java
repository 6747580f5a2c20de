package org.sluice.schemas.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.SubjobId;

import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * What strangers write: records of every type, drawn from the schemas alone, so that values come on the wire that no record of
 * the protocol would take. Names and numbers are mostly those that mean something to the receivers.
 */
final class HostileEvents {
    private static final long[] BORDERS = {-1, 0, 1, Integer.MAX_VALUE, Limits.MAX_ROOT_EPOCH,
            Limits.MAX_ROOT_EPOCH + 1, Limits.MAX_EPOCH - 1, Limits.MAX_EPOCH, Limits.MAX_EPOCH + 1,
            Long.MAX_VALUE - 1, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final int LONG_LIST = 300;
    private static final int LONGEST_LIST = 40_000;

    private final RandomGenerator random;
    private final Map<String, Integer> ids;
    private final List<Schema> types;
    private final List<JobSpec> jobs;
    private final List<String> peers;
    /** Subjobs and nonces that were seen in messages; what is known is hit more often. */
    private final Set<String> subjobs = new LinkedHashSet<>();
    private final Set<Long> numbers = new LinkedHashSet<>();
    /** How many more items the record that is being drawn may hold. */
    private int itemsLeft;

    /**
     * Strangers who know the network.
     *
     * @param ids what the registry calls the schemas, by their full names
     */
    HostileEvents(RandomGenerator random, Map<String, Integer> ids, List<JobSpec> jobs, List<String> peers) {
        this.ids = ids;
        this.random = random;
        this.jobs = jobs;
        this.peers = peers;
        this.types = List.copyOf(new TreeMap<>(EventSchemas.all()).values());
    }

    /** Registers all schemas, and says what they are called. */
    static Map<String, Integer> register(SchemaRegistry registry) {
        Map<String, Integer> ids = new HashMap<>();
        EventSchemas.published().forEach((subject, json) -> ids.put(subject, registry.register(subject, json)));
        return ids;
    }

    /** A subjob that somebody has given, and that may be spoken of from now on. */
    void know(SubjobId subjob) {
        subjobs.add(subjob.value());
    }

    /** A number that answers something. */
    void know(long number) {
        numbers.add(number);
    }

    /** The bytes of the next record, with the id that the registry gave its schema. */
    byte[] next() {
        Schema type = one(types);
        itemsLeft = random.nextInt(50) == 0 ? LONGEST_LIST : LONG_LIST;
        GenericData.Record record = record(type);
        if (type.getName().equals("SubjobRequest") && !oneIn(8)) {
            List<Object> lineage = new ArrayList<>(List.of(record.get("sender")));
            lineage.addAll((List<?>) record.get("lineage"));
            record.put("lineage", lineage.subList(0, Math.min(lineage.size(), 5)));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(ids.getOrDefault(type.getFullName(), 0)).array());
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<>(type).write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private GenericData.Record record(Schema schema) {
        GenericData.Record record = new GenericData.Record(schema);
        for (Schema.Field field : schema.getFields()) {
            record.put(field.pos(), value(field.schema(), field.name(), schema.getName()));
        }
        return record;
    }

    private @Nullable Object value(Schema schema, String field, String owner) {
        return switch (schema.getType()) {
            case RECORD -> switch (schema.getName()) {
                case "Ranges" -> ranges(schema);
                case "JobSpec" -> oneIn(8) ? record(schema) : AvroValues.encode(one(jobs));
                default -> record(schema);
            };
            case ARRAY -> list(() -> value(schema.getElementType(), field, owner));
            case UNION -> value(schema.getTypes().get(oneIn(3) ? 0 : schema.getTypes().size() - 1), field, owner);
            case ENUM -> new GenericData.EnumSymbol(schema, symbol(schema));
            case STRING -> text(field, owner);
            case BYTES -> ByteBuffer.wrap(bytes(field));
            case INT -> (int) number();
            case LONG -> number();
            case BOOLEAN -> random.nextBoolean();
            case NULL -> null;
            case MAP -> map(() -> value(schema.getValueType(), field, owner));
            case FIXED, FLOAT, DOUBLE -> throw new IllegalStateException("no field has been a " + schema);
        };
    }

    /** The first is the one that no version knows. */
    private String symbol(Schema schema) {
        List<String> symbols = schema.getEnumSymbols();
        return symbols.get(oneIn(30) ? 0 : random.nextInt(symbols.size()));
    }

    /** None, one, a few, now and then as many as there is room for. */
    private List<@Nullable Object> list(Supplier<@Nullable Object> item) {
        int size = switch (random.nextInt(16)) {
            case 0, 1, 2, 3, 4 -> 0;
            case 5, 6, 7, 8, 9 -> 1;
            case 15 -> itemsLeft;
            default -> 2 + random.nextInt(3);
        };
        List<@Nullable Object> items = new ArrayList<>();
        while (items.size() < size && itemsLeft > 0) {
            itemsLeft--;
            items.add(item.get());
        }
        return items;
    }

    /** By names of algorithms, of which there may be too many. */
    private Map<String, @Nullable Object> map(Supplier<@Nullable Object> item) {
        Map<String, @Nullable Object> items = new HashMap<>();
        for (Object value : list(item)) {
            items.put(oneIn(3) ? text("algorithm", "") : "algorithm-" + items.size(), value);
        }
        return items;
    }

    /** Within a job mostly, also its borders and all of it; sometimes what is no set of ranges. */
    private GenericData.Record ranges(Schema schema) {
        JobSpec job = one(jobs);
        long size = job.range().size();
        List<Long> lengths = new ArrayList<>();
        switch (random.nextInt(8)) {
            case 0 -> lengths.addAll(List.of(job.range().start(), size));
            case 1 -> lengths.addAll(List.of(0L, Long.MAX_VALUE));
            case 2 -> lengths.addAll(List.of(Math.max(0, job.range().end() - 5), 3L));
            case 3 -> list(this::number).forEach(length -> lengths.add((Long) length));
            default -> {
                lengths.add(job.range().start() + random.nextLong(size));
                lengths.add(1 + random.nextLong(Math.min(size, 5_000)));
                list(() -> 1L + random.nextInt(3_000)).forEach(length -> lengths.add((Long) length));
                if (lengths.size() % 2 != 0) {
                    lengths.add(1L);
                }
            }
        }
        GenericData.Record ranges = new GenericData.Record(schema);
        ranges.put(0, lengths);
        return ranges;
    }

    private String text(String field, String owner) {
        return switch (field) {
            case "job", "id" -> one(jobs).id().value();
            case "subjob", "holding" -> subjob();
            case "value" -> oneIn(3) ? one(jobs).id().value() : one(peers);
            case "algorithm" -> one(List.of("SHA-256", "", "x"));
            case "sender", "peer", "asker", "submitter", "distrusted" -> oneIn(40) ? "" : one(peers);
            default -> throw new IllegalStateException("what stands in " + owner + "." + field + "?");
        };
    }

    private String subjob() {
        return switch (random.nextInt(8)) {
            case 0 -> one(jobs).id().value();
            case 1 -> "s" + random.nextInt(4);
            default -> subjobs.isEmpty() ? "s" : one(List.copyOf(subjobs));
        };
    }

    private long number() {
        return switch (random.nextInt(8)) {
            case 0 -> BORDERS[random.nextInt(BORDERS.length)];
            case 1 -> random.nextLong();
            case 2, 3 -> numbers.isEmpty() ? 1 : one(List.copyOf(numbers));
            default -> random.nextInt(5);
        };
    }

    private byte[] bytes(String field) {
        byte[] bytes = new byte[oneIn(20) ? 65 : switch (field) {
            case "header" -> 76;
            case "target", "digest", "merklePath" -> 32;
            default -> random.nextInt(3);
        }];
        random.nextBytes(bytes);
        return bytes;
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private <T> T one(List<T> choice) {
        return choice.get(random.nextInt(choice.size()));
    }
}
