package org.sluice.submitter.request;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.sluice.protocol.value.Limits;

/** Durations as people type them: a whole number with its unit, {@code 30s}, {@code 5m}, {@code 2h} or {@code 1d}. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})([smhd])");

    private DurationText() {}

    /** Reads a duration of a second or more. */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new UsageException(
                    "'" + text + "' is no duration; write a whole number and its unit, as 30s, 5m, 2h or 1d");
        }
        long count = Long.parseLong(matcher.group(1));
        if (count == 0) {
            throw new UsageException("a duration must be 1s or more, not " + text);
        }
        Duration duration = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            case String _ -> Duration.ofDays(count);
        };
        if (duration.compareTo(Limits.MAX_DURATION) > 0) {
            throw new UsageException(
                    "a duration must be " + Limits.MAX_DURATION.toDays() + "d or less, not " + text);
        }
        return duration;
    }
}
