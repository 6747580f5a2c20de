package org.sluice.tracker.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

class LastingRefusalTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 7);
    private final LastingRefusal<TrackerRefusedException> refusals = new LastingRefusal<>(now::get);
    private final List<TrackerRefusedException> told = new ArrayList<>();

    private TrackerRefusedException heardAfter(Duration pause) {
        now.addAndGet(pause.toNanos());
        TrackerRefusedException refusal = new TrackerRefusedException("no", null);
        refusals.heard(refusal);
        return refusal;
    }

    @Test
    void oneThatIsHeardAgainLasts() {
        refusals.onLasting(told::add);
        heardAfter(Duration.ZERO);
        heardAfter(LastingRefusal.LASTING.minusNanos(1));
        assertEquals(Optional.empty(), refusals.lasting());

        TrackerRefusedException last = heardAfter(Duration.ofNanos(1));
        heardAfter(Duration.ofSeconds(1));

        assertEquals(List.of(last), told);
        assertSame(last, refusals.lasting().orElseThrow());
    }

    @Test
    void thoseOfServersThatRestartNowAndThenPass() {
        for (int restart = 0; restart < 5; restart++) {
            heardAfter(LastingRefusal.FORGOTTEN.plusNanos(1));
            heardAfter(Duration.ofSeconds(1));
        }
        assertEquals(Optional.empty(), refusals.lasting());
    }

    @Test
    void whoListensLateIsToldAtOnceAndWhoListensNoMoreIsNot() {
        List<TrackerRefusedException> closed = new ArrayList<>();
        refusals.onLasting(closed::add).run();
        TrackerRefusedException certain = new TrackerRefusedException("never", null);
        refusals.lasts(certain);

        refusals.onLasting(told::add);

        assertEquals(List.of(certain), told);
        assertEquals(List.of(), closed);
    }
}
