/**
 * Mining a Bitcoin node's blocks on a network: one template after the other becomes a job of its campaign, and what is found is
 * handed in.
 *
 * <p>{@link org.sluice.submitter.mining.Miner Miner} decides, on one thread; what it waits for, the node and its campaign, are threads of their own that
 * tell it what has happened.
 */
@NullMarked
package org.sluice.submitter.mining;

import org.jspecify.annotations.NullMarked;
