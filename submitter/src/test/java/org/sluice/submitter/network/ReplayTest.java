package org.sluice.submitter.network;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.Edge;
import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;
import org.sluice.protocol.value.Work;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.console.StoredEvent;
import org.sluice.schemas.kafka.Topic;
import org.sluice.schemas.kafka.TopicNames;
import org.sluice.submitter.events.EventLog;
import org.sluice.submitter.events.StoredRecord;
import org.sluice.submitter.request.UsageException;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

/** What a job's journal and its root's inbox tell whoever resumes the job. */
class ReplayTest {
    private static final JobId JOB = new JobId("anna.job");
    private static final Topic JOURNAL = new Topic.Journal(JOB);
    private static final Topic INBOX = new Topic.RootInbox(JOB);
    private static final PeerId FIRST = new PeerId("submitter-first.00000000");
    private static final PeerId SECOND = new PeerId("submitter-second.00000000");
    private static final PeerId WORKER = new PeerId("oak.00000001");
    private static final Edge EDGE = new Edge(new SubjobId("s"), 1);
    private static final Range RANGE = new Range(0, 1_000);
    private static final long EPOCH = Root.firstEpoch(1);
    private static final long LATER = Root.firstEpoch(2);
    private static final Instant BEGAN = Instant.parse("2026-11-01T12:00:00Z");

    private final FakeLog log = new FakeLog();

    /** Two lists of records, a second between each and the next. */
    private static final class FakeLog implements EventLog {
        final List<StoredRecord> journal = new ArrayList<>();
        final List<StoredRecord> inbox = new ArrayList<>();
        final List<String> asked = new ArrayList<>();

        @Override
        public void read(Topics topics, From from, Until until, Consumer<StoredRecord> taker) {
            asked.add(topics + " " + from + " " + until);
            if (topics instanceof Topics.Some(List<Topic> some)) {
                some.forEach(topic -> records(topic).forEach(taker));
            }
        }

        @Override
        public void close() {}

        private List<StoredRecord> records(Topic topic) {
            return topic.equals(INBOX) ? inbox : journal;
        }

        private Instant time() {
            return BEGAN.plusSeconds(journal.size() + inbox.size());
        }

        void add(Topic topic, Event event) {
            records(topic).add(new StoredRecord.Understood(
                    new StoredEvent(TopicNames.DEFAULT.of(topic), records(topic).size(), time(), event)));
        }

        void add(RootEvent entry) {
            add(JOURNAL, new Event.Journaled(entry));
        }

        void addDamaged(Topic topic) {
            records(topic)
                    .add(new StoredRecord.Malformed(TopicNames.DEFAULT.of(topic), records(topic).size(), time(),
                            "damaged"));
        }
    }

    private static JobSpec spec(JobId job) {
        return new JobSpec(job, RANGE, new Work.Integers("SHA-256", Bytes.EMPTY), new Goal.TrailingZeroBits(200),
                Mode.ALL, 4);
    }

    private void started() {
        log.add(new RootEvent.Started(spec(JOB), EPOCH, FIRST, Duration.ofMinutes(1)));
        log.add(new RootEvent.Assigned(JOB, EPOCH, new Holding(EDGE.subjob(), EDGE.epoch(), RangeSet.of(RANGE)),
                WORKER));
    }

    private void resumed(long epoch, PeerId submitter) {
        log.add(new RootEvent.Resumed(JOB, epoch, submitter));
    }

    private static Event result(long number, long from, long to) {
        return new Event.Addressed(new Message.SubjobResult(WORKER, JOB, number, List.of(EDGE),
                List.of(new Coverage(WORKER, RangeSet.of(from, to))), List.of(), List.of(), List.of(), false));
    }

    private void covered(long number, long from, long to) {
        log.add(INBOX, result(number, from, to));
    }

    private static void assertNext(long entry, long message, Replay replay) {
        assertEquals(entry, replay.nextEntry());
        assertEquals(message, replay.nextMessage());
    }

    private static long covered(Replay replay) {
        Answer answer = replay.history().answer(Outcome.CANCELLED, Set.of(WORKER)::contains);
        return RANGE.size() - answer.gaps().size();
    }

    @Test
    void theJournalIsReadFromItsBeginningToItsEndAndThenTheInbox() throws Exception {
        started();

        Replay replay = Replay.all(log, JOB);

        assertEquals(List.of("Some[topics=[Journal[job=anna.job]]] BEGINNING CAUGHT_UP",
                "Some[topics=[RootInbox[job=anna.job]]] BEGINNING CAUGHT_UP"), log.asked);
        assertEquals(spec(JOB), replay.spec());
        assertEquals(FIRST, replay.submitter());
        assertEquals(EPOCH, replay.lastEpoch());
        assertNext(2, 0, replay);
    }

    /** What comes behind its own entry, a new root receives; taken here too, it would be believed twice. */
    @Test
    void whatComesBehindTheResumptionIsNotHistory() throws Exception {
        started();
        resumed(LATER, SECOND);
        resumed(Root.firstEpoch(3), FIRST);

        Replay replay = Replay.until(log, JOB, LATER);

        assertEquals(SECOND, replay.submitter());
        assertEquals(LATER, replay.lastEpoch());
        assertNext(3, 0, replay);
        assertEquals(Duration.ofSeconds(58), replay.history().remaining(), "as at the resumption");
    }

