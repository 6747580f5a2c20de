package org.sluice.deploy.bitcoin;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.address.PayoutAddress;
import org.sluice.submitter.bitcoin.node.BitcoinNode;
import org.sluice.submitter.bitcoin.node.BlockVerdict.Outcome;
import org.sluice.submitter.bitcoin.node.NodeCredentials;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.node.NodeException.Fault;
import org.sluice.submitter.bitcoin.template.BlockCandidate;
import org.sluice.submitter.bitcoin.template.BlockTemplate;
import org.sluice.worker.search.MessageDigestKernel;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Search;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What Sluice makes of a real node's templates is taken by that node, and what it says of the rest is understood. */
class BitcoinNodeIT {
    /** An address whose key nobody needs to have. */
    private static final String ANY_ADDRESS = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080";
    private static final RandomGenerator RANDOM = RandomGenerator.getDefault();

    @TempDir
    Path folder;

    /** The first blocks have no transactions, and heights that BIP 34 writes in each of its ways. */
    @Test
    void minesAChainFromItsFirstBlock() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); BitcoinNode node = full.connect()) {
            assertEquals(Chain.REGTEST, node.chainState().chain());
            for (int height = 1; height <= 18; height++) {
                mineOne(node, ANY_ADDRESS);
                assertEquals(height, full.height());
            }
            full.generate(108, ANY_ADDRESS);
            for (int height = 127; height <= 129; height++) {
                mineOne(node, ANY_ADDRESS);
                assertEquals(height, node.chainState().height());
            }
            assertEquals(node.chainState().tip().reversed().toHex(), full.ask("getbestblockhash").textValue());
        }
    }

    /** Every kind of address is paid to with the script that the node itself makes of it. */
    @ParameterizedTest
    @EnumSource(PayoutAddress.Kind.class)
    void paysToEveryKindOfAddress(PayoutAddress.Kind kind) throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); BitcoinNode node = full.connect()) {
            full.createWallet();
            String address = switch (kind) {
                case P2PKH -> full.newAddress("legacy");
                case P2SH -> full.newAddress("p2sh-segwit");
                case P2WPKH -> full.newAddress("bech32");
                case P2TR -> full.newAddress("bech32m");
                case P2WSH -> full.ask("decodescript", "51").get("segwit").get("address").textValue();
            };
            PayoutAddress payout = PayoutAddress.parse(address, Chain.REGTEST);
            assertEquals(kind, payout.kind());
            assertEquals(full.ask("validateaddress", address).get("scriptPubKey").textValue(),
                    payout.script().toHex());

            mineOne(node, address);

            JsonNode paid = bestBlock(full).get("tx").get(0).get("vout").get(0);
            assertEquals(address, paid.get("scriptPubKey").get("address").textValue());
            assertEquals(50, paid.get("value").intValue());
            if (kind != PayoutAddress.Kind.P2WSH) {
                assertEquals(50, full.askWallet("getbalances").get("mine").get("immature").intValue());
            }
        }
    }

    @Test
    void minesTransactionsWithAndWithoutWitness() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); BitcoinNode node = full.connect()) {
            full.createWallet();
            for (String type : List.of("legacy", "bech32", "bech32m")) {
                mineOne(node, full.newAddress(type));
            }
            full.generate(100, ANY_ADDRESS);
            for (int i = 0; i < 2; i++) {
                for (String type : List.of("legacy", "bech32", "bech32m")) {
                    full.askWallet("sendtoaddress", full.newAddress(type), 20);
                }
            }

            BlockTemplate template = node.blockTemplate(Chain.REGTEST);
            assertEquals(6, template.transactions().size());
            assertTrue(template.transactions().stream().anyMatch(one -> !one.id().equals(one.witnessId())));
            BlockCandidate candidate = candidate(template, full.newAddress("bech32"));
            assertTrue(node.propose(Chain.REGTEST, candidate.block(0)).isAccepted());
            assertTrue(node.submit(candidate.block(solve(candidate)), template.workId()).isAccepted());

            assertEquals(7, bestBlock(full).get("tx").size());
            assertEquals(0, full.ask("getmempoolinfo").get("size").intValue());
            assertEquals(List.of(), node.blockTemplate(Chain.REGTEST).transactions());
        }
    }

    @Test
    void understandsWhyABlockIsNotTaken() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); BitcoinNode node = full.connect()) {
            BlockCandidate candidate = candidate(node.blockTemplate(Chain.REGTEST), ANY_ADDRESS);
            Bytes solved = candidate.block(solve(candidate));
            long unsolved = 0;
            while (candidate.header(unsolved).meetsItsGoal()) {
                unsolved++;
            }

            assertEquals("rejected, for its hash does not meet its target (high-hash)",
                    node.submit(candidate.block(unsolved), Optional.empty()).inWords());
            // The push of height 1 is OP_1; 2 is another block's.
            Bytes wrongHeight = Bytes.fromHex(solved.toHex().replaceFirst("(ffffffff..)51", "$152"));
            assertEquals("rejected, for its Merkle root is not that of its transactions (bad-txnmrklroot)",
                    node.propose(Chain.REGTEST, wrongHeight).inWords());
            full.generate(1, ANY_ADDRESS);
            assertEquals("stale, for another block came first at its height (inconclusive)",
                    node.submit(solved, Optional.empty()).inWords());
            assertEquals(Outcome.STALE, node.propose(Chain.REGTEST, candidate.block(unsolved)).outcome());
            assertEquals(Outcome.KNOWN, node.submit(solved, Optional.empty()).outcome());

            NodeException garbage = assertThrows(NodeException.class,
                    () -> node.submit(Bytes.fromHex("00"), Optional.empty()));
            assertEquals(Fault.REFUSED, garbage.fault());
            assertEquals(1, full.height());
        }
    }

    @Test
    void anIllBuiltCoinbaseIsShownByAProposal() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); BitcoinNode node = full.connect()) {
            BlockTemplate template = node.blockTemplate(Chain.REGTEST);
            BlockTemplate wrongHeight = new BlockTemplate(template.version(), template.rollsVersion(),
                    template.previousBlock(), template.height() + 1, template.time(), template.target(),
                    template.coinbaseValue(), template.coinbaseExtras(), template.transactions(),
                    template.weightLimit(), template.sigopLimit(), template.witnessCommitment(),
                    template.longPollId(), template.workId());

            assertTrue(node.propose(Chain.REGTEST, candidate(template, ANY_ADDRESS).block(0)).isAccepted());
            assertTrue(node.propose(Chain.REGTEST, candidate(wrongHeight, ANY_ADDRESS).block(0))
                    .inWords()
                    .startsWith("rejected, for "));
        }
    }

    /** The same connection goes on with a node that was started again and has made another cookie. */
    @Test
    void outlastsTheNode() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); BitcoinNode node = full.connect()) {
            mineOne(node, ANY_ADDRESS);
            Path cookie = full.chainFolder().resolve(".cookie");
            String before = Files.readString(cookie);

            full.stop();
            NodeException away = assertThrows(NodeException.class, () -> node.blockTemplate(Chain.REGTEST));
            assertTrue(away.fault().passes(), away::toString);
            full.startAgain();

            assertNotEquals(before, Files.readString(cookie));
            mineOne(node, ANY_ADDRESS);
            assertEquals(2, full.height());

            Path stale = Files.writeString(folder.resolve("stale-cookie"), before);
            try (BitcoinNode stranger = new BitcoinNode(full.url(), new NodeCredentials.CookieFile(stale))) {
                assertEquals(Fault.NO_COOKIE, assertThrows(NodeException.class, stranger::chainState).fault());
            }
        }
    }

    @Test
    void letsInAUserWithThePassword() throws Exception {
        String salt = "5a17";
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(salt.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        String hash = HexFormat.of().formatHex(mac.doFinal("right: one".getBytes(StandardCharsets.US_ASCII)));
        Path password = Files.writeString(folder.resolve("password"), "right: one\n");
        try (FullNode full = FullNode.start(Chain.REGTEST, folder, "-rpcauth=anna:" + salt + "$" + hash);
                BitcoinNode allowed = new BitcoinNode(full.url(), new NodeCredentials.PasswordFile("anna", password));
                BitcoinNode mistyped = new BitcoinNode(full.url(), new NodeCredentials.Password("anna", "wrong"))) {
            assertEquals(0, allowed.chainState().height());

            NodeException refused = assertThrows(NodeException.class, mistyped::chainState);
            assertEquals(Fault.UNAUTHORIZED, refused.fault());
            assertFalse(refused.fault().passes());
        }
    }

    @Test
    void aNewTipEndsTheWaiting() throws Exception {
        try (FullNode full = FullNode.start(Chain.REGTEST, folder); BitcoinNode node = full.connect()) {
            BlockTemplate now = node.blockTemplate(Chain.REGTEST);
            CompletableFuture<Optional<BlockTemplate>> next = CompletableFuture.supplyAsync(() -> {
                try {
                    return node.nextBlockTemplate(Chain.REGTEST, now.longPollId().orElseThrow());
                } catch (NodeException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }, task -> Thread.ofVirtual().start(task));

            mineOne(node, ANY_ADDRESS);

            BlockTemplate then = next.get(2, TimeUnit.MINUTES).orElseThrow();
            assertEquals(2, then.height());
            assertEquals(node.chainState().tip(), then.previousBlock());
            assertNotEquals(now.longPollId(), then.longPollId());
        }
    }

    /** Blocks of a signet take millions of hashes and must have a witness commitment, though no transaction has a witness (BIP 325). */
    @Test
    void minesAPrivateSignet() throws Exception {
        try (FullNode full = FullNode.start(Chain.SIGNET, folder, "-signetchallenge=51");
                BitcoinNode node = full.connect()) {
            assertEquals(Chain.SIGNET, node.chainState().chain());
            PayoutAddress payout = PayoutAddress.parse("tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx", Chain.SIGNET);
            BlockTemplate template = node.blockTemplate(Chain.SIGNET);
            BlockCandidate candidate = BlockCandidate.of(template, payout, RANDOM);
            assertTrue(node.propose(Chain.SIGNET, candidate.block(0)).isAccepted());

            assertTrue(node.submit(candidate.block(search(candidate)), Optional.empty()).isAccepted());

            assertEquals(1, full.height());
        }
    }

    @Test
    void saysThatASignetMustBeSigned() throws Exception {
        String key = "03ad5e0edad18cb1f0fc0d28a3d4f1f3e445640337489abb10404f2d1e086be430";
        try (FullNode full = FullNode.start(Chain.SIGNET, folder, "-signetchallenge=21" + key + "ac");
                BitcoinNode node = full.connect()) {
            NodeException refused = assertThrows(NodeException.class, () -> node.blockTemplate(Chain.SIGNET));

            assertTrue(String.valueOf(refused.getMessage()).startsWith("the blocks of this signet must be signed"));
            assertFalse(refused.fault().passes());
        }
    }

    private static void mineOne(BitcoinNode node, String address) throws Exception {
        BlockCandidate candidate = candidate(node.blockTemplate(Chain.REGTEST), address);
        assertEquals("accepted", node.submit(candidate.block(solve(candidate)), Optional.empty()).inWords());
    }

    private static BlockCandidate candidate(BlockTemplate template, String address) throws Exception {
        return BlockCandidate.of(template, PayoutAddress.parse(address, Chain.REGTEST), RANDOM);
    }

    /**
     * By the plain definition, which suffices on regtest, where every other digest is a solution. With another extranonce, nonce and version each
     * time, as a worker somewhere in the range has them.
     */
    private static long solve(BlockCandidate candidate) {
        Work work = new Work.Block(candidate.space());
        long integer;
        do {
            integer = RANDOM.nextLong(BlockSpace.limit());
        } while (!candidate.goal().isMetBy(Reference.digest(work, integer)));
        return integer;
    }

    /** By a kernel, as a worker does. */
    private static long search(BlockCandidate candidate) {
        AtomicLong found = new AtomicLong(-1);
        Search search = new MessageDigestKernel().prepareAny(new Work.Block(candidate.space()), candidate.goal());
        search.run(0, BlockSpace.limit(), integer -> {
            found.set(integer);
            return false;
        }, () -> false);
        return found.get();
    }

    private static JsonNode bestBlock(FullNode full) throws Exception {
        return full.ask("getblock", full.ask("getbestblockhash"), 2);
    }
}
