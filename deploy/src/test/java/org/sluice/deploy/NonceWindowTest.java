package org.sluice.deploy;

import java.time.Duration;

import org.sluice.protocol.value.Range;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

final class NonceWindowTest {
    private static final Duration TIME = Duration.ofSeconds(18);
    private static final long LAST = NonceWindow.ALL.end() - 1;

    @Test
    void theNonceStandsInTheMiddleOfWhatIsHashedInTheTime() {
        assertEquals(new Range(1_910_000_000, 2_090_000_000), NonceWindow.around(2_000_000_000, 10_000_000, TIME));
    }

    @ParameterizedTest
    @CsvSource({"0, 10000000", "4294967295, 10000000", "5, 1", "2083236893, 1", "2083236893, 9223372036854775807",
            "4294967295, 9223372036854775807"})
    void theWindowHoldsTheNonceAndNothingButNonces(long nonce, long rate) {
        Range window = NonceWindow.around(nonce, rate, TIME);

        assertTrue(window.start() <= nonce && nonce < window.end(), window::toString);
        assertTrue(window.start() >= 0 && window.end() <= NonceWindow.ALL.end(), window::toString);
        assertTrue(window.size() >= NonceWindow.LEAST, window::toString);
    }

    @Test
    void aMachineFastEnoughForAllSearchesAll() {
        assertEquals(NonceWindow.ALL, NonceWindow.around(LAST, 1_000_000_000, TIME));
    }

    @Test
    void whatIsNoNonceHasNoWindow() {
        assertThrows(IllegalArgumentException.class, () -> NonceWindow.around(LAST + 1, 1, TIME));
        assertThrows(IllegalArgumentException.class, () -> NonceWindow.around(-1, 1, TIME));
    }

    @Test
    void timesAreRoundedToSecondsAndNeverNone() {
        assertEquals(TIME, NonceWindow.time(new Range(0, 180_000_001), 10_000_000));
        assertEquals(Duration.ofSeconds(1), NonceWindow.time(new Range(0, 1), 10_000_000));
    }
}
