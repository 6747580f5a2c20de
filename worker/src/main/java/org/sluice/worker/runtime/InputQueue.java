package org.sluice.worker.runtime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.sluice.protocol.Input;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Delegated;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a state machine has yet to be told, in the order in which it came; its length is bounded.
 *
 * <p>Whatever comes from the network is dropped when too much of it waits, by number and by what the messages hold, for the
 * protocol copes with losses; what is dropped is counted and said. An entry of a journal, which is sent once, finds some room
 * where a message does not. What this machine itself has to say is never dropped: slots end as often as they were started, and
 * of what holds until it is said anew, such as the list of peers, only the newest waits.
 */
final class InputQueue {
    private static final Logger LOG = LoggerFactory.getLogger(InputQueue.class);

    /** Most messages that wait. */
    static final int MAX_MESSAGES = 10_000;
    /** Most ranges, edges and other items that all waiting messages hold together. */
    static final int MAX_ITEMS = 500_000;
    /** So many entries of a journal more than messages. */
    static final int FOR_JOURNAL = 1_000;

    private final String owner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    // All below is guarded by the lock.
    private final SequencedMap<Object, Input> waiting = new LinkedHashMap<>();
    private int messages;
    private int items;
    private long dropped;

    /** @param owner whose inputs they are, as in {@code sluice-oak-1} */
    InputQueue(String owner) {
        this.owner = owner;
    }

    /** Puts an input behind the others, or in the place of one that it makes obsolete; never waits. */
    void offer(Input input) {
        lock.lock();
        try {
            if (!isFromNetwork(input)) {
                waiting.put(identity(input), input);
            } else if (hasRoomFor(input)) {
                waiting.put(new Object(), input);
                messages++;
                items += items(input);
            } else {
                dropped++;
                if (Long.bitCount(dropped) == 1) {
                    LOG.warn("{} cannot keep up with what others send to it: {} messages dropped so far", owner,
                            dropped);
                }
                return;
            }
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next input, but not longer; null if there is none by then. */
    @Nullable
    Input poll(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (waiting.isEmpty()) {
                if (left <= 0) {
                    return null;
                }
                left = arrived.awaitNanos(left);
            }
            Map.Entry<Object, Input> first = waiting.firstEntry();
            waiting.pollFirstEntry();
            if (isFromNetwork(first.getValue())) {
                messages--;
                items -= items(first.getValue());
            }
            return first.getValue();
        } finally {
            lock.unlock();
        }
    }

    /** How many inputs were dropped. */
    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** The largest message alone always has room. */
    private boolean hasRoomFor(Input input) {
        int most = input instanceof Input.Journaled ? MAX_MESSAGES + FOR_JOURNAL : MAX_MESSAGES;
        return messages == 0 || (messages < most && items + items(input) <= MAX_ITEMS);
    }

    private static boolean isFromNetwork(Input input) {
        return switch (input) {
            case Input.MessageReceived _,Input.Journaled _,Input.DestinationGone _ -> true;
            case Input.TimePassed _,Input.PeersChanged _,Input.HashingEnded _,Input.JournalReplaced _,Input.JournalFailed _,Input.RateMeasured _,Input.StopRequested _,Input.PauseRequested _,Input.ResumeRequested _,Input.TemplateSubmitted _,Input.TemplateWithdrawn _ ->
                false;
        };
    }

    /** What is equal for inputs of which the newer makes the older obsolete. */
    private static Object identity(Input input) {
        return switch (input) {
            case Input.PauseRequested _,Input.ResumeRequested _ -> Input.PauseRequested.class;
            case Input.TimePassed _,Input.PeersChanged _,Input.RateMeasured _,Input.JournalReplaced _,Input.JournalFailed _,Input.StopRequested _ ->
                input.getClass();
            case Input.HashingEnded _,Input.MessageReceived _,Input.Journaled _,Input.DestinationGone _,Input.TemplateSubmitted _,Input.TemplateWithdrawn _ ->
                new Object();
        };
    }

    /** How many things a message holds that each take some memory. */
    private static int items(Input input) {
        if (!(input instanceof Input.MessageReceived(Message message))) {
            return 0;
        }
        return switch (message) {
            case Message.SubjobRequest request ->
                request.ranges().rangeCount() + request.roster().size() + request.distrusted().size();
            case Message.SubjobResult result -> result.edges().size() + coverage(result.coverage())
                    + result.solutions().size() + result.evidence().size() + delegations(result.delegations());
            case Message.Adopt adopt -> holdings(adopt.holdings()) + coverage(adopt.coverage())
                    + adopt.solutions().size() + adopt.evidence().size() + delegations(adopt.delegations());
            case Message.AdoptAck ack -> holdings(ack.holdings());
            case Message.Ping ping -> ping.edges().size();
            case Message.Pong pong -> pong.edges().size();
            case Message.Cancel cancel -> switch (cancel.scope()) {
                case CancelScope.Ranges some -> some.ranges().rangeCount();
                case CancelScope.WholeJob _,CancelScope.WholeSubjob _ ->
                    0;
            };
            case Message.SubjobAck _,Message.ResultAck _,Message.WorkWanted _ -> 0;
        };
    }

    private static int coverage(List<Coverage> all) {
        return all.size() + all.stream().mapToInt(some -> some.ranges().rangeCount()).sum();
    }

    private static int holdings(List<Holding> all) {
        return all.size() + all.stream().mapToInt(some -> some.ranges().rangeCount()).sum();
    }

    private static int delegations(List<Delegated> all) {
        return all.size() + all.stream().mapToInt(some -> some.ranges().rangeCount()).sum();
    }
}
