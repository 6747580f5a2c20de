package org.sluice.protocol.value;

/**
 * A job's identity, and the address of its root.
 *
 * @param value 1 to 100 letters, digits, '-', '_' and '.'
 */
public record JobId(String value) implements Address, Comparable<JobId> {
    public JobId {
        value = Identifier.checked("a job id", value, Identifier.MAX_LENGTH);
    }

    @Override
    public int compareTo(JobId other) {
        return value.compareTo(other.value);
    }

    // Looked up all the time: the text remembers its hash code, a record does not.

    @Override
    public boolean equals(Object other) {
        return other instanceof JobId that && value.equals(that.value);
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
