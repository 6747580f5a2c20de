package org.sluice.protocol.value;

/**
 * A peer's identity: a readable name and an incarnation, never used by two processes (DESIGN section 3).
 *
 * @param value 1 to 100 letters, digits, '-', '_' and '.'
 */
public record PeerId(String value) implements Address, Comparable<PeerId> {
    public PeerId {
        value = Identifier.checked("a peer id", value, Identifier.MAX_LENGTH);
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
