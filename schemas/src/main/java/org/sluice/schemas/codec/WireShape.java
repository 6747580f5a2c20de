package org.sluice.schemas.codec;

import org.apache.avro.Schema;

/**
 * Walks over Avro binary data along its writer's schema before Avro's own decoder may see it.
 *
 * <p>Avro believes what it reads: a length of 2^31 is allocated before anyone looks whether as many bytes follow, an array
 * of a billion nulls takes no byte and a long time, and a recursive schema can exhaust the stack. Its own limits are
 * system properties of the whole JVM. So lengths, counts, indices and depth are checked here first, in time linear in the
 * number of bytes, and nothing is allocated.
 */
final class WireShape {
    private static final int MAX_DEPTH = 32;
    /** Visits of a schema's nodes that need no byte, such as a record's own or a null's, for each byte of data. */
    private static final int VISITS_PER_BYTE = 8;
    private static final int VISITS_AT_LEAST = 10_000;

    private final byte[] data;
    private final long maxVisits;
    private int at;
    private long visits;
    private long items;

    private WireShape(byte[] data, int from) {
        this.data = data;
        this.at = from;
        this.maxVisits = VISITS_AT_LEAST + (long) VISITS_PER_BYTE * data.length;
    }

    /**
     * Checks that the bytes from the given index to the end are one datum of the schema.
     *
     * @throws MalformedEventException if they are not
     */
    static void check(Schema schema, byte[] data, int from) throws MalformedEventException {
        WireShape shape = new WireShape(data, from);
        shape.walk(schema, 0);
        if (shape.at != data.length) {
            throw new MalformedEventException((data.length - shape.at) + " bytes follow the end of the event");
        }
    }

    private void walk(Schema schema, int depth) throws MalformedEventException {
        visits++;
        if (depth > MAX_DEPTH || visits > maxVisits) {
            throw new MalformedEventException("the writer's schema nests too deeply");
        }
        switch (schema.getType()) {
            case RECORD -> {
                for (Schema.Field field : schema.getFields()) {
                    walk(field.schema(), depth + 1);
                }
            }
            case ARRAY -> blocks(schema.getElementType(), false, depth);
            case MAP -> blocks(schema.getValueType(), true, depth);
            case UNION -> walk(schema.getTypes().get(index(schema.getTypes().size())), depth + 1);
            case ENUM -> index(schema.getEnumSymbols().size());
            case STRING, BYTES -> skip(varint(10));
            case FIXED -> skip(schema.getFixedSize());
            case INT -> integer();
            case LONG -> varint(10);
            case FLOAT -> skip(4);
            case DOUBLE -> skip(8);
            case BOOLEAN -> bool();
            case NULL -> {
            }
        }
    }

    /** An array or a map: blocks of items, each led by its count, or by the negated count and the size in bytes. */
    private void blocks(Schema item, boolean keyed, int depth) throws MalformedEventException {
        while (true) {
            long count = varint(10);
            if (count == 0) {
                return;
            }
            boolean sized = count < 0;
            long size = 0;
            if (sized) {
                count = -count;
                size = varint(10);
            }
            items += count;
            // Every item of ours takes a byte at least; more items than bytes is a bomb. MIN_VALUE stays negative.
            if (count < 0 || items > data.length) {
                throw new MalformedEventException("a list says that it holds " + count + " items");
            }
            int start = at;
            for (long i = 0; i < count; i++) {
                if (keyed) {
                    skip(varint(10));
                }
                walk(item, depth + 1);
            }
            if (sized && at - start != size) {
                throw new MalformedEventException("a list's block does not have the " + size + " bytes that it says");
            }
        }
    }

    private int index(int limit) throws MalformedEventException {
        long index = integer();
        if (index < 0 || index >= limit) {
            throw new MalformedEventException("a choice of " + limit + " has the index " + index);
        }
        return (int) index;
    }

    private long integer() throws MalformedEventException {
        long value = varint(5);
        if (value != (int) value) {
            throw new MalformedEventException("an int has the value " + value);
        }
        return value;
    }

    private void bool() throws MalformedEventException {
        skip(1);
        if (data[at - 1] < 0 || data[at - 1] > 1) {
            throw new MalformedEventException("a boolean has the value " + data[at - 1]);
        }
    }

    private void skip(long bytes) throws MalformedEventException {
        if (bytes < 0 || bytes > data.length - at) {
            throw new MalformedEventException(bytes + " bytes should follow and " + (data.length - at) + " do");
        }
        at += (int) bytes;
    }

    /** A zig-zag variable-length integer of at most so many bytes. */
    private long varint(int maxBytes) throws MalformedEventException {
        long value = 0;
        for (int i = 0; i < maxBytes; i++) {
            skip(1);
            byte next = data[at - 1];
            value |= (long) (next & 0x7f) << (7 * i);
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new MalformedEventException("an integer is longer than " + maxBytes + " bytes");
    }
}
