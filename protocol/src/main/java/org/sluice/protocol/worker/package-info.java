/**
 * The state machine of a worker: {@link org.sluice.protocol.worker.Coordinator} decides which jobs it takes part in, feeds its
 * hashing slots, and pauses and leaves. It is this package's only face.
 *
 * <p>May use {@code node} and what that uses.
 */
@NullMarked
package org.sluice.protocol.worker;

import org.jspecify.annotations.NullMarked;
