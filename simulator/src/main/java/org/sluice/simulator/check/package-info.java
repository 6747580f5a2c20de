/**
 * What watches a simulation: {@link org.sluice.simulator.check.Invariants} compares what peers say with what they did, the others
 * measure. Nothing here changes the world.
 *
 * <p>May use {@code world} and {@code scenario}.
 */
@NullMarked
package org.sluice.simulator.check;

import org.jspecify.annotations.NullMarked;
