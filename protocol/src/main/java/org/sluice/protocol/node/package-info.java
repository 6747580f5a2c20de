/**
 * One peer's part in one job, the same for a worker and for the root: {@link org.sluice.protocol.node.JobNode} holds subjobs, gives
 * parts of them to children, reports to parents and mends the tree when one of them dies. A {@link org.sluice.protocol.node.Host} is the state machine around it.
 *
 * <p>May use {@code account} and {@code step}, and what those use.
 */
@NullMarked
package org.sluice.protocol.node;

import org.jspecify.annotations.NullMarked;
