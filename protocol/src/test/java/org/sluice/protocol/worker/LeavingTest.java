package org.sluice.protocol.worker;

import java.time.Duration;
import java.util.List;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Request;
import org.sluice.protocol.Result;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Verdict;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.delegated;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.entry;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.worker;

/** How a worker that is told to stop hands back what it has. */
class LeavingTest {
    private final Bench worker = Bench.worker("a", worker("b"), worker("p"));

    @Test
    void anIdleWorkerLeavesAtOnce() {
        assertEquals(List.of(new Effect.Leave()), worker.tell(new Input.StopRequested()));
    }

    @Test
    void aBusyOneStopsHashingFirstAndThenReportsWhatItDidAndToWhomItPassedTheRest() {
        worker.receive(Request.from(peer("p"), "s1").ranges(0, 30_000).roster(entry("b", 1_000)).message());
        worker.receive(new Message.SubjobAck(peer("b"), ROOT, Given.subjob("a-1"), 1, new Verdict.Accepted()));
        worker.hashed(0);

        assertEquals(List.of(new Effect.StopHashing(0)), worker.tell(new Input.StopRequested()));
        assertEquals(List.of(
                new Effect.Send(peer("p"), Result.ofWorker(2)
                        .edges(edge("s1", 1))
                        .covered(covered("a", 0, 600))
                        .delegations(delegated("s1", "a-1", "b", 15_000, 30_000))
                        .leaving()
                        .message()),
                new Effect.Leave()), worker.hashed(0, range(500, 600)));
    }

    @Test
    void everyParentGetsALastResult() {
        worker.receive(Request.from(peer("p"), "s1").ranges(0, 30_000).message());
        worker.receive(Request.from(ROOT, "s2").ranges(30_000, 60_000).message());
        worker.tell(new Input.StopRequested());

        List<Effect> effects = worker.hashed(0, range(0, 0));

        assertEquals(List.of(Result.ofWorker(1).edges(edge("s1", 1)).leaving().message()),
                Bench.sentTo(peer("p"), effects));
        assertEquals(List.of(Result.ofWorker(1).edges(edge("s2", 1)).leaving().message()),
                Bench.sentTo(ROOT, effects));
    }

    @Test
    void itDoesNotWaitLongerThanASecondForASlot() {
        worker.receive(Request.from(ROOT, "s1").message());
        worker.tell(new Input.StopRequested());

        assertEquals(new Effect.Leave(), worker.pass(Duration.ofSeconds(1)).getLast());
        assertEquals(List.of(), worker.hashed(0), "and leaves only once");
    }

    @Test
    void aSecondRequestToStopChangesNothing() {
        worker.receive(Request.from(ROOT, "s1").message());
        worker.tell(new Input.StopRequested());

        assertEquals(List.of(), worker.tell(new Input.StopRequested()));
    }
}
