package org.sluice.simulator;

import java.util.function.LongFunction;

import org.sluice.simulator.scenario.Scenario;

/** Runs the drawn network of a seed: what must not have happened, or the empty text. */
public final class Trial implements LongFunction<String> {
    @Override
    public String apply(long seed) {
        try {
            Simulation.run(Scenario.drawn(seed));
            return "";
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
