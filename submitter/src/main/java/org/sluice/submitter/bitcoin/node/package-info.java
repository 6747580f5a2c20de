/**
 * The Bitcoin node whose blocks are mined, over its JSON-RPC interface.
 *
 * <p>{@link org.sluice.submitter.bitcoin.node.BitcoinNode BitcoinNode} says what is asked of it, {@link org.sluice.submitter.bitcoin.node.NodeClient
 * NodeClient} how. Whatever goes wrong is a {@link org.sluice.submitter.bitcoin.node.NodeException NodeException} with one line for people. May use {@code bitcoin}
 * and {@code bitcoin.template}.
 */
@NullMarked
package org.sluice.submitter.bitcoin.node;

import org.jspecify.annotations.NullMarked;
