package org.sluice.worker.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.sluice.protocol.Input;
import org.sluice.protocol.PeerInfo;
import org.sluice.protocol.message.CancelReason;
import org.sluice.protocol.message.CancelScope;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A flood ends at the queue, and takes nothing with it that only this machine can say. */
class InputQueueTest {
    private static final JobId JOB = new JobId("anna.job");

    private final InputQueue queue = new InputQueue("test");

    private static Input ping(long nonce) {
        return new Input.MessageReceived(
                new Message.Ping(new PeerId("p.00000000"), nonce, Optional.empty(), List.of()));
    }

    private static Input ended(int slot) {
        return new Input.HashingEnded(slot, JOB, RangeSet.of(slot, slot + 1), List.of());
    }

    private static Input peers(String... names) {
        List<PeerInfo> live = new ArrayList<>();
        for (String name : names) {
            live.add(new PeerInfo(new PeerId(name + ".00000000"), PeerInfo.Role.WORKER, 1, Set.of()));
        }
        return new Input.PeersChanged(live);
    }

    private static Input wish(long rootEpoch) {
        return new Input.Journaled(new RootEvent.CancelRequested(JOB, rootEpoch));
    }

    private List<Input> drained() throws InterruptedException {
        List<Input> drained = new ArrayList<>();
        for (@Nullable
        Input next = queue.poll(0); next != null; next = queue.poll(0)) {
            drained.add(next);
        }
        return drained;
    }

    @Test
    void inputsComeInTheirOrder() throws InterruptedException {
        List<Input> inputs = List.of(ping(1), ended(0), ping(2), wish(1), ended(1), ping(1));
        inputs.forEach(queue::offer);
        assertEquals(inputs, drained());
        assertEquals(0, queue.dropped());
    }

    @Test
    void aFloodOfMessagesIsDroppedAndCounted() throws InterruptedException {
        queue.offer(ended(0));
        for (int i = 0; i < 3 * InputQueue.MAX_MESSAGES; i++) {
            queue.offer(ping(i));
        }
        queue.offer(new Input.DestinationGone(new PeerId("gone.00000000")));
        queue.offer(ended(1));
        queue.offer(wish(1));

        List<Input> drained = drained();

        assertEquals(2 * InputQueue.MAX_MESSAGES + 1, queue.dropped());
        assertEquals(InputQueue.MAX_MESSAGES + 3, drained.size());
        assertEquals(List.of(ended(1), wish(1)), drained.subList(drained.size() - 2, drained.size()));
        queue.offer(ping(7));
        assertEquals(List.of(ping(7)), drained(), "there is room again");
    }

    @Test
    void aFloodOfWishesHasAnEndToo() throws InterruptedException {
        for (int i = 0; i < 3 * InputQueue.MAX_MESSAGES; i++) {
            queue.offer(wish(i));
        }
        assertEquals(InputQueue.MAX_MESSAGES + InputQueue.FOR_JOURNAL, drained().size());
    }

    @Test
    void whatMessagesHoldCounts() throws InterruptedException {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            ranges.add(new Range(3L * i, 3L * i + 1));
        }
        Input large = new Input.MessageReceived(new Message.Cancel(JOB, JOB,
                new CancelScope.Ranges(new Edge(new SubjobId("s"), 0), RangeSet.of(ranges)), CancelReason.SUPERSEDED));
        for (int i = 0; i < 1_000; i++) {
            queue.offer(large);
        }
        assertEquals(InputQueue.MAX_ITEMS / 100_000, drained().size());
    }

    @Test
    void ofWhatHoldsUntilItIsSaidAnewTheNewestWaits() throws InterruptedException {
        List.of(peers("a"), new Input.PauseRequested(), new Input.RateMeasured(1, 1), peers("a", "b"),
                new Input.ResumeRequested(), new Input.StopRequested(), new Input.RateMeasured(1, 2),
                new Input.StopRequested()).forEach(queue::offer);
        assertEquals(List.of(peers("a", "b"), new Input.ResumeRequested(), new Input.RateMeasured(1, 2),
                new Input.StopRequested()), drained());
    }

    @Test
    void aWaitEndsWithTheTimeOrWithAnInput() throws InterruptedException {
        assertEquals(null, queue.poll(1_000));
        Thread other = Thread.ofVirtual().start(() -> queue.offer(ping(1)));
        assertEquals(ping(1), queue.poll(Long.MAX_VALUE));
        other.join();
        assertTrue(drained().isEmpty());
    }
}
