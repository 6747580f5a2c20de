package org.sluice.submitter.mining;

import java.util.Optional;

import org.sluice.protocol.value.Bytes;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.node.BitcoinNode;
import org.sluice.submitter.bitcoin.node.BlockVerdict;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.template.BlockTemplate;

/** A node as a miner needs it. Any thread may use it. */
public interface Node {
    /** What it proposes now. */
    BlockTemplate template() throws NodeException, InterruptedException;

    /**
     * Waits until it proposes something else, at once when its tip changes.
     *
     * @param longPollId that of the template there is
     * @return empty if it had nothing to say for long
     */
    Optional<BlockTemplate> nextTemplate(String longPollId) throws NodeException, InterruptedException;

    /** Asks whether it would take the block, if only its proof of work were right. */
    BlockVerdict propose(Bytes block) throws NodeException, InterruptedException;

    /** Hands in a block. */
    BlockVerdict submit(Bytes block, Optional<String> workId) throws NodeException, InterruptedException;

    /** A real node. */
    static Node of(BitcoinNode node, Chain chain) {
        return new Node() {
            @Override
            public BlockTemplate template() throws NodeException, InterruptedException {
                return node.blockTemplate(chain);
            }

            @Override
            public Optional<BlockTemplate> nextTemplate(String longPollId) throws NodeException, InterruptedException {
                return node.nextBlockTemplate(chain, longPollId);
            }

            @Override
            public BlockVerdict propose(Bytes block) throws NodeException, InterruptedException {
                return node.propose(chain, block);
            }

            @Override
            public BlockVerdict submit(Bytes block, Optional<String> workId)
                    throws NodeException, InterruptedException {
                return node.submit(block, workId);
            }
        };
    }
}
