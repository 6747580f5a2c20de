package org.sluice.schemas;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;

import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that writers have used, by their ids in the registry, each asked for once.
 *
 * <p>An id stands in every record, and anybody may write records. So failures are remembered too, and when many ids have
 * failed within a short time no further one is asked for until that time has passed: a flood of invented ids costs the
 * registry {@value #MAX_FAILURES} requests in {@value #WINDOW_SECONDS} seconds. All that is remembered is bounded.
 *
 * <p>Any thread may ask; only one at a time waits for the registry, and ids that are known never wait.
 */
final class WriterSchemas {
    static final int MAX_FAILURES = 20;
    static final int WINDOW_SECONDS = 10;
    private static final int MAX_KNOWN = 500;
    private static final int MAX_REMEMBERED_FAILURES = 1_000;
    private static final int MAX_SCHEMA_LENGTH = 1 << 20;
    /** A schema is registered before its id is used, so an id that is unknown hardly ever becomes known. */
    private static final Duration FORGET_UNKNOWN = Duration.ofSeconds(60);
    private static final Duration FORGET_UNREACHABLE = Duration.ofSeconds(5);

    /**
     * A writer's schema and the way from it to the schema of this version.
     *
     * @param schema the writer's schema
     * @param reader reads what it wrote
     */
    record Writer(Schema schema, DatumReader<SpecificRecord> reader) {
        static Writer of(Schema writer, Schema reader) {
            return new Writer(writer, new SpecificDatumReader<>(writer, reader));
        }
    }

    private record Failure(String reason, long forgottenAt) {}

    private final IntFunction<Optional<String>> registry;
    private final LongSupplier nanoTime;
    private final Map<Integer, Writer> own = new ConcurrentHashMap<>();
    private final Map<Integer, Writer> known = new ConcurrentHashMap<>();
    private final Map<Integer, Failure> failures = new LinkedHashMap<>();
    private long windowStart;
    private int failuresInWindow;

    /**
     * Nothing known yet.
     *
     * @param registry the schema with an id, empty if there is none; throws {@link ServersUnavailableException}
     * @param nanoTime a clock in nanoseconds with an arbitrary origin
     */
    WriterSchemas(IntFunction<Optional<String>> registry, LongSupplier nanoTime) {
        this.registry = registry;
        this.nanoTime = nanoTime;
        this.windowStart = nanoTime.getAsLong();
    }

    /** Remembers for ever the id of a schema of this version. */
    void own(int id, Schema schema) {
        own.put(id, Writer.of(schema, schema));
    }

    /**
     * The writer's schema with the given id.
     *
     * @throws MalformedEventException if there is none, if it is not an event's, or if the registry cannot be asked
     */
    Writer writer(int id) throws MalformedEventException {
        Writer writer = own.get(id);
        if (writer == null) {
            writer = known.get(id);
        }
        return writer != null ? writer : ask(id);
    }

    private synchronized Writer ask(int id) throws MalformedEventException {
        Writer meanwhile = known.get(id);
        if (meanwhile != null) {
            return meanwhile;
        }
        long now = nanoTime.getAsLong();
        Failure failure = failures.get(id);
        if (failure != null && now - failure.forgottenAt() < 0) {
            throw new MalformedEventException(failure.reason());
        }
        if (now - windowStart >= Duration.ofSeconds(WINDOW_SECONDS).toNanos()) {
            windowStart = now;
            failuresInWindow = 0;
        }
        if (failuresInWindow >= MAX_FAILURES) {
            throw new MalformedEventException("too many unknown schemas; schema " + id + " was not asked for");
        }
        try {
            Writer writer = parsed(id, registry.apply(id));
            bound(known, MAX_KNOWN);
            known.put(id, writer);
            failures.remove(id);
            return writer;
        } catch (MalformedEventException unknown) {
            fail(id, unknown.reason(), FORGET_UNKNOWN);
            throw unknown;
        } catch (ServersUnavailableException unreachable) {
            fail(id, String.valueOf(unreachable.getMessage()), FORGET_UNREACHABLE);
            throw new MalformedEventException(String.valueOf(unreachable.getMessage()), unreachable);
        }
    }

    private void fail(int id, String reason, Duration remembered) {
        failuresInWindow++;
        failures.remove(id);
        bound(failures, MAX_REMEMBERED_FAILURES);
        failures.put(id, new Failure(reason, nanoTime.getAsLong() + remembered.toNanos()));
    }

    private static Writer parsed(int id, Optional<String> schema) throws MalformedEventException {
        String json = schema.orElseThrow(() -> new MalformedEventException("the registry has no schema " + id));
        if (json.length() > MAX_SCHEMA_LENGTH) {
            throw new MalformedEventException("schema " + id + " is too long");
        }
        Schema writer;
        try {
            writer = new Schema.Parser().parse(json);
        } catch (AvroRuntimeException e) {
            throw new MalformedEventException("schema " + id + " is not Avro: " + e.getMessage(), e);
        }
        @Nullable
        Schema reader = writer.getType() == Schema.Type.RECORD ? EventSchemas.all().get(writer.getFullName()) : null;
        if (reader == null) {
            throw new MalformedEventException("schema " + id + " is not an event's");
        }
        return Writer.of(writer, reader);
    }

    /** Makes room for one more by dropping the first. */
    private static <V> void bound(Map<Integer, V> map, int limit) {
        if (map.size() >= limit) {
            Iterator<Integer> first = map.keySet().iterator();
            first.next();
            first.remove();
        }
    }
}
