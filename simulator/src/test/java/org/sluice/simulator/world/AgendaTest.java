package org.sluice.simulator.world;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

class AgendaTest {
    private record Planned(long time, int order) {}

    @Test
    void thingsHappenInTheOrderOfTimeAndThenOfPlanning() {
        SplittableRandom random = new SplittableRandom(1);
        Agenda agenda = new Agenda();
        List<Planned> planned = new ArrayList<>();
        List<Planned> happened = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            Planned next = new Planned(random.nextInt(500), i);
            planned.add(next);
            agenda.at(next.time, () -> happened.add(next));
        }
        while (!agenda.isEmpty()) {
            agenda.next();
        }
        planned.sort(Comparator.comparingLong(Planned::time).thenComparingInt(Planned::order));
        assertEquals(planned, happened);
        assertThrows(IllegalStateException.class, () -> agenda.at(agenda.now() - 1, () -> {}));
    }
}
