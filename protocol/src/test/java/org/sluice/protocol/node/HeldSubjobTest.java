package org.sluice.protocol.node;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.sluice.protocol.TransitionTable;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.subjob;

class HeldSubjobTest {
    private static final Map<String, Supplier<HeldSubjob>> STATES = Map.of("Bound", HeldSubjobTest::bound, "Orphaned",
            HeldSubjobTest::orphaned);

    private static HeldSubjob bound() {
        return new HeldSubjob(subjob("s1"), 1, peer("parent"), 3, List.of(peer("parent"), peer("grandparent"), ROOT),
                range(0, 10), RangeSet.EMPTY);
    }

    private static HeldSubjob orphaned() {
        HeldSubjob held = bound();
        held.orphan(peer("grandparent"));
        return held;
    }

    private static void happen(String event, HeldSubjob held) {
        switch (event) {
            case "orphan" -> held.orphan(ROOT);
            case "adopt" -> held.adopt(List.of(ROOT));
            case "succeed" -> held.succeed(4, List.of(ROOT));
            default -> throw new AssertionError("nothing is known of " + event);
        }
    }

    @Test
    void theTableInTheClassCommentIsTrue() throws IOException {
        TransitionTable table = TransitionTable.of(HeldSubjob.class);

        assertEquals(Arrays.stream(HeldSubjob.State.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toSet()), table.states());
        table.transitions().forEach(transition -> {
            HeldSubjob held = Objects.requireNonNull(STATES.get(transition.before())).get();
            happen(transition.event(), held);
            assertEquals(transition.after(), held.state().getClass().getSimpleName(), transition.toString());
        });
    }

    @Test
    void whoIsAskedToAdoptItIsItsParentAndKeepsItsEpoch() {
        HeldSubjob held = orphaned();

        assertEquals(peer("grandparent"), held.parent());
        held.orphan(ROOT);
        assertEquals(ROOT, held.parent());
        held.adopt(List.of(ROOT));
        assertEquals(ROOT, held.parent());
        assertEquals(new Edge(subjob("s1"), 3), held.edge());
        assertEquals(List.of(ROOT), held.lineage());
    }

    @Test
    void anAdopterWhoWasNotAskedIsNone() {
        HeldSubjob held = bound();

        held.adopt(List.of(ROOT));

        assertEquals(peer("parent"), held.parent());
        assertEquals(List.of(peer("parent"), peer("grandparent"), ROOT), held.lineage());
    }

    @Test
    void anotherRootIsObeyedWithItsEpoch() {
        HeldSubjob held = bound();
        held.orphan(ROOT);

        held.succeed(7, List.of(ROOT));

        assertFalse(held.isOrphaned());
        assertEquals(ROOT, held.parent());
        assertEquals(7, held.epoch());
    }
}
