package org.sluice.protocol.value;

/** The rule that all identifiers share: they name Kafka topics and ZooKeeper nodes, so they are short and plain. */
final class Identifier {
    /** Longest name of a peer or a job in characters; Kafka allows 249 for a topic's name, prefixes included. */
    static final int MAX_LENGTH = 100;

    /** Longest name of a subjob: that of its giver and a number. */
    static final int MAX_SUBJOB_LENGTH = 130;

    private Identifier() {}

    static String checked(String kind, String value, int longest) {
        if (value.isEmpty() || value.length() > longest) {
            throw new IllegalArgumentException(kind + " must have 1 to " + longest + " characters: '" + value + "'");
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
