package org.sluice.protocol.value;

/**
 * A job's identity, {@code OWNER.JOB}, and the address of its root: who may end the job stands in its id (decision 0030).
 *
 * @param value two {@linkplain Identifier names} with a point between them
 */
public record JobId(String value) implements Address, Comparable<JobId> {
    public JobId {
        int point = Identifier.point(value);
        if (point < 0 || !Identifier.isName(value.substring(point + 1))) {
            throw new IllegalArgumentException("a job id is its owner's name, a point, and the job's name, each 1 to "
                    + Identifier.MAX_NAME + " of a-z, 0-9 and -, not '" + value + "'");
        }
    }

    /** The name of who has submitted it. */
    public String owner() {
        return value.substring(0, value.indexOf('.'));
    }

    /** Its name among the jobs of its owner. */
    public String name() {
        return value.substring(value.indexOf('.') + 1);
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
