package org.sluice.protocol.value;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class RatesTest {
    private static final Set<String> PROCESSOR = Set.of("SHA-256", "MD5");
    private static final Set<String> DEVICE = Set.of("SHA-256");

    @Test
    void anAlgorithmHasTheRateOfTheSlotsThatCanDoIt() {
        Rates rates = Rates.of(List.of(PROCESSOR, PROCESSOR, DEVICE), List.of(3L, 4L, 1_000L));

        assertEquals(new Rates(1_007, Map.of("MD5", 7L)), rates);
        assertEquals(1_007, rates.of("SHA-256"));
        assertEquals(7, rates.of("MD5"));
    }

    @Test
    void slotsThatCanAllDoTheSameHaveOneRate() {
        assertEquals(Rates.same(7), Rates.of(List.of(PROCESSOR, PROCESSOR), List.of(3L, 4L)));
        assertEquals(Rates.same(3), Rates.of(List.of(PROCESSOR, DEVICE), List.of(3L, 0L)), "the device rests");
        assertEquals(Rates.same(0), Rates.of(List.of(), List.of()));
    }

    @Test
    void sumsStayWithinTheLimits() {
        assertEquals(new Rates(Limits.MAX_RATE, Map.of("MD5", 5L)),
                Rates.of(List.of(PROCESSOR, DEVICE, DEVICE), List.of(5L, Limits.MAX_RATE, Limits.MAX_RATE)));
    }

    @Test
    void beforeAnythingIsMeasuredItIsNotNothing() {
        assertEquals(new Rates(9, Map.of("MD5", 1L)), new Rates(9, Map.of("MD5", 0L)).atLeast(1));
        assertEquals(Rates.same(1), Rates.same(0).atLeast(1));
    }

    @Test
    void whatIsNoRateIsRefused() {
        for (Map<String, Long> others : List.of(Map.of("MD5", -1L), Map.of("MD5", Limits.MAX_RATE + 1), Map.of("", 1L),
                Map.of("M".repeat(41), 1L))) {
            assertThrows(IllegalArgumentException.class, () -> new Rates(1, others));
        }
        assertThrows(IllegalArgumentException.class, () -> Rates.of(List.of(DEVICE), List.of()));
    }
}