    /** Also what arrived after the resumption was written: a new root receives what comes behind the last that was read. */
    @Test
    void whatTheInboxHoldsIsHistory() throws Exception {
        started();
        covered(1, 0, 100);
        resumed(LATER, SECOND);
        covered(2, 100, 300);

        Replay replay = Replay.until(log, JOB, LATER);

        assertEquals(300, covered(replay));
        assertNext(3, 2, replay);
    }

    @Test
    void anEarlierRootsResumptionDoesNotEndIt() throws Exception {
        started();
        resumed(LATER, SECOND);
        covered(1, 0, 100);
        resumed(Root.firstEpoch(3), FIRST);

        Replay replay = Replay.until(log, JOB, Root.firstEpoch(3));

        assertEquals(100, covered(replay));
        assertEquals(FIRST, replay.submitter());
        assertNext(4, 1, replay);
    }

    @Test
    void whoReadsAllStopsAtNoResumption() throws Exception {
        started();
        resumed(LATER, SECOND);
        covered(1, 0, 300);
        log.add(new RootEvent.CancelRequested(JOB, 0));

        Replay replay = Replay.all(log, JOB);

        assertEquals(300, covered(replay));
        assertNext(4, 1, replay);
    }

    /** The journal was deleted and made anew in between. */
    @Test
    void aJournalThatHasLostTheResumptionIsNotGoneOnWith() {
        started();

        assertEquals("the journal of anna.job has lost what was just written",
                assertThrows(IllegalStateException.class, () -> Replay.until(log, JOB, LATER)).getMessage());
    }

    /** Everybody may write into the inbox, and only the owner into the journal: so each holds only what belongs there. */
    @Test
    void whatStandsInTheWrongTopicIsSteppedOver() throws Exception {
        started();
        log.add(INBOX, new Event.Journaled(new RootEvent.CancelRequested(JOB, 0)));
        log.add(JOURNAL, result(1, 0, 100));
        covered(2, 100, 300);

        Replay replay = Replay.all(log, JOB);

        assertEquals(Optional.empty(), replay.history().outcome());
        assertEquals(200, covered(replay));
        assertNext(3, 2, replay);
    }

    @Test
    void aJournalThatHasLostItsBeginningCannotBeResumed() throws Exception {
        covered(1, 0, 100);
        resumed(LATER, SECOND);

        Replay replay = Replay.until(log, JOB, LATER);

        assertEquals("the journal of anna.job does not tell any more how the job began, so it cannot be resumed",
                assertThrows(UsageException.class, replay::spec).getMessage());
        assertEquals(SECOND, replay.submitter());
    }

    @Test
    void ofAnEmptyJournalNobodyIsTheSubmitter() throws Exception {
        Replay replay = Replay.all(log, JOB);

        assertThrows(IllegalStateException.class, replay::submitter);
        assertEquals(0, replay.lastEpoch());
        assertNext(0, 0, replay);
    }

    @Test
    void whatIsDamagedIsSteppedOver() throws Exception {
        started();
        log.addDamaged(JOURNAL);
        covered(1, 0, 100);
        log.addDamaged(INBOX);
        resumed(LATER, SECOND);

        Replay replay = Replay.until(log, JOB, LATER);

        assertEquals(100, covered(replay));
        assertNext(4, 2, replay);
    }

    /** The tracker's record of a job that is entered again gets its epoch: no root may have one that was used. */
    @Test
    void theLastEpochIsTheHighestThatARootBeganWith() throws Exception {
        started();
        resumed(Root.firstEpoch(3), SECOND);
        log.add(new RootEvent.Started(spec(JOB), LATER, FIRST, Duration.ofMinutes(1)));
        log.add(new RootEvent.Ended(JOB, Root.firstEpoch(9), Outcome.FAILED));
        log.add(new RootEvent.CancelRequested(JOB, Root.firstEpoch(8)));

        assertEquals(Root.firstEpoch(3), Replay.all(log, JOB).lastEpoch());
    }

    @Test
    void anEntryOfAnotherJobIsNoEntry() throws Exception {
        JobId another = new JobId("anna.another");
        started();
        log.add(new RootEvent.Resumed(another, LATER, WORKER));
        log.add(new RootEvent.Started(spec(another), Root.firstEpoch(7), WORKER, Duration.ofMinutes(1)));
        covered(1, 0, 100);
        resumed(LATER, SECOND);

        Replay replay = Replay.until(log, JOB, LATER);

        assertEquals(100, covered(replay));
        assertEquals(SECOND, replay.submitter());
        assertEquals(LATER, replay.lastEpoch());
        assertNext(5, 1, replay);
    }

    @Test
    void aWishToCancelIsHeard() throws Exception {
        started();
        log.add(new RootEvent.CancelRequested(JOB, 0));

        assertEquals(Optional.of(Outcome.CANCELLED), Replay.all(log, JOB).history().outcome());
    }
}
