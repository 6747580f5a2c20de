package org.sluice.protocol.value;

/**
 * The identity of one subjob, unique within its job: whoever gives a range away names it.
 *
 * @param value 1 to 130 letters, digits, '-', '_' and '.'
 */
public record SubjobId(String value) implements Comparable<SubjobId> {
    public SubjobId {
        value = Identifier.checkedSubjob(value);
    }

    @Override
    public int compareTo(SubjobId other) {
        return value.compareTo(other.value);
    }

    // Looked up all the time: the text remembers its hash code, a record does not.

    @Override
    public boolean equals(Object other) {
        return other instanceof SubjobId that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
