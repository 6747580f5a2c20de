package org.sluice.submitter.bitcoin.node;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.sluice.protocol.value.Bytes;
import org.sluice.schemas.codec.Printable;
import org.sluice.submitter.bitcoin.Chain;
import org.sluice.submitter.bitcoin.node.NodeException.Fault;
import org.sluice.submitter.bitcoin.template.BlockTemplate;
import org.sluice.submitter.bitcoin.template.InvalidTemplateException;
import org.sluice.submitter.bitcoin.template.TemplateReader;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A full node, asked for block templates and handed blocks (BIP 22, 23). Any thread may use it.
 *
 * <p>The question that waits for a new tip has a connection of its own: a node answers the questions of one connection in turn.
 */
public final class BitcoinNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Checking a full block takes a small machine some seconds, and whether it was taken is worth waiting for. */
    private static final Duration SUBMIT_PATIENCE = Duration.ofMinutes(2);
    /** A node answers after a minute if there are new transactions; a connection that is silent for so long may be dead. */
    private static final Duration LONG_POLL_PATIENCE = Duration.ofMinutes(10);
    private static final int MOST_REASON = 120;

    private final NodeClient client;
    private final NodeClient waiting;

    /**
     * A node; nothing is asked yet.
     *
     * @throws IllegalArgumentException as {@link NodeClient#NodeClient NodeClient's} constructor
     */
    public BitcoinNode(URI url, NodeCredentials credentials) {
        this.client = new NodeClient(url, credentials);
        this.waiting = new NodeClient(url, credentials);
    }

    /**
     * Where a node is.
     *
     * @param tip its best block's hash, 32 bytes in hash order
     * @param height its best block's
     * @param downloading whether it is still catching up with the network
     * @param progress how much of the chain it has checked, 0 to 1, as it estimates
     */
    public record ChainState(Chain chain, Bytes tip, long height, boolean downloading, double progress) {}

    /** Where it is. */
    public ChainState chainState() throws NodeException, InterruptedException {
        JsonNode info = client.call("getblockchaininfo", List.of(), PATIENCE);
        String name = info.path("chain").asText();
        Chain chain = Chain.named(name)
                .orElseThrow(() -> new NodeException(Fault.GARBLED,
                        "the node at " + client + " is on the chain '" + Printable.line(name)
                                + "', which Sluice does not know"));
        String tip = info.path("bestblockhash").asText();
        if (!tip.matches("[0-9a-f]{64}") || !info.path("blocks").isIntegralNumber()) {
            throw new NodeException(Fault.GARBLED, "the node at " + client + " does not say which block is its best");
        }
        return new ChainState(chain, Bytes.fromHex(tip).reversed(), info.path("blocks").asLong(),
                info.path("initialblockdownload").asBoolean(), info.path("verificationprogress").asDouble());
    }

    /** What it proposes for its next block, now. */
    public BlockTemplate blockTemplate(Chain chain) throws NodeException, InterruptedException {
        return template(client, request(chain), PATIENCE);
    }

    /**
     * Waits until it proposes something else: at once when its tip changes, after a minute when it has new transactions (BIP 22, Long Polling).
     *
     * @param longPollId that of the template there is
     * @return empty if it had nothing to say for ten minutes
     */
    public Optional<BlockTemplate> nextBlockTemplate(Chain chain, String longPollId)
            throws NodeException, InterruptedException {
        Map<String, Object> request = request(chain);
        try {
            return Optional.of(template(waiting, with(request, "longpollid", longPollId), LONG_POLL_PATIENCE));
        } catch (NodeException e) {
            if (e.fault() == Fault.SILENT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Asks whether it would take the block, if only its proof of work were right (BIP 23, Block Proposal). It costs the node as much as checking a
     * block, and delays other questions.
     *
     * @param block the whole block with its witnesses
     */
    public BlockVerdict propose(Chain chain, Bytes block) throws NodeException, InterruptedException {
        Map<String, Object> proposal = with(with(request(chain), "mode", "proposal"), "data", block.toHex());
        return verdict(client.call("getblocktemplate", List.of(proposal), SUBMIT_PATIENCE));
    }

    /**
     * Hands in a block.
     *
     * @param block the whole block with its witnesses
     * @param workId what its template was given, if anything
     */
    public BlockVerdict submit(Bytes block, Optional<String> workId) throws NodeException, InterruptedException {
        List<Object> params = new ArrayList<>(List.of(block.toHex()));
        workId.ifPresent(id -> params.add(Map.of("workid", id)));
        return verdict(client.call("submitblock", params, SUBMIT_PATIENCE));
    }

    private static Map<String, Object> request(Chain chain) {
        // A node gives no template to who does not know the rules that its blocks are made by (BIP 9, BIP 325).
        List<String> rules = chain == Chain.SIGNET ? List.of("segwit", "signet") : List.of("segwit");
        return Map.of("rules", rules, "capabilities", List.of("coinbasevalue", "longpoll", "proposal", "workid"));
    }

    private static Map<String, Object> with(Map<String, Object> request, String key, String value) {
        Map<String, Object> longer = new HashMap<>(request);
        longer.put(key, value);
        return longer;
    }

    private static BlockTemplate template(NodeClient client, Map<String, Object> request, Duration patience)
            throws NodeException, InterruptedException {
        JsonNode answer = client.call("getblocktemplate", List.of(request), patience);
        try {
            return TemplateReader.read(answer);
        } catch (InvalidTemplateException e) {
            throw new NodeException(Fault.GARBLED, Printable.line(String.valueOf(e.getMessage())), e);
        }
    }

    private BlockVerdict verdict(JsonNode result) throws NodeException {
        if (result.isNull()) {
            return BlockVerdict.ACCEPTED;
        }
        if (!result.isTextual() || result.textValue().isEmpty() || result.textValue().length() > MOST_REASON) {
            throw new NodeException(Fault.GARBLED, "the node at " + client + " does not say whether it took the block");
        }
        return BlockVerdict.of(Printable.line(result.textValue()));
    }

    /** Breaks off what is still being asked. */
    @Override
    public void close() {
        waiting.close();
        client.close();
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
