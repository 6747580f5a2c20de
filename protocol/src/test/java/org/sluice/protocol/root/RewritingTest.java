package org.sluice.protocol.root;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Effect;
import org.sluice.protocol.Given;
import org.sluice.protocol.Input;
import org.sluice.protocol.Notice;
import org.sluice.protocol.Result;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.message.Verdict;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.ROOT;
import static org.sluice.protocol.Given.covered;
import static org.sluice.protocol.Given.edge;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.solution;
import static org.sluice.protocol.Given.subjob;
import static org.sluice.protocol.Given.worker;

/** What a root does whose journal is lost; the bench's verifier believes even integers. */
class RewritingTest {
    private static final JobSpec JOB = Given.in(Mode.ALL, Given.job(0, 10_000));
    private static final Instant REWRITTEN = Instant.parse("2026-01-31T00:00:00Z");

    private final Bench root = Bench.root(JOB, worker("b"), worker("c"));

    RewritingTest() {
        root.receive(new Message.SubjobAck(peer("b"), ROOT, subjob("job-1-1"), 1, new Verdict.Accepted()));
        root.receive(new Message.SubjobAck(peer("c"), ROOT, subjob("job-1-2"), 1, new Verdict.Accepted()));
    }

    /** All that the root commands, what it sends to itself too. */
    private List<Effect> lose() {
        List<Effect> effects = new ArrayList<>();
        root.root().step(root.now(), new Input.JournalReplaced(), effects::add);
        effects.removeIf(effect -> effect instanceof Effect.WakeAt);
        return effects;
    }

    private static Effect journal(RootEvent event) {
        return new Effect.Journal(event);
    }

    private static Effect told(List<Coverage> coverage, Solution... solutions) {
        return new Effect.Send(ROOT, new Message.SubjobResult(ROOT, ROOT, 0, List.of(), coverage, List.of(solutions),
                List.of(), List.of(), false));
    }

    private static Effect assigned(String subjob, long start, long end, String peer) {
        return journal(new RootEvent.Assigned(ROOT, 1, new Holding(subjob(subjob), 1, range(start, end)), peer(peer)));
    }

    private static Effect begun(Duration remaining, Duration elapsed) {
        return journal(new RootEvent.Started(JOB, 1, peer("submitter"), remaining, elapsed));
    }

    /** What journal and inbox tell in which the root's commands are all there is. */
    private static History history(List<Effect> effects) {
        History history = new History(ROOT, Bench.EVEN);
        for (Effect effect : effects) {
            if (effect instanceof Effect.Journal(RootEvent event)) {
                history.journaled(event, REWRITTEN);
            }
        }
        Bench.sentTo(ROOT, effects).forEach(history::received);
        return history;
    }

    @Test
    void itWritesAllThatItKnows() {
        root.receive(Result.from("b", 1)
                .edges(edge("job-1-1", 1))
                .covered(covered("b", 0, 100))
                .solutions(solution(50, "b"))
                .message());
        root.pass(Duration.ofMinutes(1));

        assertEquals(List.of(new Effect.Tell(new Notice.JournalReplaced(ROOT)),
                begun(Duration.ofMinutes(59), Duration.ofMinutes(1)),
                told(List.of(), solution(50, "b")),
                told(List.of(covered("b", 0, 100))), assigned("job-1-1", 100, 5_000, "b"),
                assigned("job-1-2", 5_000, 10_000, "c")), lose());
    }

    @Test
    void whatALiarHasProvenStays() {
        root.receive(Result.from("b", 1)
                .edges(edge("job-1-1", 1))
                .covered(covered("b", 0, 100))
                .solutions(solution(50, "b"))
                .message());
        root.receive(Result.from("b", 2)
                .edges(edge("job-1-1", 1))
                .covered(covered("b", 100, 200))
                .solutions(solution(151, "b"))
                .message());

        List<Effect> written = lose();

        assertTrue(written.contains(journal(new RootEvent.Distrusted(ROOT, 1, peer("b"), RangeSet.EMPTY))),
                written::toString);
        Bench heir = resumed(written);
        assertEquals(1, heir.root().progress().solutions());
        assertEquals(0, heir.root().progress().covered(), "nothing else that it said counts");
        assertEquals(List.of(peer("c")), heir.peers(worker("b"), worker("c"))
                .stream()
                .flatMap(effect -> effect instanceof Effect.Send(Address to, Message.SubjobRequest _)
                        ? Stream.of(to)
                        : Stream.empty())
                .distinct()
                .toList(), "a liar gets nothing from the next root either");
    }

