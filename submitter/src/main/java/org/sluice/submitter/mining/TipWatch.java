package org.sluice.submitter.mining;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

import org.sluice.submitter.bitcoin.node.BackOff;
import org.sluice.submitter.bitcoin.node.NodeException;
import org.sluice.submitter.bitcoin.template.BlockTemplate;
import org.sluice.worker.runtime.Trouble;

/** Waits for a node's new tips until it is interrupted, and tells people when the node is away. */
final class TipWatch implements Runnable {
    /** How often a node is asked that cannot tell by itself when its tip changes. */
    static final Duration POLL = Duration.ofSeconds(2);

    private final Node node;
    private final MiningListener listener;
    private final BackOff backOff;
    private final Consumer<BlockTemplate> proposals;
    private final Consumer<NodeException> refusal;
    private final Trouble away;

    /**
     * Asks nothing yet.
     *
     * @param proposals takes each template
     * @param refusal hears why the node cannot be mined for, if it says so before it has proposed anything; then this ends
     */
    TipWatch(Node node, MiningListener listener, RandomGenerator random, Consumer<BlockTemplate> proposals,
            Consumer<NodeException> refusal) {
        this.node = node;
        this.listener = listener;
        backOff = new BackOff(random);
        this.proposals = proposals;
        this.refusal = refusal;
        away = new Trouble(listener::remarked);
    }

    @Override
    public void run() {
        Optional<String> longPollId = Optional.empty();
        boolean everAnswered = false;
        while (true) {
            try {
                Optional<BlockTemplate> template = longPollId.isPresent()
                        ? node.nextTemplate(longPollId.get())
                        : Optional.of(node.template());
                if (away.over()) {
                    listener.remarked("the node answers again");
                }
                backOff.reset();
                everAnswered = true;
                if (template.isPresent()) {
                    longPollId = template.get().longPollId();
                    proposals.accept(template.get());
                }
                if (longPollId.isEmpty() && !Pause.of(POLL)) {
                    return;
                }
            } catch (NodeException e) {
                if (!everAnswered && !e.fault().passes()) {
                    refusal.accept(e);
                    return;
                }
                longPollId = Optional.empty();
                away.tell(String.valueOf(e.getMessage()));
                if (!Pause.of(backOff.next())) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
