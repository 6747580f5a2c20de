package org.sluice.submitter.bitcoin.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.DoubleSha256;
import org.sluice.submitter.bitcoin.CompactTarget;
import org.sluice.submitter.bitcoin.InvalidTargetException;
import org.sluice.worker.search.Reference;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Reads what a node answers to {@code getblocktemplate} (BIP 22, 23, 145, 9, 325), and believes nothing that it can compute or bound itself.
 *
 * <p>What is refused would cost hours of hashing for a block that no node takes. Only a transaction's validity, its id where it has a
 * witness, and the reward are the node's word; a proposal of the block shows them.
 */
public final class TemplateReader {
    /** A block's most weight and weighed signature checks (BIP 141). */
    private static final int MAX_WEIGHT = 4_000_000;
    private static final int MAX_SIGOPS = 80_000;
    /** So many of the smallest transactions, of 60 bytes, would fit. */
    private static final int MAX_TRANSACTIONS = MAX_WEIGHT / 240;
    private static final long MAX_MONEY = 21_000_000L * 100_000_000L;
    private static final long UNSIGNED = 0xffff_ffffL;
    private static final int MAX_TEXT = 1_000;
    private static final int MAX_NAMES = 1_000;
    /** The most that fits beside the rest in a coinbase's script. */
    private static final int MAX_EXTRA = 75;
    private static final int MAX_CHALLENGE = 10_000;
    private static final String ALL_NONCES = "00000000ffffffff";
    /** The consensus rules that Sluice keeps to; a template says with a '!' which ones a miner must know (BIP 9). */
    private static final Set<String> KNOWN_RULES = Set.of("csv", "segwit", "taproot", "signet", "testdummy");

    private final TemplateFields fields;

    private TemplateReader(TemplateFields fields) {
        this.fields = fields;
    }

    /**
     * Reads a template.
     *
     * @param template what the node answered
     * @throws InvalidTemplateException if it is none, contradicts itself, or Sluice cannot mine such a block
     */
    public static BlockTemplate read(JsonNode template) throws InvalidTemplateException {
        return new TemplateReader(new TemplateFields("block template", template)).read();
    }

    private BlockTemplate read() throws InvalidTemplateException {
        requireThatWeMayBuild();
        boolean isSignet = requireKnownRules();
        long weightLimit = fields.integer("weightlimit", 1, MAX_WEIGHT);
        long sigopLimit = fields.integer("sigoplimit", 1, MAX_SIGOPS);
        List<TemplateTransaction> transactions = transactions();
        long time = fields.integer("curtime", 0, UNSIGNED);
        // The header's time must not lie before this; there is none after it that would be right for certain, see BlockTemplate.
        fields.integer("mintime", 0, time);
        return new BlockTemplate((int) fields.integer("version", Integer.MIN_VALUE, UNSIGNED),
                (fields.integer("vbrequired", 0, UNSIGNED) & Reference.ROLLED_VERSION_BITS) == 0,
                fields.hash("previousblockhash"),
                fields.integer("height", 1, Integer.MAX_VALUE), time, target(),
                fields.integer("coinbasevalue", 0, MAX_MONEY), fields.hexValues("coinbaseaux", MAX_EXTRA), transactions,
                weightLimit, sigopLimit, witnessCommitment(transactions, isSignet),
                fields.optionalText("longpollid", MAX_TEXT), fields.optionalText("workid", MAX_TEXT));
    }

    private void requireThatWeMayBuild() throws InvalidTemplateException {
        if (!fields.has("coinbasevalue") && fields.has("coinbasetxn")) {
            throw new InvalidTemplateException(
                    "the server makes the coinbase itself, so the reward would not be paid to your address: use a node");
        }
        if (fields.has("noncerange") && !fields.text("noncerange", MAX_TEXT).equalsIgnoreCase(ALL_NONCES)) {
            throw fields.wrong("noncerange", "must be " + ALL_NONCES, fields.require("noncerange"));
        }
    }

    /** Whether the block is one of a signet. */
    private boolean requireKnownRules() throws InvalidTemplateException {
        boolean isSignet = fields.has("signet_challenge");
        for (JsonNode rule : fields.array("rules", MAX_NAMES)) {
            if (!rule.isTextual()) {
                throw fields.wrong("rules", "must be texts", rule);
            }
            boolean isRequired = rule.textValue().startsWith("!");
            String name = isRequired ? rule.textValue().substring(1) : rule.textValue();
            isSignet |= name.equals("signet");
            if (isRequired && !KNOWN_RULES.contains(name)) {
                throw fields.wrong("rules", "require a miner that knows them, and this Sluice does not know one", rule);
            }
        }
        if (isSignet) {
            requireTrivialChallenge(fields.hex("signet_challenge", MAX_CHALLENGE));
        }
        return isSignet;
    }

