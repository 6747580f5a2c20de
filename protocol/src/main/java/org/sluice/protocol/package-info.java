/**
 * The whole peer-to-peer protocol as state machines: inputs in, effects out.
 *
 * <p>Nothing in here knows Kafka, ZooKeeper, Avro, a clock, a thread or a logger. A state machine is a function of its
 * inputs, {@code step(now, input, effects)}: {@link org.sluice.protocol.Input inputs} are facts in the past tense,
 * {@link org.sluice.protocol.Effect effects} are commands to whoever drives the machine. {@code now} is a reading of the
 * peer's own monotonic clock, of which only differences mean anything. So any run can be replayed, and the same classes
 * run on volunteers' machines and in the simulator.
 */
@NullMarked
package org.sluice.protocol;

import org.jspecify.annotations.NullMarked;
