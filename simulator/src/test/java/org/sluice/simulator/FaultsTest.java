package org.sluice.simulator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class FaultsTest {
    @Test
    void churnIsCrashAndJoin() {
        assertEquals(Faults.NONE.withCrash(0.1).withJoin(0.1).withLoss(0.01), Faults.parse("loss=0.01,churn=0.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "loss=0.01",
            "loss=0.01,duplicate=0.2,late=0.3,crash=4.0,leave=5.0,join=6.0,stall=7.0,cut=8.0,broker=9.0,tracker=10.0,drift=0.01"})
    void whatIsPrintedIsRead(String text) {
        assertEquals(text, Faults.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "loss", "loss=", "loss=x", "loss=-1", "loss=NaN", "rain=1", "loss=0.1,"})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Faults.parse(text));
    }
}
