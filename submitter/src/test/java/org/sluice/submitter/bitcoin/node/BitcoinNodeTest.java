package org.sluice.submitter.bitcoin.node;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.value.Bytes;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.node.BlockVerdict.Outcome;
import org.sluice.submitter.bitcoin.node.FakeNode.Reply;
import org.sluice.submitter.bitcoin.node.NodeException.Fault;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BitcoinNodeTest {
    private static final Bytes BLOCK = Bytes.fromHex("aabb");
    /** A template without transactions. */
    private static final String TEMPLATE = """
            {"version":536870912,"rules":["csv","!segwit"],"vbavailable":{},"vbrequired":0,"previousblockhash":"%s",
            "transactions":[],"coinbaseaux":{},"coinbasevalue":5000000000,"longpollid":"next","target":"7fffff%s",
            "mintime":1,"curtime":2,"sigoplimit":80000,"weightlimit":4000000,"bits":"207fffff","height":1,
            "default_witness_commitment":"6a24aa21a9ede2f61c3f71d1defd3fa999dfa36953755c690689799962b48bebd836974e8cf9"}
            """.formatted("ab".repeat(32), "0".repeat(58));

    private FakeNode server;
    private BitcoinNode node;

    @BeforeEach
    void start() throws Exception {
        server = new FakeNode();
        node = new BitcoinNode(server.url(), new NodeCredentials.Password("anna", "secret"));
    }

    @AfterEach
    void stop() {
        node.close();
        server.close();
    }

    @Test
    void saysWhereItIs() throws Exception {
        server.reply(question -> Reply.result(question, "{\"chain\":\"testnet4\",\"blocks\":12,\"bestblockhash\":\""
                + "00".repeat(31) + "07\",\"initialblockdownload\":true,\"verificationprogress\":0.25}"));

        assertEquals(new BitcoinNode.ChainState(Chain.TESTNET4, Bytes.fromHex("07" + "00".repeat(31)), 12, true, 0.25),
                node.chainState());
        assertEquals("getblockchaininfo", server.questions().getFirst().get("method").textValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "{\"chain\":\"liquid\",\"blocks\":1,\"bestblockhash\":\"00\"}",
            "{\"chain\":\"main\",\"blocks\":1,\"bestblockhash\":\"00\"}",
            "{\"chain\":\"main\",\"blocks\":\"1\",\"bestblockhash\":"
                    + "\"0000000000000000000000000000000000000000000000000000000000000000\"}"})
    void believesNoOddState(String answer) {
        server.reply(question -> Reply.result(question, answer));

        assertEquals(Fault.GARBLED, assertThrows(NodeException.class, node::chainState).fault());
    }

    /** A node refuses who does not name the rules of its chain (BIP 9, 325). */
    @ParameterizedTest
    @CsvSource({"MAIN, '[\"segwit\"]'", "REGTEST, '[\"segwit\"]'", "SIGNET, '[\"segwit\",\"signet\"]'"})
    void asksForATemplateByTheChainsRules(Chain chain, String rules) throws Exception {
        server.reply(question -> Reply.result(question, TEMPLATE));

        assertEquals(1, node.blockTemplate(chain).height());

        assertEquals(rules, server.questions().getFirst().get("params").get(0).get("rules").toString());
    }

    @Test
    void aTemplateThatIsNoneIsRefusedInOneLine() {
        server.reply(question -> Reply.result(question, TEMPLATE.replace("\"height\":1", "\"height\":\"a\\nb\"")));

        NodeException refused = assertThrows(NodeException.class, () -> node.blockTemplate(Chain.REGTEST));

        assertEquals(Fault.GARBLED, refused.fault());
        assertTrue(Objects.requireNonNull(refused.getMessage()).contains("its height must be 1 to "));
        assertEquals(1, refused.getMessage().lines().count());
    }

    /** While one question waits for a new tip, others are answered. */
    @Test
    void waitsForTheNextTemplateBesideOtherQuestions() throws Exception {
        CountDownLatch newTip = new CountDownLatch(1);
        server.reply(question -> {
            if (question.path("params").path(0).has("longpollid")) {
                try {
                    newTip.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return Reply.result(question, TEMPLATE);
        });

        CompletableFuture<Long> next = CompletableFuture.supplyAsync(() -> {
            try {
                return node.nextBlockTemplate(Chain.REGTEST, "now").orElseThrow().height();
            } catch (NodeException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }, task -> Thread.ofVirtual().start(task));
        assertEquals(Optional.of("next"), node.blockTemplate(Chain.REGTEST).longPollId());
        newTip.countDown();

        assertEquals(1, next.get(30, TimeUnit.SECONDS));
        assertTrue(server.questions()
                .stream()
                .anyMatch(question -> question.get("params").get(0).path("longpollid").asText().equals("now")));
    }

    /** So that no question has to wait behind it, whatever stands between us and the node. */
    @Test
    void waitsOnAConnectionOfItsOwn() throws Exception {
        server.reply(question -> Reply.result(question, TEMPLATE));

        node.blockTemplate(Chain.REGTEST);
        assertTrue(node.nextBlockTemplate(Chain.REGTEST, "now").isPresent());
        node.blockTemplate(Chain.REGTEST);

        assertEquals(server.connections().getFirst(), server.connections().getLast());
        assertNotEquals(server.connections().getFirst(), server.connections().get(1));
    }

    @Test
    void handsInABlock() throws Exception {
        assertEquals(new BlockVerdict(Outcome.ACCEPTED, ""), node.submit(BLOCK, Optional.empty()));
        assertEquals("{\"method\":\"submitblock\",\"params\":[\"aabb\"]}", asked());

        node.submit(BLOCK, Optional.of("w17"));
        assertEquals("{\"method\":\"submitblock\",\"params\":[\"aabb\",{\"workid\":\"w17\"}]}", asked());
    }

    @Test
    void proposesABlock() throws Exception {
        server.reply(question -> Reply.result(question, "\"bad-cb-height\""));

        BlockVerdict verdict = node.propose(Chain.SIGNET, BLOCK);

        assertEquals("rejected, for its coinbase does not begin with its height (BIP 34) (bad-cb-height)",
                verdict.inWords());
        var request = server.questions().getLast().get("params").get(0);
        assertEquals("proposal", request.get("mode").textValue());
        assertEquals("aabb", request.get("data").textValue());
        assertEquals("[\"segwit\",\"signet\"]", request.get("rules").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "17", "{}", "true"})
    void anOddVerdictIsNone(String result) {
        server.reply(question -> Reply.result(question, result));

        assertEquals(Fault.GARBLED,
                assertThrows(NodeException.class, () -> node.submit(BLOCK, Optional.empty())).fault());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "inconclusive|STALE|stale, for another block came first at its height (inconclusive)",
            "stale-prevblk|STALE|stale, for another block came first at its height (stale-prevblk)",
            "inconclusive-not-best-prevblk|STALE|"
                    + "stale, for another block came first at its height (inconclusive-not-best-prevblk)",
            "duplicate|KNOWN|known already (duplicate)",
            "duplicate-invalid|REJECTED|rejected, for the node had it already and found it invalid (duplicate-invalid)",
            "high-hash|REJECTED|rejected, for its hash does not meet its target (high-hash)",
            "time-too-new|REJECTED|"
                    + "rejected, for its time is more than two hours ahead of the node's clock (time-too-new)",
            "bad-version(0x00000001)|REJECTED|"
                    + "rejected, for its version is too old for the chain (bad-version(0x00000001))",
            "bad-txns-in-belowout|REJECTED|rejected, for a transaction in it is invalid (bad-txns-in-belowout)",
            "bad-quantum|REJECTED|rejected, for it breaks a rule of the chain (bad-quantum)"})
    void explainsWhatANodeSaysOfABlock(String reason, Outcome outcome, String words) {
        BlockVerdict verdict = BlockVerdict.of(reason);

        assertEquals(outcome, verdict.outcome());
        assertEquals(words, verdict.inWords());
        assertEquals(outcome == Outcome.ACCEPTED, verdict.isAccepted());
    }

    private String asked() {
        var question = server.questions().getLast();
        return "{\"method\":" + question.get("method") + ",\"params\":" + question.get("params") + "}";
    }

    @Test
    void waitsLongerEachTimeAndShortlyAgainAfterAnAnswer() {
        BackOff backOff = new BackOff(new Random(1));
        List<Long> expected = List.of(500L, 1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L);
        for (long millis : expected) {
            long wait = backOff.next().toMillis();
            assertTrue(wait >= 0.8 * millis - 1 && wait <= 1.2 * millis, () -> wait + " for " + millis);
        }
        backOff.reset();
        assertTrue(backOff.next().toMillis() <= 600);
    }
}
