package org.sluice.submitter.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

class TimeOrderTest {
    private final TimeOrder<String, Integer> order = new TimeOrder<>(Integer::longValue);
    private final List<Integer> taken = new ArrayList<>();

    @Test
    void waitsForTheStreamsThatItExpects() {
        order.expect("a");
        order.expect("b");
        order.add("a", 1);
        order.add("a", 5);
        assertEquals(List.of(), drained());

        order.add("b", 3);
        assertEquals(List.of(1, 3), drained());

        order.add("b", 9);
        assertEquals(List.of(1, 3, 5), drained());

        order.expectNoMore("a");
        assertEquals(List.of(1, 3, 5, 9), drained());
    }

    @Test
    void handsOverAtOnceWhatNobodyCanPrecede() {
        order.add("a", 7);
        order.add("b", 2);

        assertEquals(List.of(2, 7), drained());
        order.add("b", 1);
        assertEquals(List.of(2, 7, 1), drained());
    }

    @Test
    void namesTheStreamsThatShouldPause() {
        order.expect("a");
        order.expect("b");
        for (int i = 0; i < 999; i++) {
            order.add("a", i);
        }
        assertEquals(Set.of(), order.full());

        order.add("a", 999);
        assertEquals(Set.of("a"), order.full());

        order.add("b", 500);
        assertEquals(502, drained().size());
        assertEquals(Set.of(), order.full());
    }

    private List<Integer> drained() {
        order.drain(taken::add);
        return taken;
    }
}
