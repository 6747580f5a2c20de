package org.sluice.protocol.value;

/** The rule that all identifiers share: they name Kafka topics and ZooKeeper nodes, so they are short and plain. */
final class Identifier {
    /** Longest identifier in characters; Kafka allows 249 for a topic's name, of which prefixes take their part. */
    static final int MAX_LENGTH = 120;

    private Identifier() {}

    static String checked(String kind, String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(kind + " must have 1 to " + MAX_LENGTH + " characters: '" + value + "'");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
                    || c == '_'
                    || (c == '.' && i > 0);
            if (!plain) {
                throw new IllegalArgumentException(
                        kind + " may hold only letters, digits, '-', '_' and '.', not first: '" + value + "'");
            }
        }
        return value;
    }
}
