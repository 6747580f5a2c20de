package org.sluice.submitter.request;

import java.util.Locale;

import org.sluice.protocol.value.Bytes;

/** Hexadecimal digits as people type them, in either case, with or without {@code 0x} before them. */
public final class HexText {
    private HexText() {}

    /**
     * Reads whole bytes.
     *
     * @param name what they are, as the message should call it
     */
    public static Bytes bytes(String name, String text) {
        String digits = digits(name, text);
        if (digits.length() % 2 != 0) {
            throw new UsageException(
                    name + " has an odd number of hex digits (" + digits.length() + "); write two for each byte");
        }
        return Bytes.fromHex(digits);
    }

    /**
     * The digits alone, in lower case, none of them checked for how many there are.
     *
     * @param name what they are, as the message should call it
     */
    public static String digits(String name, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String digits = lower.startsWith("0x") ? lower.substring(2) : lower;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                throw new UsageException(name + " must be hex digits (0-9, a-f), but has '" + c + "' as character "
                        + (i + 1 + text.length() - digits.length()));
            }
        }
        return digits;
    }
}
