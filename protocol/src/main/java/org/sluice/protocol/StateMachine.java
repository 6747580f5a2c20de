package org.sluice.protocol;

import java.time.Instant;
import java.util.function.Consumer;

/** A part of the protocol: told facts, it commands effects, and does nothing else. */
public interface StateMachine {
    /**
     * Takes one input.
     *
     * @param now a reading of the peer's own monotonic clock, never before the one of the last step
     * @param input what has happened
     * @param effects receives what is to be done, in order
     */
    void step(Instant now, Input input, Consumer<Effect> effects);
}
