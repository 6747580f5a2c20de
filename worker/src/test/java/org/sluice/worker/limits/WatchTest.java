package org.sluice.worker.limits;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.sluice.worker.limits.PauseReasons.Source;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** How the reasons to pause come about and together. */
class WatchTest {
    private final PauseReasons reasons = new PauseReasons();
    private final List<String> told = new ArrayList<>();
    private Instant wall = Instant.parse("2026-01-05T21:59:58Z");
    private Instant steady = Instant.EPOCH;
    private Usage usage = new Usage(0, Optional.empty());
    private int looks;

    private final Watch watch = new Watch(reasons, Optional.of(Schedule.parse("22:00-07:00")), Optional.of(_ -> {
        looks++;
        return usage;
    }), new WallClock(), () -> steady);

    /** A clock that may be set. */
    private final class WallClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new IllegalStateException("Watch asks for no other zone, but for " + zone);
        }

        @Override
        public Instant instant() {
            return wall;
        }
    }

    {
        reasons.onChange(why -> told.add(why.orElse("resumed")));
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            watch.look();
            wall = wall.plusSeconds(1);
            steady = steady.plusSeconds(1);
        }
    }

    @Test
    void theScheduleOpensAndCloses() {
        seconds(2);
        assertEquals(List.of("outside its schedule 22:00-07:00"), told);
        seconds(1);
        assertEquals("resumed", told.getLast());
        wall = Instant.parse("2026-01-06T07:00:00Z");
        seconds(1);
        assertEquals(List.of("outside its schedule 22:00-07:00", "resumed", "outside its schedule 22:00-07:00"), told);
    }

    @Test
    void aClockThatIsSetBackCountsAtOnce() {
        wall = Instant.parse("2026-01-05T23:00:00Z");
        seconds(1);
        wall = Instant.parse("2026-01-05T20:00:00Z");
        seconds(1);
        assertEquals(List.of("outside its schedule 22:00-07:00"), told);
    }

    @Test
    void theUsageIsLookedAtEveryFiveSeconds() {
        seconds(11);
        assertEquals(3, looks);
    }

    @Test
    void anyReasonIsEnoughAndTheUserTakesBackOnlyHisOwn() {
        usage = new Usage(0, Optional.of(Duration.ofSeconds(1)));
        seconds(1);
        reasons.set(Source.USER, Optional.of("by its user"));
        assertEquals("by its user; outside its schedule 22:00-07:00; somebody uses this machine", told.getLast());
        reasons.set(Source.USER, Optional.empty());
        assertEquals("outside its schedule 22:00-07:00; somebody uses this machine", told.getLast());
        usage = new Usage(0, Optional.empty());
        seconds(10);
        assertEquals("resumed", told.getLast());
    }

    @Test
    @Timeout(60)
    void whoMayNotHashWaitsUntilNoReasonIsLeft() throws InterruptedException {
        reasons.set(Source.USER, Optional.of("by its user"));
        reasons.set(Source.SCHEDULE, Optional.of("outside its schedule"));
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                reasons.awaitNone();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertEquals(Optional.empty(), reasons.current());
            told.add("went on");
        });
        reasons.set(Source.USER, Optional.empty());
        reasons.set(Source.SCHEDULE, Optional.empty());
        waiting.join();

        assertEquals("went on", told.getLast());
    }

    @Test
    void whatDoesNotChangeIsToldOnce() {
        reasons.set(Source.USER, Optional.of("by its user"));
        reasons.set(Source.USER, Optional.of("by its user"));
        reasons.set(Source.USER, Optional.empty());
        reasons.set(Source.USER, Optional.empty());
        assertEquals(List.of("by its user", "resumed"), told);
    }
}