    @Test
    void howLongTheJobHasBeenRunningIsNotForgotten() {
        root.pass(Duration.ofMinutes(20));

        History history = history(lose());

        assertEquals(Duration.ofMinutes(20), history.age());
        assertEquals(Duration.ofMinutes(40), history.remaining());
    }

    @Test
    void whoResumesFromItGoesOnAsFromWhatWasLost() {
        List<Range> scattered = new ArrayList<>();
        for (long start = 0; start < 5_000; start += 2) {
            scattered.add(new Range(start, start + 1));
        }
        root.receive(Result.from("b", 1)
                .edges(edge("job-1-1", 1))
                .covered(new Coverage(peer("b"), RangeSet.of(scattered)))
                .message());

        Bench heir = resumed(lose());

        assertEquals(2_500, heir.root().progress().covered());
        assertEquals(List.of(new Notice.JobResumed(ROOT, 2_500, 2)), heir.notices);
    }

    private static Bench resumed(List<Effect> written) {
        History history = history(written);
        history.journaled(new RootEvent.Resumed(ROOT, 2, peer("heir")), REWRITTEN.plusSeconds(1));
        Bench heir = Bench.resumed(history, 2);
        heir.tell(new Input.TimePassed());
        return heir;
    }

    @Test
    void whatTheInboxHasOfTheTimeBeforeIsBelievedToo() {
        History history = history(List.of(journal(new RootEvent.Started(JOB, 1, peer("submitter"),
                Duration.ofHours(1)))));
        history.received(Result.from("b", 1).edges(edge("job-1-1", 1)).covered(covered("b", 0, 100)).message());

        assertEquals(range(0, 100), history.facts().covered());
    }

    @Test
    void howTheJobEndedIsWrittenToo() {
        root.tell(new Input.StopRequested());

        List<Effect> written = lose();

        assertEquals(List.of(journal(new RootEvent.CancelRequested(ROOT, 1)),
                journal(new RootEvent.Ended(ROOT, 1, Outcome.CANCELLED))),
                written.subList(written.size() - 2, written.size()));
    }

    @Test
    void aJobWhoseJournalCannotBeWrittenFails() {
        List<Effect> effects = root.tell(new Input.JournalFailed("no rights"));

        assertEquals(List.of(Outcome.FAILED), effects.stream()
                .flatMap(effect -> effect instanceof Effect.Journal(RootEvent.Ended ended)
                        ? Stream.of(ended.outcome())
                        : Stream.empty())
                .toList());
        assertTrue(root.notices.contains(new Notice.JournalFailed(ROOT, "no rights")));
        root.pass(Duration.ofSeconds(10));
        assertEquals(Optional.of(Outcome.FAILED), root.root().answer().map(Answer::outcome));
    }

    /** The entry that had announced its heir was in the topic that is lost. */
    @Test
    void aFormerRootThatReadsTheNewJournalGoes() {
        List<Effect> effects = root.tell(new Input.Journaled(
                new RootEvent.Started(JOB, 2, peer("heir"), Duration.ofMinutes(5))));

        assertEquals(List.of(new Effect.Leave()), effects);
        assertEquals(Optional.of(peer("heir")), root.root().successor());
    }

    @Test
    void aHistoryIgnoresWhatWasSaidOfAnotherJobByItsName() {
        History another = new History(ROOT, Bench.EVEN);
        JobSpec easy = new JobSpec(ROOT, JOB.range(), JOB.work(), new Goal.TrailingZeroBits(1), JOB.mode(),
                JOB.fanOut());
        Message.SubjobResult other = Result.from("b", 2)
                .of(easy)
                .covered(covered("b", 4_000, 5_000))
                .solutions(solution(4_001, "b"))
                .message();
        another.received(other);
        another.journaled(new RootEvent.Started(JOB, 1, peer("submitter"), Duration.ofHours(1)), Instant.EPOCH);
        another.received(Result.from("b", 1).of(JOB).covered(covered("b", 0, 4_000)).message());
        another.received(other);

        assertEquals(range(0, 4_000), another.facts().covered());
        assertEquals(Set.of(), another.facts().distrusted());
    }
}
