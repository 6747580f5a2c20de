/**
 * The world that the protocol's state machines live in: virtual time, machines that hash, a broker, a tracker's directory, and
 * peers that lie. {@link org.sluice.simulator.world.Ledger} records what was really hashed.
 *
 * <p>May use {@code scenario}.
 */
@NullMarked
package org.sluice.simulator.world;

import org.jspecify.annotations.NullMarked;
