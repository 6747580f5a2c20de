package org.sluice.submitter.mining;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.PeerId;
import org.sluice.submitter.bitcoin.node.BlockVerdict;

/**
 * A block that was found and handed in.
 *
 * @param height its height in the chain
 * @param hash its hash, 32 bytes in hash order
 * @param finder who found it
 * @param verdict what the node said of it
 */
public record MinedBlock(long height, Bytes hash, PeerId finder, BlockVerdict verdict) {}
