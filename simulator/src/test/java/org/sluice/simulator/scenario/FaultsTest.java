package org.sluice.simulator.scenario;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class FaultsTest {
    @Test
    void churnIsCrashAndJoin() {
        assertEquals(Faults.NONE.with(Fault.CRASH, 0.1).with(Fault.JOIN, 0.1).with(Fault.LOSS, 0.01),
                Faults.parse("loss=0.01,churn=0.1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "loss=0.01",
            "loss=0.01,duplicate=0.2,late=0.3,crash=4.0,restart=4.5,leave=5.0,join=6.0,stall=7.0,cut=8.0,tempo=2.0,liars=0.1,broker=9.0,outage=60.0,tracker=10.0,stale=0.2,drift=0.01,submitter=3.0"})
    void whatIsPrintedIsRead(String text) {
        assertEquals(text, Faults.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "loss", "loss=", "loss=x", "loss=-1", "loss=NaN", "rain=1", "loss=0.1,"})
    void anythingElseIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Faults.parse(text));
    }
}
