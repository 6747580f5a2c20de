package org.sluice.protocol.root;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Result;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.JobSpec;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** What a root does when it reads in its journal what others have written there. */
class JournalTest {
    private static final JobSpec JOB = Given.job(0, 10_000);

    @Test
    void aRootThatReadsThatItIsSucceededLeavesWithoutAWord() {
        Bench root = Bench.root(JOB, worker("b"), worker("c"));

        assertEquals(List.of(new Effect.Leave()),
                root.tell(new Input.Journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")))));
        assertEquals(Optional.of(peer("heir")), root.root().successor());
        assertEquals(Optional.empty(), root.root().answer());
        assertEquals(List.of(), root.pass(Duration.ofHours(2)));
        assertEquals(List.of(), root.receive(Result.from("b", 1).edges(edge("x", 1)).message()));
    }

    @Test
    void aRootThatHearsOfItsSuccessorWhenItWakesUpOffersNothingAnyMore() {
        Bench root = Bench.root(JOB, worker("b"));
        root.receive(new Message.SubjobAck(peer("b"), ROOT, subjob("job-1-1"), 1,
                new Verdict.Refused(Verdict.Reason.OUT_OF_CAPACITY, Duration.ofMillis(500))));
        root.sleep(Duration.ofMinutes(1));

        assertEquals(List.of(new Effect.Leave()),
                root.tell(new Input.Journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")))));
    }

    @Test
    void itIsNotSucceededByItselfOrByTheDead() {
        History history = new History(ROOT, Bench.EVEN);
        history.journaled(new RootEvent.Started(JOB, 1, peer("submitter"), Duration.ofHours(1)), Instant.EPOCH);
        history.journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")), Instant.EPOCH);
        Bench root = Bench.resumed(history, 2);

        List<Effect> effects = new ArrayList<>(
                root.tell(new Input.Journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")))));
        effects.addAll(root.tell(new Input.Journaled(new RootEvent.Resumed(ROOT, 1, peer("other")))));

        assertFalse(effects.contains(new Effect.Leave()));
        assertEquals(Optional.empty(), root.root().successor());
    }

    @Test
    void anotherWhoSaysThatTheJobHasEndedIsReportedOnce() {
        Bench root = Bench.root(JOB, worker("b"), worker("c"));
        RootEvent stray = new RootEvent.Ended(ROOT, 1, Outcome.EXHAUSTED);

        assertEquals(List.of(), root.tell(new Input.Journaled(stray)));
        assertEquals(List.of(), root.tell(new Input.Journaled(stray)));
        assertEquals(List.of(new Notice.EndDoubted(ROOT, Outcome.EXHAUSTED, 0, 10_000)),
                root.notices.stream().filter(Notice.EndDoubted.class::isInstance).toList());
    }

    @Test
    void aWishToCancelIsObeyed() {
        Bench root = Bench.root(JOB, worker("b"), worker("c"));

        assertTrue(root.tell(new Input.Journaled(new RootEvent.CancelRequested(ROOT, 1)))
                .contains(new Effect.Journal(new RootEvent.Ended(ROOT, 1, Outcome.CANCELLED))));
    }
}
