package org.sluice.submitter.bitcoin.template;

import org.sluice.protocol.value.Bytes;

/**
 * A transaction that a node proposes for a block.
 *
 * @param data the transaction as it stands in a block, with its witness
 * @param id the hash without its witness, 32 bytes in hash order, which the Merkle root is made of
 * @param witnessId the hash with its witness, 32 bytes in hash order, which the witness commitment is made of
 * @param weight in weight units (BIP 141)
 * @param sigops its signature checks, weighed as BIP 141 does
 */
public record TemplateTransaction(Bytes data, Bytes id, Bytes witnessId, long weight, long sigops) {}
