package org.sluice.submitter.bitcoin.template;

import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.Bytes;
import org.sluice.submitter.bitcoin.CompactTarget;

/**
 * What a node proposes for the next block (BIP 22, 23, 145), read and checked by {@link TemplateReader}.
 *
 * <p>A block keeps the template's own time. On test networks a block that comes twenty minutes after the one before has the easiest
 * target, so there time and target belong together: who wants another time asks for another template, whose target may then be another one
 * although the tip is the same.
 *
 * @param version the header's version
 * @param rollsVersion whether its bits 13 to 28 may be searched (BIP 320): not if the node requires one of them
 * @param previousBlock the tip that the block extends, 32 bytes in hash order
 * @param height the block's, 1 to 2^31-1
 * @param time the header's, seconds since 1970
 * @param target the header's
 * @param coinbaseValue reward and fees, in satoshi
 * @param coinbaseExtras what the node wants in the coinbase's script
 * @param transactions all but the coinbase, each behind those that it spends from
 * @param weightLimit the block's, in weight units
 * @param sigopLimit the block's, weighed as BIP 141 does
 * @param witnessCommitment the script of the coinbase's output that commits to the witnesses (BIP 141), if the block needs it
 * @param longPollId what to ask with for the template after this one (BIP 22), if the node can be asked so
 * @param workId what to hand the block in with (BIP 22), if the node wants that
 */
public record BlockTemplate(int version, boolean rollsVersion, Bytes previousBlock, long height, long time,
        CompactTarget target, long coinbaseValue, List<Bytes> coinbaseExtras, List<TemplateTransaction> transactions,
        long weightLimit, long sigopLimit, Optional<Bytes> witnessCommitment, Optional<String> longPollId,
        Optional<String> workId) {
    public BlockTemplate {
        coinbaseExtras = List.copyOf(coinbaseExtras);
        transactions = List.copyOf(transactions);
    }
}
