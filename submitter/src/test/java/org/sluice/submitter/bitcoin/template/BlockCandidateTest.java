package org.sluice.submitter.bitcoin.template;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.BlockSpace.Coordinate;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.bitcoin.BlockHeader;
import org.sluice.submitter.bitcoin.address.PayoutAddress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.bitcoinj.core.Block;
import org.bitcoinj.core.Context;
import org.bitcoinj.core.Transaction;
import org.bitcoinj.params.RegTestParams;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BlockCandidateTest {
    @BeforeAll
    static void prepareTheOtherImplementation() {
        Context.propagate(new Context());
    }

    /** An implementation that is not ours reads the block and finds its proof of work, Merkle roots and height right. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 252, 4_000})
    void isABlockThatOthersRead(int transactions) throws Exception {
        BlockTemplate template = TemplateReader.read(Templates.withTransactions(transactions));
        BlockCandidate candidate = BlockCandidate.of(template, Templates.SEGWIT, new Random(1));
        long solution = solve(candidate, 1, 77);

        ByteBuffer bytes = ByteBuffer.wrap(candidate.block(solution).toArray());
        Block block = Block.read(bytes);

        assertEquals(0, bytes.remaining());
        Block.verify(RegTestParams.get(), block, (int) template.height(),
                EnumSet.of(Block.VerifyFlag.HEIGHT_IN_COINBASE));
        assertEquals(transactions + 1, transactions(block).size());
        assertEquals(candidate.header(solution).displayHash(), block.getHashAsString());
        assertEquals(template.previousBlock().reversed().toHex(), block.getPrevBlockHash().toString());
        assertEquals(template.time(), block.time().getEpochSecond());
        assertEquals(0x207fffffL, block.getDifficultyTarget());
        assertEquals(0x20000000 | 77 << 13, block.getVersion());
        Transaction coinbase = transactions(block).getFirst();
        assertEquals(template.coinbaseValue(), coinbase.getOutput(0).getValue().value);
        assertEquals(Bytes.of(coinbase.findWitnessCommitment().getBytes()),
                template.witnessCommitment().map(script -> Bytes.fromHex(script.toHex().substring(12))).orElseThrow());
    }

    /** The search space is all that a worker needs to hash what the submitter hands in. */
    @Test
    void aWorkerFindsTheSameHeaderFromTheDataAlone() throws Exception {
        BlockCandidate candidate = candidate(Templates.captured(), Templates.SEGWIT, 1);
        BlockSpace sent = candidate.space();
        BlockSpace received = new BlockSpace(sent.header(), sent.coinbasePrefix(), sent.coinbaseSuffix(),
                sent.merklePath());

        for (long extranonce : new long[]{0, 1, 255, 256, 32_767}) {
            long integer = received.integer(new Coordinate(extranonce, 0x89abcdefL, 0x4321));
            Work.Header work = received.header(extranonce);
            assertEquals(candidate.header(integer), BlockHeader.of(work, received.headerInteger(integer)));
        }
        assertNotEquals(sent.header(0), sent.header(1));
        assertEquals(candidate.template().target().goal(), candidate.goal());
    }

    @Test
    void aSaltKeepsTwoWithOneAddressApart() throws Exception {
        BlockTemplate template = TemplateReader.read(Templates.captured());
        Random random = new Random(1);
        BlockCandidate first = BlockCandidate.of(template, Templates.SEGWIT, random);
        BlockCandidate second = BlockCandidate.of(template, Templates.SEGWIT, random);

        assertNotEquals(first.space().coinbase(0), second.space().coinbase(0));
        assertNotEquals(first.header(0).merkleRoot(), second.header(0).merkleRoot());
        assertTrue(first.space().coinbasePrefix().toHex().contains(BlockCandidate.TAG.toHex()));
        assertEquals("/Sluice/", new String(BlockCandidate.TAG.toArray(), StandardCharsets.US_ASCII));
    }

    @Test
    void rollsTheVersionOnlyWhereItMay() throws Exception {
        ObjectNode free = Templates.captured();
        ObjectNode bound = Templates.captured().put("vbrequired", 1 << 28).put("version", 0x30000000);

        BlockCandidate rolled = candidate(free, Templates.SEGWIT, 1);
        assertEquals(0x3fffe000, rolled.header(0xffff).version());
        assertEquals(0, rolled.header(0xffff).nonce());

        BlockCandidate kept = candidate(bound, Templates.SEGWIT, 1);
        assertEquals(0x30000000, kept.header(0xffff).version());
        assertEquals(0xffff, kept.header(0xffff).nonce());
        assertEquals(0, kept.header(1L << 32).nonce());
        assertNotEquals(kept.header(0).merkleRoot(), kept.header(1L << 32).merkleRoot());
    }

    /** Weight is counted as an independent implementation counts it, to the last unit. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 252, 253})
    void keepsToTheWeightThatTheTemplateLeaves(int transactions) throws Exception {
        ObjectNode answer = Templates.withTransactions(transactions);
        Block block = Block.read(ByteBuffer.wrap(candidate(answer, Templates.SEGWIT, 1).block(0).toArray()));
        int header = 80 + (transactions + 1 < 253 ? 1 : 3);
        long weight = 4L * header + transactions(block).stream().mapToLong(Transaction::getWeight).sum();

        candidate(answer.put("weightlimit", weight), Templates.SEGWIT, 1);
        answer.put("weightlimit", weight - 1);
        Exception refused = assertThrows(InvalidTemplateException.class,
                () -> candidate(answer, Templates.SEGWIT, 1));
        assertTrue(String.valueOf(refused.getMessage()).contains("leave no room for the "), refused::getMessage);
    }

    /** One signature check of a coinbase's output, outside of the witness, counts four. */
    @Test
    void keepsToTheSignatureChecksThatTheTemplateLeaves() throws Exception {
        ObjectNode answer = Templates.captured();
        ArrayNode transactions = (ArrayNode) answer.get("transactions");
        long used = 0;
        for (JsonNode transaction : transactions) {
            used += transaction.get("sigops").longValue();
        }

        candidate(answer.put("sigoplimit", used), Templates.SEGWIT, 1);
        candidate(answer.put("sigoplimit", used + 4), Templates.KEY_HASH, 1);
        answer.put("sigoplimit", used + 3);
        assertThrows(InvalidTemplateException.class, () -> candidate(answer, Templates.KEY_HASH, 1));
    }

    @Test
    void keepsThePlaceOfEveryTransaction() throws Exception {
        BlockCandidate candidate = candidate(Templates.withTransactions(5), Templates.SEGWIT, 1);

        List<String> read = transactions(Block.read(ByteBuffer.wrap(candidate.block(0).toArray())))
                .stream()
                .skip(1)
                .map(transaction -> transaction.getWTxId().toString())
                .toList();

        assertEquals(candidate.template()
                .transactions()
                .stream()
                .map(transaction -> transaction.witnessId().reversed().toHex())
                .toList(), read);
    }

    private static BlockCandidate candidate(ObjectNode answer, PayoutAddress payout, long seed)
            throws InvalidTemplateException {
        return BlockCandidate.of(TemplateReader.read(answer), payout, new Random(seed));
    }

    private static List<Transaction> transactions(Block block) {
        return Objects.requireNonNull(block.getTransactions());
    }

    /** On regtest every other hash is a solution. */
    private static long solve(BlockCandidate candidate, long extranonce, int versionIndex) {
        long nonce = 0;
        while (true) {
            long integer = candidate.space().integer(new Coordinate(extranonce, nonce, versionIndex));
            if (candidate.header(integer).meetsItsGoal()) {
                return integer;
            }
            nonce++;
        }
    }
}
