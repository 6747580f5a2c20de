package org.sluice.submitter.mining;

import java.util.Optional;

import org.sluice.protocol.root.Answer;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.Solution;
import org.sluice.submitter.bitcoin.node.BlockVerdict;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.template.BlockTemplate;

/** What a miner is told, by its helpers and its campaign. */
sealed interface Event {
    /** The node proposes this; whether it may change the tip. */
    record Proposed(BlockTemplate template, boolean maybeNewTip) implements Event {}

    /** The campaign is open. */
    record Opened(OpenCampaign campaign) implements Event {}

    /** A job has its answer, or none for a fault of ours. */
    record Ended(JobId job, Optional<Answer> answer) implements Event {}

    /** Somebody else has cancelled the campaign. */
    record Cancelled() implements Event {}

    /** The campaign cannot go on: none of its jobs will end any more. */
    record Lost(RuntimeException why) implements Event {}

    /** The node has said what it thinks of a block. */
    record Judged(FoundBlock found, BlockVerdict verdict) implements Event {}

    /** A block could not be handed in. */
    record NotHandedIn(FoundBlock found, NodeException why) implements Event {}

    /** The node would not take such blocks. */
    record Unwanted(Search search, BlockVerdict verdict) implements Event {}

    /** A job tells that it has a solution, long before it has ended. */
    record Solved(JobId job, Solution solution) implements Event {}

    /** The network answers no more, or again. */
    record Connected(boolean connected) implements Event {}

    /** It cannot go on. */
    record Broken(Exception why) implements Event {}

    /** It is told to stop. */
    record Stop() implements Event {}
}
