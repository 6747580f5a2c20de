package org.sluice.submitter.bitcoin.template;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

import org.sluice.protocol.value.Bytes;
import org.sluice.submitter.bitcoin.CompactTarget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class TemplateReaderTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String COMMITMENT = "default_witness_commitment";

    @Test
    void readsWhatANodeAnswered() throws Exception {
        ObjectNode answer = Templates.captured();
        BlockTemplate template = TemplateReader.read(answer);

        assertEquals(0x20000000, template.version());
        assertTrue(template.rollsVersion());
        assertEquals(answer.get("previousblockhash").textValue(), template.previousBlock().reversed().toHex());
        assertEquals(105, template.height());
        assertEquals(answer.get("curtime").longValue(), template.time());
        assertEquals(CompactTarget.of(0x207fffffL), template.target());
        assertEquals(answer.get("coinbasevalue").longValue(), template.coinbaseValue());
        assertEquals(List.of(), template.coinbaseExtras());
        assertEquals(4_000_000, template.weightLimit());
        assertEquals(80_000, template.sigopLimit());
        assertEquals(Optional.of(Bytes.fromHex(answer.get(COMMITMENT).textValue())), template.witnessCommitment());
        assertEquals(Optional.of(answer.get("longpollid").textValue()), template.longPollId());
        assertEquals(Optional.empty(), template.workId());

        assertEquals(3, template.transactions().size());
        TemplateTransaction last = template.transactions().getLast();
        assertEquals("bcfb552233246f7f7235b8950d47772daace491d33d8707a25bbf1f6b18f25bc", last.id().reversed().toHex());
        assertEquals("2767292a8126dcd7447b7ea7d73ba9164bcbe3a7a8ae28fb5be7d92925001ccd",
                last.witnessId().reversed().toHex());
        assertEquals(573, last.weight());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4_000})
    void computesTheWitnessCommitmentItself(int transactions) throws Exception {
        ObjectNode answer = Templates.withTransactions(transactions);

        BlockTemplate template = TemplateReader.read(answer);

        assertEquals(transactions, template.transactions().size());
        assertEquals(answer.get(COMMITMENT).textValue(), template.witnessCommitment().orElseThrow().toHex());
    }

    @Test
    void refusesAnotherWitnessCommitment() {
        ObjectNode answer = Templates.captured();
        String wrong = answer.get(COMMITMENT).textValue().replaceFirst("..$", "00");
        answer.put(COMMITMENT, wrong);

        assertTrue(refusal(answer).contains("its " + COMMITMENT + " must be 6a24aa21a9ed"));
    }

    @Test
    void needsACommitmentWhereThereAreWitnesses() throws Exception {
        ObjectNode withWitness = Templates.captured();
        withWitness.remove(COMMITMENT);
        assertTrue(refusal(withWitness).contains("has no " + COMMITMENT));

        ObjectNode withoutWitness = Templates.withTransactions(0);
        withoutWitness.remove(COMMITMENT);
        assertEquals(Optional.empty(), TemplateReader.read(withoutWitness).witnessCommitment());
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "vbrequired", "previousblockhash", "transactions", "coinbaseaux",
            "coinbasevalue", "target", "mintime", "sigoplimit", "weightlimit", "curtime", "bits", "height", "rules"})
    void saysWhatIsMissing(String field) {
        ObjectNode answer = Templates.captured();
        answer.remove(field);
        assertEquals("the node's block template has no " + field, refusal(answer));

        answer.set(field, NullNode.getInstance());
        assertEquals("the node's block template has no " + field, refusal(answer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "txid", "hash", "depends", "weight", "sigops"})
    void saysWhatATransactionLacks(String field) {
        ObjectNode answer = Templates.captured();
        ((ObjectNode) answer.get("transactions").get(1)).remove(field);

        assertEquals("the node's transaction 2 has no " + field, refusal(answer));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"version|4294967296", "version|\"1\"", "version|1.5", "vbrequired|-1",
            "previousblockhash|\"00\"", "previousblockhash|17", "transactions|{}", "transactions|[1]",
            "coinbaseaux|[]", "coinbaseaux|{\"flags\":\"zz\"}", "coinbasevalue|-1", "coinbasevalue|2100000000000001",
            "coinbasevalue|1e300", "coinbasevalue|99999999999999999999999", "mintime|4294967295", "curtime|4294967296",
            "curtime|0", "sigoplimit|0", "sigoplimit|80001", "weightlimit|4000001", "weightlimit|true",
            "bits|\"207fffff00\"", "bits|\"00000000\"", "bits|\"20ffffff\"", "bits|\"ff7fffff\"", "bits|\"1d00ffff\"",
            "target|\"00\"", "height|0", "height|2147483648", "height|[]", "longpollid|7", "workid|{}",
            "rules|\"segwit\"", "rules|[1]", "noncerange|\"00000000000fffff\"", "default_witness_commitment|\"6a\""})
    void refusesWhatIsAbsurd(String field, String value) throws Exception {
        ObjectNode answer = Templates.captured();
        answer.set(field, MAPPER.readTree(value));

        String refusal = refusal(answer);
        assertTrue(refusal.startsWith("the node's ") && refusal.length() < 300 && !refusal.contains("\n"), refusal);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"data|\"0g\"", "data|\"\"", "txid|\"01\"", "weight|531000", "weight|1",
            "weight|-1", "sigops|-1", "sigops|80001", "depends|[2]", "depends|[0]", "depends|[\"1\"]", "depends|1"})
    void refusesAnAbsurdTransaction(String field, String value) throws Exception {
        ObjectNode answer = Templates.captured();
        ((ObjectNode) answer.get("transactions").get(1)).set(field, MAPPER.readTree(value));

        assertTrue(refusal(answer).startsWith("the node's transaction 2 is wrong: its "), () -> refusal(answer));
    }

    @Test
    void aByteOfATransactionWeighsOneToFour() throws Exception {
        ObjectNode answer = Templates.withTransactions(1);
        ObjectNode transaction = (ObjectNode) answer.get("transactions").get(0);
        int length = transaction.get("data").textValue().length() / 2;

        for (int weight : new int[]{length, 4 * length}) {
            transaction.put("weight", weight);
            assertEquals(weight, TemplateReader.read(answer).transactions().getFirst().weight());
        }
        for (int weight : new int[]{length - 1, 4 * length + 1}) {
            transaction.put("weight", weight);
            assertTrue(refusal(answer).contains("its weight must be " + length + " to " + 4 * length));
        }
    }

    @Test
    void refusesATransactionThatIsNotItsHashs() {
        ObjectNode answer = Templates.captured();
        ArrayNode transactions = (ArrayNode) answer.get("transactions");
        ((ObjectNode) transactions.get(0)).set("data", transactions.get(1).get("data"));
        assertTrue(refusal(answer).contains("its hash must be that of its data"));

        ObjectNode withoutWitness = Templates.withTransactions(2);
        ((ObjectNode) withoutWitness.get("transactions").get(1)).put("txid", "00".repeat(32));
        assertTrue(refusal(withoutWitness).contains("its txid must be its hash"));
    }

    @Test
    void refusesATransactionThatComesTwice() {
        ObjectNode answer = Templates.withTransactions(1);
        ArrayNode transactions = (ArrayNode) answer.get("transactions");
        transactions.add(transactions.get(0).deepCopy());

        assertTrue(refusal(answer).contains("its txid must not be that of another"));
    }

    @Test
    void refusesMoreTransactionsThanABlockHolds() {
        ObjectNode answer = Templates.captured();
        ArrayNode transactions = answer.putArray("transactions");
        IntStream.range(0, 20_000).forEach(transactions::add);

        assertTrue(refusal(answer).contains("must be an array of at most 16666, not an array of 20000"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "[]", "17", "\"template\""})
    void refusesWhatIsNoObject(String answer) throws Exception {
        assertTrue(refusal(MAPPER.readTree(answer)).startsWith("the node's block template is no JSON object"));
    }

    @ParameterizedTest
    @CsvSource({
            // which of the version's bits the node requires, whether 13 to 28 may be searched
            "0, true", "0x1, true", "0x1fff, true", "0x2000, false", "0x10000000, false", "0x1fffe000, false",
            "0x20000000, true", "0xe0001fff, true", "0xffffffff, false"})
    void rollsNoVersionOfWhichTheNodeRequiresABit(String required, boolean rolls) throws Exception {
        ObjectNode answer = Templates.captured().put("vbrequired", Long.decode(required));
        // Regtest's own deployment has bit 28, which it only offers.
        answer.putObject("vbavailable").put("testdummy", 28);

        assertEquals(rolls, TemplateReader.read(answer).rollsVersion());
    }

    @ParameterizedTest
    @CsvSource({"51, true", "52, true", "60, true", "'', false", "00, false", "61, false", "50, false", "5151, false",
            "512103ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430210359ef5021964fe22d6f8e05b2463c95"
                    + "40ce96883fe3b278760f048f5189f2e6c452ae, false"})
    void minesASignetOnlyIfItsChallengeIsAlwaysFulfilled(String challenge, boolean mines) throws Exception {
        ObjectNode answer = Templates.captured().put("signet_challenge", challenge);
        answer.putArray("rules").add("csv").add("!segwit").add("!signet").add("taproot");

        if (mines) {
            assertEquals(105, TemplateReader.read(answer).height());
        } else {
            assertTrue(refusal(answer).startsWith("the blocks of this signet must be signed by who made it: "));
        }
    }

    @Test
    void aSignetNeedsItsChallengeAndACommitment() {
        ObjectNode withoutChallenge = Templates.withTransactions(0);
        withoutChallenge.putArray("rules").add("!signet");
        assertEquals("the node's block template has no signet_challenge", refusal(withoutChallenge));

        ObjectNode withoutCommitment = Templates.withTransactions(0).put("signet_challenge", "51");
        withoutCommitment.remove(COMMITMENT);
        assertTrue(refusal(withoutCommitment).contains("has no " + COMMITMENT));
    }

    @Test
    void refusesRulesThatAMinerMustKnow() throws Exception {
        ObjectNode known = Templates.captured();
        known.putArray("rules").add("csv").add("!segwit").add("!taproot").add("quantum");
        assertEquals(105, TemplateReader.read(known).height());

        ObjectNode unknown = Templates.captured();
        unknown.putArray("rules").add("!segwit").add("!quantum");
        assertTrue(refusal(unknown).contains("does not know one, not \"!quantum\""), () -> refusal(unknown));
    }

    @Test
    void refusesAServerThatMakesTheCoinbaseItself() {
        ObjectNode answer = Templates.captured();
        answer.remove("coinbasevalue");
        answer.putObject("coinbasetxn").put("data", "00");

        assertTrue(refusal(answer).contains("the reward would not be paid to your address"));
    }

    @Test
    void keepsWhatTheNodeWantsBack() throws Exception {
        ObjectNode answer = Templates.captured().put("workid", "w17");
        answer.remove("longpollid");
        answer.putObject("coinbaseaux").put("flags", "0a0b").put("none", "");

        BlockTemplate template = TemplateReader.read(answer);

        assertEquals(Optional.of("w17"), template.workId());
        assertFalse(template.longPollId().isPresent());
        assertEquals(List.of(Bytes.fromHex("0a0b")), template.coinbaseExtras());
    }

    /** Twenty minutes after the tip the target is the easiest there is, of the same tip: neither is remembered from before. */
    @Test
    void onATestNetworkTimeAndTargetBelongTogether() throws Exception {
        ObjectNode answer = Templates.captured();
        long tip = answer.get("curtime").longValue() - 1_000;
        ObjectNode before = answer.deepCopy();
        before.put("curtime", tip + 1_199)
                .put("bits", "1a00ffff")
                .put("target", "0".repeat(14) + "ffff"
                        + "0".repeat(46));
        ObjectNode behind = answer.deepCopy();
        behind.put("curtime", tip + 1_201)
                .put("bits", "1d00ffff")
                .put("target", "0".repeat(8) + "ffff"
                        + "0".repeat(52));

        BlockTemplate hard = TemplateReader.read(before);
        BlockTemplate easy = TemplateReader.read(behind);

        assertEquals(hard.previousBlock(), easy.previousBlock());
        assertEquals(0x1a00ffffL, hard.target().bits());
        assertEquals(0x1d00ffffL, easy.target().bits());
        assertEquals(tip + 1_199, hard.time());
        assertEquals(tip + 1_201, easy.time());
    }

    private static String refusal(JsonNode answer) {
        Exception refused = assertThrows(InvalidTemplateException.class, () -> TemplateReader.read(answer));
        return Objects.requireNonNull(refused.getMessage());
    }
}
