package org.sluice.submitter.bitcoin.template;

import java.util.List;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.DoubleSha256;
import org.sluice.protocol.value.MerklePath;

/** The output script by which a coinbase commits to the witnesses of its block (BIP 141, Commitment structure). */
final class WitnessCommitment {
    /** The coinbase's only witness, which stands for what soft forks may commit to one day: 32 zero bytes. */
    static final Bytes RESERVED_VALUE = Bytes.of(new byte[DoubleSha256.LENGTH]);

    /** In the tree of hashes with witness the coinbase, which commits to the root, counts as zero. */
    private static final Bytes COINBASE = Bytes.of(new byte[DoubleSha256.LENGTH]);
    /** OP_RETURN, a push of 36 bytes, and the mark of a commitment. */
    private static final String BEGIN = "6a24aa21a9ed";

    private WitnessCommitment() {}

    /**
     * The script.
     *
     * @param witnessIds the hashes with witness of all transactions but the coinbase, 32 bytes in hash order
     */
    static Bytes script(List<Bytes> witnessIds) {
        Bytes root = MerklePath.ofFirst(witnessIds).root(COINBASE);
        return Bytes.fromHex(BEGIN + DoubleSha256.of(root, RESERVED_VALUE).toHex());
    }
}
