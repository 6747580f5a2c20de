package org.sluice.protocol.node;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.sluice.protocol.Given;
import org.sluice.protocol.TransitionTable;
import org.sluice.protocol.value.RangeSet;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.protocol.Given.range;

class DelegationTest {
    private static final Map<String, Supplier<Delegation.State>> STATES = Map.of("Offered", Delegation.Offered::new,
            "Accepted", () -> new Delegation.Accepted(Instant.EPOCH), "AwaitingClaims",
            () -> new Delegation.AwaitingClaims(false, RangeSet.EMPTY));

    private static Delegation in(Delegation.State state) {
        return new Delegation(Given.subjob("a-1"), 1, Given.subjob("s1"), Given.peer("b"), 1, range(0, 10), List.of(),
                state);
    }

    private static void happen(String event, Delegation delegation) {
        switch (event) {
            case "accept" -> delegation.accept(Instant.EPOCH);
            case "await" -> delegation.await(RangeSet.EMPTY);
            case "revive" -> delegation.revive(Instant.EPOCH);
            default -> throw new AssertionError("nothing is known of " + event);
        }
    }

    @Test
    void theTableInTheClassCommentIsTrue() throws IOException {
        TransitionTable table = TransitionTable.of(Delegation.class);

        assertEquals(Arrays.stream(Delegation.State.class.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toSet()), table.states());
        table.transitions().forEach(transition -> {
            Delegation delegation = in(Objects.requireNonNull(STATES.get(transition.before())).get());
            happen(transition.event(), delegation);
            assertEquals(transition.after(), delegation.state().getClass().getSimpleName(), transition.toString());
        });
    }

    @Test
    void whatIsTakenWhileItWaitsAddsUp() {
        Delegation delegation = in(new Delegation.Accepted(Instant.EPOCH));

        delegation.await(range(0, 2));
        delegation.await(range(5, 6));

        assertEquals(range(0, 2).plus(range(5, 6)), delegation.awaiting().orElseThrow().taken);
    }
}
