/**
 * What all parts of a state machine share while it takes a step: its clock, its timers, its view of the other peers, and the effects
 * that it has commanded so far. {@link org.sluice.protocol.step.Context} is the way in.
 *
 * <p>May use {@code value}, {@code message} and the protocol's faces.
 */
@NullMarked
package org.sluice.protocol.step;

import org.jspecify.annotations.NullMarked;
