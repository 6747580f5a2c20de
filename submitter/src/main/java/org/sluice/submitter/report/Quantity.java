package org.sluice.submitter.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Numbers with their units, as people read them. */
public final class Quantity {
    private static final List<String> RATE_UNITS = List.of("H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s", "EH/s");

    private Quantity() {}

    /** A hash rate with two to four digits, as {@code 4.1 MH/s}. */
    public static String rate(double hashesPerSecond) {
        double value = hashesPerSecond;
        int unit = 0;
        while (value >= 999.5 && unit < RATE_UNITS.size() - 1) {
            value /= 1000;
            unit++;
        }
        String form = unit == 0 || value >= 99.95 ? "%.0f %s" : "%.1f %s";
        return String.format(Locale.ROOT, form, value, RATE_UNITS.get(unit));
    }

    /** A duration in its two largest units, as {@code 3 min 20 s}; below ten seconds with a decimal. */
    public static String duration(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(10)) < 0) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
        }
        return wholeSeconds(duration);
    }

    /** A duration in its two largest units and whole seconds. */
    public static String wholeSeconds(Duration duration) {
        long days = duration.toDays();
        int hours = duration.toHoursPart();
        int minutes = duration.toMinutesPart();
        int seconds = duration.toSecondsPart();
        if (days > 0) {
            return days + " d" + (hours > 0 ? " " + hours + " h" : "");
        }
        if (hours > 0) {
            return hours + " h" + (minutes > 0 ? " " + minutes + " min" : "");
        }
        if (minutes > 0) {
            return minutes + " min" + (seconds > 0 ? " " + seconds + " s" : "");
        }
        return seconds + " s";
    }

    /** An integer with separators between its thousands. */
    public static String count(BigInteger count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** An integer with separators between its thousands. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A count and the noun that goes with it, as {@code 1 peer} or {@code 2 peers}. */
    public static String count(long count, String singular) {
        return count(count) + " " + singular + (count == 1 ? "" : "s");
    }

    /** A part of a whole as {@code 12.3%}, rounded down so that only the whole is 100.0%. */
    public static String percentage(long part, long whole) {
        return BigDecimal.valueOf(part)
                .movePointRight(2)
                .divide(BigDecimal.valueOf(whole), 1, RoundingMode.DOWN)
                .toPlainString() + "%";
    }
}