    /**
     * Refuses a signet whose blocks must be signed. One opcode, OP_1 to OP_16, is fulfilled by an empty solution, which a block may
     * leave out (BIP 325).
     */
    private static void requireTrivialChallenge(Bytes challenge) throws InvalidTemplateException {
        int opcode = challenge.length() == 1 ? challenge.toArray()[0] : 0;
        if (opcode < 0x51 || opcode > 0x60) {
            throw new InvalidTemplateException("the blocks of this signet must be signed by who made it: "
                    + "only one whose challenge is always fulfilled, such as -signetchallenge=51, can be mined");
        }
    }

    private CompactTarget target() throws InvalidTemplateException {
        CompactTarget target;
        try {
            target = CompactTarget.of(fields.bits("bits"));
        } catch (InvalidTargetException e) {
            throw new InvalidTemplateException("the node's block template is wrong: " + e.getMessage());
        }
        Bytes displayed = fields.hash("target").reversed();
        if (!new BigInteger(1, displayed.toArray()).equals(target.target())) {
            throw fields.wrong("target", "must be what its bits " + target + " stand for", fields.require("target"));
        }
        return target;
    }

    private List<TemplateTransaction> transactions() throws InvalidTemplateException {
        List<JsonNode> members = fields.array("transactions", MAX_TRANSACTIONS);
        List<TemplateTransaction> transactions = new ArrayList<>(members.size());
        Set<Bytes> ids = new HashSet<>();
        for (JsonNode member : members) {
            int number = transactions.size() + 1;
            TemplateFields transaction = new TemplateFields("transaction " + number, member);
            transactions.add(transaction(transaction, number));
            // Equal neighbours would give the same Merkle root as another block (CVE-2012-2459).
            if (!ids.add(transactions.getLast().id())) {
                throw transaction.wrong("txid", "must not be that of another", transaction.require("txid"));
            }
        }
        return transactions;
    }

    private static TemplateTransaction transaction(TemplateFields fields, int number) throws InvalidTemplateException {
        Bytes data = fields.hex("data", MAX_WEIGHT);
        Bytes id = fields.hash("txid");
        Bytes witnessId = fields.hash("hash");
        if (!DoubleSha256.of(data).equals(witnessId)) {
            throw fields.wrong("hash", "must be that of its data", fields.require("hash"));
        }
        if (!hasWitness(data) && !id.equals(witnessId)) {
            throw fields.wrong("txid", "must be its hash, for it has no witness", fields.require("txid"));
        }
        for (JsonNode parent : fields.array("depends", MAX_TRANSACTIONS)) {
            if (!parent.isIntegralNumber() || !parent.canConvertToInt() || parent.intValue() < 1
                    || parent.intValue() >= number) {
                throw fields.wrong("depends", "must name transactions before it", parent);
            }
        }
        // A byte counts one weight unit in the witness and four elsewhere.
        return new TemplateTransaction(data, id, witnessId,
                fields.integer("weight", data.length(), 4L * data.length()), fields.integer("sigops", 0, MAX_SIGOPS));
    }

    /** Behind the version, the number of inputs, which is not zero, or marker and flag of one with witnesses (BIP 144). */
    private static boolean hasWitness(Bytes transaction) {
        byte[] bytes = transaction.toArray();
        return bytes.length > 5 && bytes[4] == 0 && bytes[5] == 1;
    }

    /** The commitment that we compute, which the node's must be. */
    private Optional<Bytes> witnessCommitment(List<TemplateTransaction> transactions, boolean isSignet)
            throws InvalidTemplateException {
        String field = "default_witness_commitment";
        if (!fields.has(field)) {
            if (isSignet || transactions.stream().anyMatch(one -> !one.id().equals(one.witnessId()))) {
                throw new InvalidTemplateException("the node's block template has no " + field
                        + ", but its block needs one");
            }
            return Optional.empty();
        }
        Bytes computed = WitnessCommitment
                .script(transactions.stream().map(TemplateTransaction::witnessId).toList());
        if (!fields.hex(field, MAX_TEXT).equals(computed)) {
            throw fields.wrong(field, "must be " + computed + ", which its transactions give", fields.require(field));
        }
        return Optional.of(computed);
    }
}
