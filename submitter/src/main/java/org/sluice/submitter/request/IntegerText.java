package org.sluice.submitter.request;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/** Integers as people type them: {@code 5000000}, {@code 5_000_000} or {@code 0x4c4b40}, of any size and sign. */
public final class IntegerText {
    private static final Pattern DECIMAL = Pattern.compile("[0-9]+(_+[0-9]+)*");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-f]+(_+[0-9a-f]+)*");
    /** Nobody means an integer of more digits, and converting a very long one takes time. */
    private static final int MAX_LENGTH = 1_000;

    private IntegerText() {}

    /** Reads an integer. */
    public static BigInteger parse(String text) {
        boolean negative = text.startsWith("-");
        String digits = (negative ? text.substring(1) : text).toLowerCase(Locale.ROOT);
        BigInteger magnitude;
        if (digits.length() > MAX_LENGTH) {
            throw new UsageException("an integer of " + digits.length() + " characters is too long");
        } else if (DECIMAL.matcher(digits).matches()) {
            magnitude = new BigInteger(digits.replace("_", ""));
        } else if (HEXADECIMAL.matcher(digits).matches()) {
            magnitude = new BigInteger(digits.substring(2).replace("_", ""), 16);
        } else {
            throw new UsageException("'" + text + "' is no integer; write it as 5000000, 5_000_000 or 0x4c4b40");
        }
        return negative ? magnitude.negate() : magnitude;
    }

    /**
     * The integer as an {@code int}, if it lies between two others.
     *
     * @param name what it is, as the message should call it
     * @param least the least allowed
     * @param most the greatest allowed
     */
    public static int between(String name, BigInteger integer, int least, int most) {
        if (integer.compareTo(BigInteger.valueOf(least)) < 0 || integer.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new UsageException(name + " must be " + least + " to " + most + ", not " + integer);
        }
        return integer.intValueExact();
    }
}
