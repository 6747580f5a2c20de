package org.sluice.protocol.value;

/**
 * The identity of one subjob, unique within its job: whoever gives a range away names it.
 *
 * @param value 1 to 130 letters, digits, '-', '_' and '.'
 */
public record SubjobId(String value) implements Comparable<SubjobId> {
    public SubjobId {
        value = Identifier.checked("a subjob id", value, Identifier.MAX_SUBJOB_LENGTH);
    }

    @Override
    public int compareTo(SubjobId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
