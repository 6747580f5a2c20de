package org.sluice.submitter.mining;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.sluice.protocol.value.Bytes;
import org.sluice.submitter.bitcoin.node.BlockVerdict;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.template.BlockCandidate;
import org.sluice.worker.runtime.Trouble;

/**
 * The way of found blocks to the node: one after the other for each tip, as of two that extend the same one only one can be accepted. The
 * miner's thread alone uses it; the node is asked by helpers.
 */
final class HandingIn {
    /** A block is handed in again so often while the node does not answer: others may be faster. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Node node;
    private final MiningListener listener;
    private final Consumer<Runnable> help;
    private final BiConsumer<FoundBlock, BlockVerdict> judged;
    private final BiConsumer<FoundBlock, NodeException> refused;
    /** Those that wait until those before them are settled. */
    private final Deque<FoundBlock> waiting = new ArrayDeque<>();
    /** What is being handed in now, by the tip that it extends. */
    private final Map<Bytes, FoundBlock> underWay = new HashMap<>();
    /** Those of jobs that may tell of them again, of which note was taken. */
    private final Set<FoundBlock> known = new HashSet<>();
    /** Tips that an accepted block extends: no other could be accepted. */
    private final Set<Bytes> won = new HashSet<>();

    /**
     * Nothing is found yet.
     *
     * @param help lets another thread do something
     * @param judged hears, on such a thread, what the node says of a block
     * @param refused hears, on such a thread, that the node says nothing of a block and never will
     */
    HandingIn(Node node, MiningListener listener, Consumer<Runnable> help, BiConsumer<FoundBlock, BlockVerdict> judged,
            BiConsumer<FoundBlock, NodeException> refused) {
        this.node = node;
        this.listener = listener;
        this.help = help;
        this.judged = judged;
        this.refused = refused;
    }

    /** Hands the block in as soon as may be, unless it was told of before. */
    void take(FoundBlock one) {
        if (known.add(one)) {
            waiting.add(one);
            next();
        }
    }

    /** The job is forgotten: none of its blocks will be told of again. */
    void takesNoMoreOf(Search search) {
        known.removeIf(one -> one.search().equals(search));
    }

    /** The node has said what it thinks of the block, or will not. */
    void settled(FoundBlock one, boolean isAccepted) {
        underWay.remove(one.tip());
        if (isAccepted) {
            won.add(one.tip());
        }
        next();
    }

    /** Whether a block that extends the tip is being handed in. */
    boolean isAbout(Bytes tip) {
        return underWay.containsKey(tip);
    }

    /** How many blocks are being handed in. */
    int count() {
        return underWay.size();
    }

    /** Tells of the blocks that are lost when mining ends now. */
    void giveUp() {
        underWay.values()
                .forEach(one -> listener.remarked("block " + one.height() + " " + one.displayedHash()
                        + " was found and is not handed in"));
    }

    private void next() {
        waiting.removeIf(one -> won.contains(one.tip()));
        for (Iterator<FoundBlock> blocks = waiting.iterator(); blocks.hasNext();) {
            FoundBlock next = blocks.next();
            if (underWay.putIfAbsent(next.tip(), next) == null) {
                blocks.remove();
                help.accept(() -> handIn(next));
            }
        }
    }

    /** Hands a block in, again and again while the node is away. */
    private void handIn(FoundBlock one) {
        BlockCandidate candidate = one.search().candidate();
        Bytes block = candidate.block(one.solution().integer());
        Trouble away = new Trouble(line -> listener
                .remarked("block " + one.height() + " is found and waits to be handed in: " + line));
        for (boolean isFirst = true;; isFirst = false) {
            try {
                BlockVerdict verdict = node.submit(block, candidate.template().workId());
                // What the node has already then is what it took before the connection broke off.
                boolean arrivedBefore = !isFirst && verdict.reason().equals("duplicate");
                judged.accept(one, arrivedBefore ? BlockVerdict.ACCEPTED : verdict);
                return;
            } catch (NodeException e) {
                if (e.fault() == NodeException.Fault.REFUSED) { // It has understood, and will not say otherwise.
                    refused.accept(one, e);
                    return;
                }
                away.tell(String.valueOf(e.getMessage()));
            } catch (InterruptedException e) {
                return;
            }
            if (!Pause.of(AGAIN)) {
                return;
            }
        }
    }
}
