package org.sluice.submitter.report;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({"0, 0 H/s", "999, 999 H/s", "999.5, 1.0 kH/s", "4100000, 4.1 MH/s", "99940000, 99.9 MH/s",
            "99960000, 100 MH/s", "999499999, 999 MH/s", "999500000, 1.0 GH/s", "2.5e18, 2.5 EH/s",
            "5e24, 5000000 EH/s"})
    void writesRates(double rate, String expected) {
        assertEquals(expected, Quantity.rate(rate));
    }

    @ParameterizedTest
    @CsvSource({"0, 0.0 s", "1340, 1.3 s", "10000, 10 s", "59999, 59 s", "60000, 1 min", "200000, 3 min 20 s",
            "3600000, 1 h", "7500000, 2 h 5 min", "86400000, 1 d", "100800000, 1 d 4 h"})
    void writesDurations(long millis, String expected) {
        assertEquals(expected, Quantity.duration(Duration.ofMillis(millis)));
    }

    @Test
    void writesNoHundredPercentBeforeTheEnd() {
        assertEquals("0.0%", Quantity.percentage(0, 1000));
        assertEquals("12.3%", Quantity.percentage(1239, 10_000));
        assertEquals("99.9%", Quantity.percentage(Long.MAX_VALUE - 1, Long.MAX_VALUE));
        assertEquals("100.0%", Quantity.percentage(Long.MAX_VALUE, Long.MAX_VALUE));
    }

    @Test
    void countsThings() {
        assertEquals("1 peer", Quantity.count(1, "peer"));
        assertEquals("0 peers", Quantity.count(0, "peer"));
        assertEquals("1,000 peers", Quantity.count(1000, "peer"));
    }
}
