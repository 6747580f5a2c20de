package org.sluice.protocol.worker;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

import org.sluice.protocol.TransitionTable;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** The table in the class comment is what the code does. */
class LifeTest {
    private static Life after(Life before, String event) {
        return switch (event) {
            case "pause" -> before.pause();
            case "resume" -> before.resume();
            case "leave" -> before.leave();
            case "free" -> before.free();
            default -> throw new AssertionError("nothing is known of " + event);
        };
    }

    @Test
    void theTableIsTrue() throws IOException {
        TransitionTable table = TransitionTable.of(Life.class);

        assertEquals(Arrays.stream(Life.values()).map(Life::name).collect(Collectors.toSet()), table.states());
        table.transitions()
                .forEach(transition -> assertEquals(transition.after(),
                        after(Life.valueOf(transition.before()), transition.event()).name(), transition.toString()));
    }
}
