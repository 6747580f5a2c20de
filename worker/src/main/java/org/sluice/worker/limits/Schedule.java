package org.sluice.worker.limits;

import java.time.DayOfWeek;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hours of the week in which a worker may hash, such as {@code 22:00-07:00} or {@code Mon-Fri 19:00-07:00, Sat-Sun
 * 00:00-24:00}.
 *
 * <p>A window that ends before it begins goes on over midnight, and belongs to the days on which it begins. The schedule is
 * one of the wall clock: whether it is open is asked again and again of the local time, and no time is computed in advance,
 * so a clock that is set, and the hours that daylight saving repeats or leaves out, need no care: an hour that comes twice is
 * open or closed twice.
 */
public final class Schedule {
    /** Others read it, as a part of a line, when it keeps a worker from hashing. */
    private static final int LONGEST_TEXT = 180;
    private static final Pattern WINDOW = Pattern
            .compile("(?:([a-z]+)(?:\\s*-\\s*([a-z]+))?\\s+)?(\\d{1,2}):(\\d{2})\\s*-\\s*(\\d{1,2}):(\\d{2})");
    private static final int MINUTES_OF_DAY = 24 * 60;

    private final String text;
    private final List<Window> windows;

    /**
     * One stretch of time, in minutes of the day on which it begins.
     *
     * @param start 0 to 1439
     * @param end behind the start; beyond 1440 it lies on the next day
     */
    private record Window(Set<DayOfWeek> days, int start, int end) {
        boolean contains(DayOfWeek day, int minute) {
            boolean today = days.contains(day) && minute >= start && minute < end;
            boolean fromYesterday = days.contains(day.minus(1)) && minute + MINUTES_OF_DAY < end;
            return today || fromYesterday;
        }
    }

    private Schedule(String text, List<Window> windows) {
        this.text = text;
        this.windows = List.copyOf(windows);
    }

    /**
     * Reads windows that are separated by commas; each is {@code HH:MM-HH:MM}, with a weekday or a range of them before it
     * if it does not hold for all ({@code Mon}, {@code Sat-Sun}, {@code Fri-Mon}). The last end of a day is {@code 24:00}.
     *
     * @throws IllegalArgumentException with one line that says what is wrong
     */
    public static Schedule parse(String text) {
        List<Window> windows = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            windows.add(window(part.strip()));
        }
        String plain = text.strip().replaceAll("\\s+", " ");
        if (plain.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("a schedule has at most " + LONGEST_TEXT + " characters");
        }
        return new Schedule(plain, windows);
    }

    private static Window window(String part) {
        Matcher matcher = WINDOW.matcher(part.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + part
                    + "' is no window of time; write 22:00-07:00, or with weekdays Mon-Fri 22:00-07:00, several with commas");
        }
        int start = minute(part, matcher.group(3), matcher.group(4));
        int end = minute(part, matcher.group(5), matcher.group(6));
        if (start == MINUTES_OF_DAY) {
            throw new IllegalArgumentException("'" + part + "' begins at 24:00; write 00:00");
        }
        if (start == end) {
            throw new IllegalArgumentException("'" + part + "' ends when it begins; a whole day is 00:00-24:00");
        }
        return new Window(days(part, matcher.group(1), matcher.group(2)), start,
                end > start ? end : end + MINUTES_OF_DAY);
    }

    private static int minute(String part, String hours, String minutes) {
        int minute = Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
        if (Integer.parseInt(minutes) > 59 || minute > MINUTES_OF_DAY) {
            throw new IllegalArgumentException(
                    "'" + part + "' has a time that no clock shows: " + hours + ":" + minutes);
        }
        return minute;
    }

    private static Set<DayOfWeek> days(String part, String first, String last) {
        if (first == null) {
            return EnumSet.allOf(DayOfWeek.class);
        }
        DayOfWeek day = day(part, first);
        DayOfWeek end = last == null ? day : day(part, last);
        Set<DayOfWeek> days = EnumSet.of(day);
        while (day != end) {
            day = day.plus(1);
            days.add(day);
        }
        return days;
    }

    private static DayOfWeek day(String part, String name) {
        for (DayOfWeek day : DayOfWeek.values()) {
            String whole = day.name().toLowerCase(Locale.ROOT);
            if (name.length() >= 3 && whole.startsWith(name)) {
                return day;
            }
        }
        throw new IllegalArgumentException(
                "'" + part + "' has no weekday, '" + name + "'; they are Mon Tue Wed Thu Fri Sat Sun");
    }

    /** Whether the worker may hash at this time of the wall clock. */
    public boolean isOpen(LocalDateTime now) {
        LocalTime time = now.toLocalTime();
        int minute = time.getHour() * 60 + time.getMinute();
        return windows.stream().anyMatch(window -> window.contains(now.getDayOfWeek(), minute));
    }

    /** As it was given. */
    @Override
    public String toString() {
        return text;
    }
}
