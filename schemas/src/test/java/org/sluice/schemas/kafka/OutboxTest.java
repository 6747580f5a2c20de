package org.sluice.schemas.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import org.sluice.protocol.message.Holding;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.Address;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.SubjobId;
import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.codec.EventCodec;
import org.sluice.schemas.codec.EventCodecTest;
import org.sluice.schemas.codec.MalformedEventException;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** The outbox on Kafka's own producer for tests, which stores a record when it is told to. */
@Tag("slow")
class OutboxTest {
    private static final JobId JOB = new JobId("anna.job");
    private static final JobId OTHER = new JobId("anna.other");
    private static final PeerId A = new PeerId("a.00000000");
    private static final PeerId B = new PeerId("b.00000000");
    private static final Duration LONG = Duration.ofSeconds(60);

    private final EventCodec codec = EventCodecTest.registered("outbox-test");
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(false, null, new ByteArraySerializer(),
            new ByteArraySerializer());
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean forbidden = new AtomicBoolean();
    private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    private final List<Address> gone = new CopyOnWriteArrayList<>();
    private final List<JobId> lost = new CopyOnWriteArrayList<>();
    private final Outbox outbox = new Outbox(new Servers("kafka:9", "mock://none"), codec, new Lookup(), producer);

    private final class Lookup implements TopicLookup {
        @Override
        public void ask(String topic, Consumer<@Nullable Throwable> answer) {
            asked.add(topic);
            if (unanswered.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                answer.accept(new TimeoutException("nobody answers"));
            } else if (forbidden.get()) {
                answer.accept(new TopicAuthorizationException(Set.of(topic)));
            } else {
                answer.accept(missing.contains(topic) ? new UnknownTopicOrPartitionException() : null);
            }
        }

        @Override
        public void close() {}
    }

    OutboxTest() {
        outbox.onGone(gone::add);
        outbox.onJournalLost(lost::add);
    }

    @AfterEach
    void close() {
        outbox.close();
    }

    private static Message about(JobId job, long number) {
        return new Message.ResultAck(new PeerId("self.00000000"), job, number);
    }

    private static RootEvent assigned(JobId job, long number) {
        return new RootEvent.Assigned(job, number, new Holding(new SubjobId("s"), 0, RangeSet.of(0, 1)), A);
    }

