/**
 * What peers say to each other, each message a record.
 *
 * <p>Every message is safe to lose, to repeat and to delay. A message names the job it is about; the ones that command
 * something carry the epoch of the edge between parent and child, by which a former parent's commands are recognised.
 * Times travel as what remains of them, never as a point of time.
 */
@NullMarked
package org.sluice.protocol.message;

import org.jspecify.annotations.NullMarked;
