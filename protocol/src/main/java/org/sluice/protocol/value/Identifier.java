package org.sluice.protocol.value;

/**
 * The rules that identifiers share: they name Kafka topics and ZooKeeper nodes, so they are short and plain.
 *
 * <p>A <em>name</em> is what people give: 1 to 40 of {@code a-z}, {@code 0-9} and {@code -}. Peers and jobs are called by two
 * words with a point between them, of which the first is a name: rights can be given by it (decision 0030). No {@code _} is
 * among the characters, for Kafka takes {@code a.b_c} and {@code a_b.c} for the same.
 */
public final class Identifier {
    /** Longest name in characters; Kafka allows 249 for a topic's name, in which there are up to three. */
    public static final int MAX_NAME = 40;

    /** Longest name of a subjob: that of its giver and a number. */
    static final int MAX_SUBJOB_LENGTH = 130;

    private Identifier() {}

    /** Whether this is a name. */
    public static boolean isName(String text) {
        return !text.isEmpty() && text.length() <= MAX_NAME && isPlain(text, 0, text.length(), true);
    }

    /**
     * Refuses what is no name.
     *
     * @param what it is to be the name of, with its article
     * @throws IllegalArgumentException with one line that says what a name is
     */
    public static String checkedName(String what, String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException(
                    what + " is 1 to " + MAX_NAME + " of the characters a-z, 0-9 and -, not '" + name + "'");
        }
        return name;
    }

    /** Where the point stands in an identifier of two words of which the first is a name; -1 if it is none. */
    static int point(String value) {
        int point = value.indexOf('.');
        return point > 0 && point <= MAX_NAME && isPlain(value, 0, point, true) ? point : -1;
    }

    /** Whether all characters of a part are {@code a-z}, {@code 0-9} or, where they may be, {@code -}. */
    static boolean isPlain(String text, int from, int to, boolean withHyphens) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && withHyphens))) {
                return false;
            }
        }
        return true;
    }

    static String checkedSubjob(String value) {
        if (value.isEmpty() || value.length() > MAX_SUBJOB_LENGTH) {
            throw new IllegalArgumentException(
                    "a subjob id must have 1 to " + MAX_SUBJOB_LENGTH + " characters: '" + value + "'");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
                    || c == '_'
                    || (c == '.' && i > 0);
            if (!plain) {
                throw new IllegalArgumentException(
                        "a subjob id may hold only letters, digits, '-', '_' and '.', not first: '" + value + "'");
            }
        }
        return value;
    }
}
