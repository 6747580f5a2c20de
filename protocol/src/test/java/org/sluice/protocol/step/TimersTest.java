package org.sluice.protocol.step;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.sluice.protocol.Given;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.peer;

/** Timers beside a model of them; {@code -Dseed=S} replays one seed alone. */
class TimersTest {
    static List<Long> seeds() {
        return Given.seeds(200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void timersComeInTheOrderOfTheirTimesEachOnceAndOnlyIfTheyStillRun(long seed) {
        Random random = new Random(seed);
        Timers timers = new Timers();
        Map<Timer, Instant> model = new HashMap<>();
        Instant now = Instant.EPOCH;
        for (int i = 0; i < 500; i++) {
            Timer timer = new Timer.ChildSilent(Given.ROOT, peer("w" + random.nextInt(20)));
            Instant at = now.plusMillis(random.nextInt(1_000));
            switch (random.nextInt(4)) {
                case 0 -> {
                    timers.set(timer, at);
                    model.put(timer, at);
                }
                case 1 -> {
                    timers.setNoLater(timer, at);
                    model.merge(timer, at, (a, b) -> a.isBefore(b) ? a : b);
                }
                case 2 -> {
                    timers.cancel(timer);
                    model.remove(timer);
                }
                case 3 -> {
                    assertEquals(model.values().stream().min(Instant::compareTo), timers.next());
                    now = now.plusMillis(random.nextInt(300));
                    Instant last = Instant.EPOCH;
                    Optional<Timer> due = timers.poll(now);
                    while (due.isPresent()) {
                        Instant expected = model.remove(due.get());
                        assertTrue(expected != null && !expected.isAfter(now) && !expected.isBefore(last));
                        last = expected;
                        due = timers.poll(now);
                    }
                    Instant reached = now;
                    assertTrue(model.values().stream().allMatch(time -> time.isAfter(reached)));
                }
                default -> throw new IllegalStateException("no such choice");
            }
            assertEquals(model.containsKey(timer), timers.isRunning(timer));
        }
    }
}
