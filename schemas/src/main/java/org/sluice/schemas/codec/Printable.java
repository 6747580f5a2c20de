package org.sluice.schemas.codec;

import java.util.HexFormat;

/**
 * Text as it may come before people's eyes, whoever has chosen it.
 *
 * <p>A terminal obeys some characters instead of showing them, and some reorder, hide or break what stands around them: control
 * characters (C0, DEL, C1), marks of writing direction, separators of lines, characters without a width, halves of surrogate
 * pairs, and what Unicode does not define. Each of them is written as a backslash, {@code u} and four hexadecimal digits, which
 * is also how JSON writes a character of a string: so an escaped document says the same as before.
 */
public final class Printable {
    private static final String CONTROL_SEQUENCE = "\u001b[";

    /** Lets what follows stand on a terminal's last line instead of what stands there now. */
    public static final String ERASE_LINE = "\r" + CONTROL_SEQUENCE + "K";

    private static final HexFormat HEX = HexFormat.of();

    private Printable() {}

    /** The text as a single line: its line ends and tabs are escaped too. */
    public static String line(String text) {
        return escaped(text, false);
    }

    /** The program's own text, which has line ends and tabs, may have colours, and may begin with {@link #ERASE_LINE}. */
    public static String text(String text) {
        return text.startsWith(ERASE_LINE)
                ? ERASE_LINE + escaped(text.substring(ERASE_LINE.length()), true)
                : escaped(text, true);
    }

    private static String escaped(String text, boolean own) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, plain);
        int at = plain;
        while (at < text.length()) {
            int end = at + Character.charCount(text.codePointAt(at));
            int colour = own ? endOfColour(text, at) : at;
            if (colour > at) {
                end = colour;
                shown.append(text, at, end);
            } else if (isShown(text.codePointAt(at)) || (own && isLayout(text.charAt(at)))) {
                shown.append(text, at, end);
            } else {
                text.substring(at, end).chars().forEach(unit -> append(shown, (char) unit));
            }
            at = end;
        }
        return shown.toString();
    }

    /** The character as {@link Printable} writes those that it does not show. */
    public static void append(StringBuilder shown, char unit) {
        shown.append("\\u").append(HEX.toHexDigits(unit));
    }

    private static boolean isLayout(char c) {
        return c == '\n' || c == '\t';
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c <= '~';
    }

    private static boolean isShown(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED ->
                false;
            default -> true;
        };
    }

    /** Where the sequence ends that begins here and sets a colour or a weight; where it begins, if there is none. */
    private static int endOfColour(String text, int begin) {
        if (!text.startsWith(CONTROL_SEQUENCE, begin)) {
            return begin;
        }
        int at = begin + CONTROL_SEQUENCE.length();
        while (at < text.length() && (text.charAt(at) == ';' || Character.digit(text.charAt(at), 10) >= 0)) {
            at++;
        }
        return at < text.length() && text.charAt(at) == 'm' ? at + 1 : begin;
    }
}
