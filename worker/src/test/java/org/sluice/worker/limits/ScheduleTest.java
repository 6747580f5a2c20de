package org.sluice.worker.limits;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class ScheduleTest {
    /** 5 January 2026 is a Monday. */
    private static boolean isOpen(String schedule, String time) {
        return Schedule.parse(schedule).isOpen(LocalDateTime.parse(time));
    }

    @ParameterizedTest
    @CsvSource({"2026-01-05T21:59:59,false", "2026-01-05T22:00:00,true", "2026-01-06T00:00:00,true",
            "2026-01-06T06:59:59,true", "2026-01-06T07:00:00,false"})
    void aWindowGoesOnOverMidnight(String time, boolean open) {
        assertEquals(open, isOpen("22:00-07:00", time));
    }

    @Test
    void severalWindowsAreUnited() {
        assertTrue(isOpen("1:00-2:00, 12:30-13:15", "2026-01-05T01:30:00"));
        assertTrue(isOpen("1:00-2:00,12:30-13:15", "2026-01-05T13:14:59"));
        assertFalse(isOpen("1:00-2:00,12:30-13:15", "2026-01-05T02:00:00"));
    }

    @Test
    void aWholeDayHasNoGapAtMidnight() {
        for (String time : List.of("2026-01-05T00:00:00", "2026-01-05T23:59:59", "2026-01-06T00:00:00")) {
            assertTrue(isOpen("00:00-24:00", time), time);
        }
    }

    @ParameterizedTest
    @CsvSource({"2026-01-09T21:00:00,false", "2026-01-09T22:30:00,true", "2026-01-10T06:00:00,true",
            "2026-01-10T08:00:00,true", "2026-01-11T23:00:00,true", "2026-01-12T01:00:00,false",
            "2026-01-12T23:00:00,true"})
    void aWindowBelongsToTheDaysOnWhichItBegins(String time, boolean open) {
        assertEquals(open, isOpen("Mon-Fri 22:00-07:00, Sat-Sun 00:00-24:00", time), "Friday is the 9th");
    }

    @Test
    void weekdaysMayGoOverTheEndOfTheWeekAndBeWrittenOut() {
        assertTrue(isOpen("fri-MON 10:00-11:00", "2026-01-11T10:30:00"));
        assertFalse(isOpen("fri-MON 10:00-11:00", "2026-01-06T10:30:00"));
        assertTrue(isOpen("Tuesday 10:00-11:00", "2026-01-06T10:30:00"));
    }

    /** Minutes in which it is open on a day, each asked for by the time that the clock on the wall then shows. */
    private static int openMinutes(String schedule, String zone, String midnight, int hours) {
        Instant start = LocalDateTime.parse(midnight).atZone(ZoneId.of(zone)).toInstant();
        int open = 0;
        for (int minute = 0; minute < hours * 60; minute++) {
            LocalDateTime local = start.plus(Duration.ofMinutes(minute)).atZone(ZoneId.of(zone)).toLocalDateTime();
            open += Schedule.parse(schedule).isOpen(local) ? 1 : 0;
        }
        return open;
    }

    @Test
    void anHourThatDaylightSavingLeavesOutIsNotOpenAndOneThatComesTwiceIsOpenTwice() {
        assertEquals(60, openMinutes("02:00-03:00", "Europe/Berlin", "2026-03-28T00:00:00", 24));
        assertEquals(0, openMinutes("02:00-03:00", "Europe/Berlin", "2026-03-29T00:00:00", 23));
        assertEquals(120, openMinutes("02:00-03:00", "Europe/Berlin", "2026-10-25T00:00:00", 25));
        assertEquals(7 * 60, openMinutes("22:00-06:00", "Europe/Berlin", "2026-03-28T12:00:00", 24));
    }

    @Test
    void itIsNamedAsItWasWritten() {
        assertEquals("Mon-Fri 22:00-07:00, Sat 1:00-2:00",
                Schedule.parse(" Mon-Fri  22:00-07:00,\tSat 1:00-2:00 ").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "22-7", "22:00", "22:00-", "25:00-07:00", "22:60-07:00", "24:00-07:00",
            "24:01-25:00",
            "07:00-07:00", "Foo 22:00-07:00", "Mo 22:00-07:00", "Mon-Foo 22:00-07:00", "22:00-07:00,", "-1:00-2:00",
            "22:00-07:00 Mon", "22:00 - 07:00 - 08:00"})
    void whatIsNoScheduleIsRefusedWithOneLine(String text) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> Schedule.parse(text));
        assertFalse(String.valueOf(refusal.getMessage()).contains("\n"));
    }

    @Test
    void aScheduleThatWouldFillTheListOfPeersIsRefused() {
        List<String> windows = new ArrayList<>();
        for (int hour = 0; hour < 23; hour++) {
            windows.add(hour + ":00-" + hour + ":30");
        }
        assertThrows(IllegalArgumentException.class, () -> Schedule.parse(String.join(",", windows)));
    }
}
