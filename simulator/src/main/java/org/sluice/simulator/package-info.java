/**
 * The deterministic simulator: the very classes of the protocol, thousands of peers, virtual time, one thread, one seed.
 *
 * <p>A {@link org.sluice.simulator.scenario.Scenario} says what is simulated, {@link org.sluice.simulator.scenario.Faults} what goes wrong,
 * a {@link org.sluice.simulator.Simulation} runs it and a {@link org.sluice.simulator.Report} tells what came of it. While
 * it runs, {@link org.sluice.simulator.check.Invariants} compares what the peers say with what they have really done, which the
 * {@link org.sluice.simulator.world.Ledger} keeps. Every source of chance is a stream of its own, drawn from the one seed, so
 * that the same seed gives the same history, and a change in one part leaves the others' luck as it was.
 */
@NullMarked
package org.sluice.simulator;

import org.jspecify.annotations.NullMarked;
