/**
 * What is simulated, and what goes wrong in it: everything is drawn from one seed, each source of chance from a stream of its own.
 *
 * <p>May use the protocol alone.
 */
@NullMarked
package org.sluice.simulator.scenario;

import org.jspecify.annotations.NullMarked;