    /** The topics and numbers of what was handed to the producer, in order. */
    private List<String> sent() {
        List<String> sent = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> record : producer.history()) {
            try {
                sent.add(TopicNames.ofAnyNetwork(record.topic()).map(OutboxTest::name).orElse("?")
                        + switch (codec.decode(record.value())) {
                            case Event.Addressed(Message message) -> message instanceof Message.ResultAck ack
                                    ? " " + ack.number()
                                    : " ?";
                            case Event.Journaled(RootEvent entry) -> " journal " + entry.rootEpoch();
                        });
            } catch (MalformedEventException e) {
                throw new AssertionError(e);
            }
        }
        return sent;
    }

    private static String name(Topic topic) {
        return switch (topic.owner()) {
            case PeerId peer -> peer.name();
            case JobId job -> job.name();
        };
    }

    private void untilSent(String... expected) {
        Eventually.until(() -> sent().size() >= expected.length, () -> "sent " + sent());
        assertEquals(List.of(expected), sent());
    }

    @Test
    void aJobsMessagesWaitForItsJournalAndNoOthers() {
        outbox.journal(JOB, assigned(JOB, 1));
        outbox.send(A, about(JOB, 1));
        outbox.send(A, about(OTHER, 2));
        outbox.send(B, new Message.ResultAck(A, OTHER, 3));
        outbox.start();
        Eventually.until(() -> sent().size() == 3, () -> "sent " + sent());
        assertEquals(Set.of("job journal 1", "a 2", "b 3"), Set.copyOf(sent()));
        while (producer.completeNext()) {
            // all three are stored
        }
        Eventually.until(() -> sent().size() == 4, () -> "sent " + sent());
        assertEquals("a 1", sent().getLast());
    }

    /** They have one journal, and when it is lost nothing is known of any of them. */
    @Test
    void templatesOfACampaignWaitForItsJournal() {
        outbox.journal(JOB, assigned(JOB, 1));
        outbox.send(A, about(JOB.template(7), 1));
        outbox.start();
        untilSent("job journal 1");
        while (producer.completeNext()) {
            // it is stored
        }
        untilSent("job journal 1", "a 1");
    }

    @Test
    void whatWasHandedInBeforeAJournalEntryDoesNotWaitForIt() {
        outbox.send(A, about(JOB, 1));
        outbox.journal(JOB, assigned(JOB, 1));
        outbox.start();
        Eventually.until(() -> sent().size() == 2, () -> "sent " + sent());
        assertEquals(Set.of("a 1", "job journal 1"), Set.copyOf(sent()));
    }

    @Test
    void aJournalIsWrittenOneEntryAfterTheOther() {
        outbox.start();
        for (int i = 1; i <= 3; i++) {
            outbox.journal(JOB, assigned(JOB, i));
        }
        untilSent("job journal 1");
        assertTrue(producer.completeNext());
        untilSent("job journal 1", "job journal 2");
        assertTrue(producer.errorNext(new TimeoutException()));
        untilSent("job journal 1", "job journal 2", "job journal 2");
        assertTrue(producer.completeNext());
        untilSent("job journal 1", "job journal 2", "job journal 2", "job journal 3");
    }

    @Test
    void whatFailsForTheMomentIsSentAgainInItsOldPlace() {
        outbox.start();
        outbox.send(A, about(JOB, 1));
        untilSent("a 1");
        assertTrue(producer.errorNext(new TimeoutException()));
        outbox.send(A, about(JOB, 2));
        Eventually.until(() -> sent().size() == 3, () -> "sent " + sent());
        assertEquals(List.of("a 1", "a 1", "a 2"), sent());
        assertEquals(0, outbox.dropped());
    }

    @Test
    void whatIsRefusedForEverIsDropped() {
        outbox.start();
        outbox.send(A, about(JOB, 1));
        untilSent("a 1");
        assertTrue(producer.errorNext(new RecordTooLargeException()));
        assertTrue(outbox.flush(LONG));
        assertEquals(1, outbox.dropped());
    }

    @Test
    void theOldestGivesWayWhenTooManyWait() {
        for (int i = 0; i < Lane.MAX_WAITING + 5; i++) {
            outbox.send(A, about(JOB, i));
        }
        assertEquals(5, outbox.dropped());
        outbox.start();
        Eventually.until(() -> !sent().isEmpty(), () -> "nothing sent");
        assertEquals("a 5", sent().getFirst());
    }

    @Test
    void aJournalIsNeverDropped() {
        for (int i = 0; i < Lane.MAX_WAITING + 5; i++) {
            outbox.journal(JOB, assigned(JOB, i));
        }
        assertEquals(0, outbox.dropped());
        outbox.start();
        untilSent("job journal 0");
    }

    @Test
    void aDestinationMayHaveOnlySoMuchOnItsWay() {
        outbox.start();
        for (int i = 0; i < 200; i++) {
            outbox.send(A, about(JOB, i));
        }
        outbox.send(B, about(JOB, 0));
        Eventually.until(() -> sent().contains("b 0"), () -> "sent " + sent());
        assertTrue(sent().size() < 100, "sent " + sent().size());
    }

    @Test
    void aTopicThatIsMissingTwiceIsGone() {
        missing.add(TopicNames.DEFAULT.of(A));
        outbox.start();
        outbox.send(A, about(JOB, 1));
        outbox.send(B, about(JOB, 2));
        untilSent("b 2");
        assertTrue(producer.completeNext());
        assertTrue(outbox.flush(LONG));
        Eventually.until(() -> gone.equals(List.of(A)), () -> "gone " + gone);
        assertEquals(1, outbox.dropped());
        assertEquals(2, asked.stream().filter(TopicNames.DEFAULT.of(A)::equals).count());
    }

    @Test
    void aTopicThatIsMissingOnceWasOnlyYoung() {
        missing.add(TopicNames.DEFAULT.of(A));
        outbox.start();
        outbox.send(A, about(JOB, 1));
        Eventually.until(() -> !asked.isEmpty(), () -> "not asked");
        missing.clear();
        untilSent("a 1");
        assertEquals(List.of(), gone);
    }

    @Test
    void aJournalThatIsGoneIsToldAndNothingIsSentWithoutIt() {
        missing.add(TopicNames.DEFAULT.of(new Topic.Journal(JOB)));
        outbox.start();
        outbox.journal(JOB, assigned(JOB, 1));
        outbox.send(A, about(JOB, 1));
        outbox.send(A, about(OTHER, 2));
        untilSent("a 2");
        assertTrue(producer.completeNext());
        Eventually.until(() -> lost.equals(List.of(JOB)), () -> "lost " + lost);
        assertFalse(outbox.flush(LONG), "the entry is not stored");
        assertEquals(Optional.of("its topic does not exist"), outbox.lost(JOB));
        outbox.send(A, about(JOB, 3));

        missing.clear();
        outbox.beginJournal(JOB);
        outbox.journal(JOB, assigned(JOB, 4));
        outbox.send(A, about(JOB, 5));
        untilSent("a 2", "job journal 4");
        assertTrue(producer.completeNext());
        untilSent("a 2", "job journal 4", "a 5");
        assertTrue(producer.completeNext());
        assertTrue(outbox.flush(LONG));
        assertEquals(3, outbox.dropped());
    }

    /** It may be written again, as when a server that restarts has read who has which rights. */
    @Test
    void aJournalThatMustNotBeWrittenWaitsAndWhoseItIsIsTold() {
        List<String> refused = new CopyOnWriteArrayList<>();
        outbox.onRefused((topic, refusal) -> refused.add(topic + " " + refusal.getMessage()));
        outbox.start();
        outbox.journal(JOB, assigned(JOB, 1));
        outbox.send(A, about(JOB, 2));
        untilSent("job journal 1");
        assertTrue(producer.errorNext(new TopicAuthorizationException("no rights")));
        assertFalse(outbox.flush(LONG), "it waits for what is refused");
        assertEquals(List.of(new Topic.Journal(JOB) + " Kafka at kafka:9 does not permit: write to the topic "
                + "sluice.job.anna.job: no rights; see --kafka-properties"), refused);
        assertEquals(List.of(), lost);

        untilSent("job journal 1", "job journal 1");
        assertTrue(producer.completeNext());
        untilSent("job journal 1", "job journal 1", "a 2");
        assertTrue(producer.completeNext());
        assertTrue(outbox.flush(LONG));
        assertEquals(0, outbox.dropped());
    }

    @Test
    void whoHasNoRightToAJournalIsToldAtOnce() {
        forbidden.set(true);
        outbox.start();
        AccessRefusedException refused = assertThrows(AccessRefusedException.class,
                () -> outbox.store(JOB, assigned(JOB, 1), LONG));
        assertTrue(String.valueOf(refused.getMessage()).contains("sluice.job.anna.job"), refused.getMessage());
        outbox.send(A, about(OTHER, 2));
        assertEquals(List.of(), sent());
    }

    @Test
    void aJournalThatCannotTakeAnEntryIsLost() {
        outbox.start();
        outbox.journal(JOB, assigned(JOB, 1));
        outbox.journal(JOB, assigned(JOB, 2));
        untilSent("job journal 1");
        assertTrue(producer.errorNext(new RecordTooLargeException("too large")));
        Eventually.until(() -> lost.equals(List.of(JOB)), () -> "lost " + lost);
        assertFalse(outbox.flush(LONG));
        assertEquals(List.of("job journal 1"), sent());
        assertEquals(2, outbox.dropped());
    }

    @Test
    void aJournalThatGrowsTooLongIsLost() {
        for (int i = 0; i <= Outbox.MAX_JOURNAL; i++) {
            outbox.journal(JOB, assigned(JOB, i));
        }
        assertEquals(List.of(JOB), lost);
        assertFalse(outbox.flush(LONG));
        assertEquals(Outbox.MAX_JOURNAL + 1, outbox.dropped());
    }

    /** What waits has taken the place of what was on its way. */
    @Test
    void whatComesBackIntoAFullQueueIsDroppedAndCounted() {
        outbox.start();
        int onTheWay = 64;
        for (int i = 0; i < onTheWay; i++) {
            outbox.send(A, about(JOB, i));
        }
        Eventually.until(() -> sent().size() == onTheWay, () -> "sent " + sent().size());
        for (int i = 0; i < Lane.MAX_WAITING; i++) {
            outbox.send(A, about(JOB, onTheWay + i));
        }
        assertEquals(0, outbox.dropped());
        assertTrue(producer.errorNext(new TimeoutException()));
        assertEquals(1, outbox.dropped());
        Eventually.until(() -> !producer.completeNext() && outbox.flush(Duration.ZERO), () -> "not flushed");
        assertEquals(onTheWay + Lane.MAX_WAITING, sent().size());
    }

    @Test
    void allQueuesTogetherHaveAnEnd() {
        int destinations = Outbox.MAX_UNSETTLED / Lane.MAX_WAITING;
        for (int i = 0; i < destinations; i++) {
            for (int j = 0; j < Lane.MAX_WAITING; j++) {
                outbox.send(new PeerId("p" + i + ".00000000"), about(JOB, j));
            }
        }
        assertEquals(0, outbox.dropped());
        outbox.send(A, about(JOB, 1));
        assertEquals(1, outbox.dropped());
        outbox.start();
        Eventually.until(() -> sent().contains("a 1"), () -> "what waits for one alone was dropped");
    }

    @Test
    void destinationsHaveAnEndAndAJournalHasARoomAmongThem() {
        for (int i = 0; i < OutboxLanes.MAX; i++) {
            outbox.send(new PeerId("p" + i + ".00000000"), about(OTHER, i));
        }
        assertEquals(0, outbox.dropped());
        outbox.send(A, about(OTHER, 1));
        assertEquals(1, outbox.dropped());
        outbox.journal(JOB, assigned(JOB, 1));
        assertEquals(1, outbox.dropped());
    }

    @Test
    void whenAcknowledgementsStayOutTheTopicIsLookedForAgain() {
        outbox.start();
        outbox.send(A, about(JOB, 1));
        untilSent("a 1");
        missing.add(TopicNames.DEFAULT.of(A));
        Eventually.until(() -> gone.equals(List.of(A)), () -> "gone " + gone);
        assertFalse(outbox.flush(Duration.ofMillis(1)), "it is still on its way");
        assertTrue(producer.errorNext(new TimeoutException()));
        assertTrue(outbox.flush(LONG));
        assertEquals(1, outbox.dropped());
    }

    @Test
    void brokersThatDoNotAnswerAreAskedAgainAndNothingIsLost() {
        unanswered.set(3);
        outbox.start();
        outbox.send(A, about(JOB, 1));
        untilSent("a 1");
        assertEquals(4, asked.size());
        assertEquals(List.of(), gone);
        assertEquals(0, outbox.dropped());
    }

    @Test
    void whatIsHandedInTooLateIsCounted() {
        outbox.start();
        outbox.close();
        outbox.send(A, about(JOB, 1));
        assertEquals(1, outbox.dropped());
    }
}
