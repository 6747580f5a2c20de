package org.sluice.submitter.bitcoin.node;

import java.util.Map;

/**
 * What a node says of a block that was handed in or proposed (BIP 22, Appendix: Example Rejection Reasons).
 *
 * @param outcome what became of it
 * @param reason the node's own word, empty if it took the block
 */
public record BlockVerdict(Outcome outcome, String reason) {
    /** What became of a block. */
    public enum Outcome {
        /** It is valid and extends the node's chain. */
        ACCEPTED,
        /** It may be valid, but another block came first at its height. */
        STALE,
        /** The node had it already. */
        KNOWN,
        /** It is invalid, or the node does not take it. */
        REJECTED
    }

    private static final Map<String, String> EXPLANATIONS = Map.ofEntries(
            Map.entry("high-hash", "its hash does not meet its target"),
            Map.entry("bad-diffbits", "its target is not the one that the chain asks for now"),
            Map.entry("bad-prevblk", "it extends a block that is invalid"),
            Map.entry("prev-blk-not-found", "the node does not know the block that it extends"),
            Map.entry("bad-txnmrklroot", "its Merkle root is not that of its transactions"),
            Map.entry("bad-txns-duplicate", "a transaction is in it twice"),
            Map.entry("bad-cb-missing", "its first transaction is no coinbase"),
            Map.entry("bad-cb-multiple", "it has more than one coinbase"),
            Map.entry("bad-cb-length", "its coinbase's script is shorter than 2 or longer than 100 bytes"),
            Map.entry("bad-cb-height", "its coinbase does not begin with its height (BIP 34)"),
            Map.entry("bad-cb-amount", "its coinbase pays out more than reward and fees"),
            Map.entry("bad-cb-flag", "its coinbase signals what the node does not accept"),
            Map.entry("bad-cb-prefix", "its coinbase does not begin as the node wants it to"),
            Map.entry("bad-witness-nonce-size", "its coinbase's witness is not one value of 32 bytes (BIP 141)"),
            Map.entry("bad-witness-merkle-match", "its witness commitment is not that of its transactions (BIP 141)"),
            Map.entry("unexpected-witness", "it has witnesses, but no commitment to them (BIP 141)"),
            Map.entry("bad-signet-blksig", "it does not fulfil the signet's challenge (BIP 325)"),
            Map.entry("bad-blk-length", "it is too large"), Map.entry("bad-blk-weight", "it is too heavy"),
            Map.entry("bad-blk-sigops", "it has too many signature checks"),
            Map.entry("bad-txns-nonfinal", "a transaction in it may only come later"),
            Map.entry("bad-txns-inputs-missingorspent", "a transaction in it spends what is not there"),
            Map.entry("time-too-old", "its time is not after the median of the eleven blocks before"),
            Map.entry("time-too-new", "its time is more than two hours ahead of the node's clock"),
            Map.entry("time-invalid", "its time is wrong"),
            Map.entry("bad-version", "its version is too old for the chain"),
            Map.entry("duplicate-invalid", "the node had it already and found it invalid"),
            Map.entry("stale-work", "the node no longer knows the template that it was made of"),
            Map.entry("rejected", "the node does not say why"));

    /** The node took the block. */
    public static final BlockVerdict ACCEPTED = new BlockVerdict(Outcome.ACCEPTED, "");

    /**
     * The verdict of a word that {@code submitblock} or a proposal returned.
     *
     * <p>{@code inconclusive} is what a node says of a block that it has stored and not looked into, because it does not extend the best
     * chain: another one came first.
     */
    static BlockVerdict of(String reason) {
        return new BlockVerdict(switch (reason) {
            case "" -> Outcome.ACCEPTED;
            case "inconclusive", "stale-prevblk", "inconclusive-not-best-prevblk" -> Outcome.STALE;
            case "duplicate", "duplicate-inconclusive" -> Outcome.KNOWN;
            default -> Outcome.REJECTED;
        }, reason);
    }

    /** Whether the block extends the node's chain now. */
    public boolean isAccepted() {
        return outcome == Outcome.ACCEPTED;
    }

    /** A part of a sentence for people, such as {@code rejected, for its hash does not meet its target (high-hash)}. */
    public String inWords() {
        return switch (outcome) {
            case ACCEPTED -> "accepted";
            case STALE -> "stale, for another block came first at its height (" + reason + ")";
            case KNOWN -> "known already (" + reason + ")";
            case REJECTED -> "rejected, for " + explanation() + " (" + reason + ")";
        };
    }

    private String explanation() {
        // Some reasons end with a value in brackets, such as bad-version(0x00000001).
        String word = reason.replaceFirst("\\s*\\(.*", "");
        String general = word.startsWith("bad-txns")
                ? "a transaction in it is invalid"
                : "it breaks a rule of the chain";
        return EXPLANATIONS.getOrDefault(word, general);
    }
}
