package org.sluice.schemas.codec;

import java.time.Duration;
import java.util.HashMap;
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
 * registry {@value #MAX_FAILURES} requests in {@value #WINDOW_SECONDS} seconds. A registry that did not answer is not asked
 * for any id for a moment, and that says nothing of the id. All that is remembered is bounded.
 *
 * <p>Any thread may ask; only one at a time waits for the registry, and what is known never waits.
 */
final class WriterSchemas {
    static final int MAX_FAILURES = 20;
    static final int WINDOW_SECONDS = 10;
    private static final int MAX_KNOWN = 500;
    private static final int MAX_REMEMBERED_FAILURES = 1_000;
    private static final int MAX_SCHEMA_LENGTH = 1 << 20;
    /** A schema is registered before its id is used, so an id that is unknown hardly ever becomes known. */
    private static final Duration FORGET_UNKNOWN = Duration.ofSeconds(60);
    private static final Duration FORGET_AWAY = Duration.ofMinutes(1);
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
    /** Held while the registry is asked: what is guarded by this object itself is never held so long. */
    private final Object asking = new Object();
    private final Map<Integer, Writer> known = new ConcurrentHashMap<>();
    private volatile Map<Integer, Writer> own = Map.of();
    private final Map<Integer, Failure> failures = new LinkedHashMap<>();
    /** Why the registry does not answer, if it did not a moment ago. */
    private @Nullable Failure unreachable;
    /** When the registry was first found not to answer, since it last did. */
    private @Nullable Long awaySince;
    private long lastAway;
    private long windowStart;
    private int failuresInWindow;
    /** How often the registry was found to have begun anew. */
    private int lives;

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

    /** Remembers the ids of the schemas of this version, and forgets all others: ids belong to a registry's life. */
    synchronized void startOver(Map<Integer, Schema> ours) {
        Map<Integer, Writer> writers = new HashMap<>();
        ours.forEach((id, schema) -> writers.put(id, Writer.of(schema, schema)));
        own = Map.copyOf(writers);
        known.clear();
        failures.clear();
        answered();
        lives++;
    }

    /**
     * The writer's schema with the given id; may wait for the registry.
     *
     * @throws MalformedEventException if there is none, if it is not an event's, or if too many were asked for that are none
     * @throws ServersUnavailableException if the registry does not answer
     */
    Writer writer(int id) throws MalformedEventException {
        Writer writer = atOnce(id);
        if (writer != null) {
            return writer;
        }
        synchronized (asking) {
            writer = atOnce(id);
            return writer != null ? writer : ask(id);
        }
    }

    /**
     * The same without waiting.
     *
     * @return null if the registry must be asked
     * @throws ServersUnavailableException if it did not answer a moment ago
     */
    @Nullable
    Writer atOnce(int id) throws MalformedEventException {
        Writer writer = own.get(id);
        if (writer == null) {
            writer = known.get(id);
        }
        if (writer == null) {
            requireAskable(id);
        }
        return writer;
    }

    private synchronized void requireAskable(int id) throws MalformedEventException {
        long now = nanoTime.getAsLong();
        Failure away = unreachable;
        if (away != null && now - away.forgottenAt() < 0) {
            throw new ServersUnavailableException(away.reason(), null);
        }
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
    }

    private Writer ask(int id) throws MalformedEventException {
        int life = life();
        try {
            Optional<String> schema = registry.apply(id);
            answered();
            Writer writer = parsed(id, schema);
            learned(life, id, writer);
            return writer;
        } catch (MalformedEventException unknown) {
            failed(id, unknown.reason());
            throw unknown;
        } catch (ServersUnavailableException away) {
            unreachable(String.valueOf(away.getMessage()));
            throw away;
        }
    }

    private synchronized int life() {
        return lives;
    }

    /** Unless the registry has begun anew since it was asked. */
    private synchronized void learned(int life, int id, Writer writer) {
        if (life == lives) {
            bound(known, MAX_KNOWN);
            known.put(id, writer);
            failures.remove(id);
        }
    }

    private synchronized void failed(int id, String reason) {
        failuresInWindow++;
        failures.remove(id);
        bound(failures, MAX_REMEMBERED_FAILURES);
        failures.put(id, new Failure(reason, nanoTime.getAsLong() + FORGET_UNKNOWN.toNanos()));
    }

    private synchronized void answered() {
        unreachable = null;
        awaySince = null;
    }

    /** For how long the registry has not answered, as far as it was asked; zero if it has. */
    synchronized Duration away() {
        Long since = awaySince;
        return since == null ? Duration.ZERO : Duration.ofNanos(nanoTime.getAsLong() - since);
    }

    private synchronized void unreachable(String reason) {
        long now = nanoTime.getAsLong();
        // Nobody may have asked while it answered in between.
        boolean isAnother = now - lastAway > FORGET_AWAY.toNanos();
        if (awaySince == null || isAnother) {
            awaySince = now;
        }
        lastAway = now;
        unreachable = new Failure(reason, nanoTime.getAsLong() + FORGET_UNREACHABLE.toNanos());
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
