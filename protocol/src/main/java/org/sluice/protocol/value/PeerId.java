package org.sluice.protocol.value;

/**
 * A peer's identity, {@code NAME.INCARNATION}: a name that people gave it, and an incarnation that is new at each start, so
 * that no two processes ever have the same (decision 0030).
 *
 * @param value a {@linkplain Identifier name}, a point, and 8 of {@code a-z} and {@code 0-9}
 */
public record PeerId(String value) implements Address, Comparable<PeerId> {
    /** How many characters an incarnation has. */
    public static final int INCARNATION_LENGTH = 8;

    public PeerId {
        int point = Identifier.point(value);
        if (point < 0 || value.length() != point + 1 + INCARNATION_LENGTH
                || !Identifier.isPlain(value, point + 1, value.length(), false)) {
            throw new IllegalArgumentException("a peer id is a name of 1 to " + Identifier.MAX_NAME
                    + " of a-z, 0-9 and -, a point, and " + INCARNATION_LENGTH + " of a-z and 0-9, not '" + value
                    + "'");
        }
    }

    /** What people call it. Several peers may bear the same name. */
    public String name() {
        return value.substring(0, value.length() - INCARNATION_LENGTH - 1);
    }

    /** What tells it from all others of its name. */
    public String incarnation() {
        return value.substring(value.length() - INCARNATION_LENGTH);
    }

    @Override
    public int compareTo(PeerId other) {
        return value.compareTo(other.value);
    }

    // Looked up all the time: the text remembers its hash code, a record does not.

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerId that && value.equals(that.value);
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
