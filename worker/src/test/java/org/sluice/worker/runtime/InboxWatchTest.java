package org.sluice.worker.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.sluice.protocol.Input;
import org.sluice.protocol.message.Message;
import org.sluice.protocol.message.RootEvent;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.codec.Event;
import org.sluice.schemas.kafka.Inboxes;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A worker whose inbox vanishes is reached again, whatever stands in the way of it meanwhile. */
class InboxWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final PeerId SELF = new PeerId("oak.00000001");
    private static final Event MESSAGE = new Event.Addressed(
            new Message.ResultAck(new PeerId("elm.00000001"), new JobId("anna.job"), 1));

    private final FakePost post = new FakePost();
    private final BlockingQueue<Input> told = new LinkedBlockingQueue<>();
    private final Driver driver = new Driver("inbox-watch-test", (_, input, _) -> told.add(input), _ -> {});

    @BeforeEach
    void start() {
        driver.start();
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    /** One inbox, which others can remove, at servers that can be away. */
    private static final class FakePost implements InboxWatch.Post {
        final List<String> happened = new ArrayList<>();
        final CountDownLatch looks = new CountDownLatch(2);
        boolean exists;
        Optional<Inboxes.Handler> reader = Optional.empty();
        /** What does not succeed. */
        String failing = "";
        final RuntimeException failure = new IllegalStateException("the servers are away");

        private void happens(String what) {
            happened.add(what);
            if (what.equals(failing)) {
                throw failure;
            }
        }

        @Override
        public void create(PeerId peer) {
            happens("create");
            exists = true;
        }

        @Override
        public boolean exists(PeerId peer) {
            looks.countDown();
            happens("exists");
            return exists;
        }

        @Override
        public void open(PeerId peer, Inboxes.From from, Inboxes.Handler handler) {
            happens("open " + from);
            assertTrue(exists, "only what exists can be read");
            assertEquals(Optional.empty(), reader, "it is read already");
            reader = Optional.of(handler);
        }

        @Override
        public void close(PeerId peer) {
            happens("close");
            reader = Optional.empty();
        }

        /** What happened since this was asked last. */
        List<String> happened() {
            List<String> since = List.copyOf(happened);
            happened.clear();
            return since;
        }
    }

    private InboxWatch open() {
        return InboxWatch.open(post, SELF, driver, NEVER);
    }

    /** An inbox that was opened, and has vanished. */
    private InboxWatch vanished() {
        InboxWatch watch = open();
        post.exists = false;
        post.happened();
        return watch;
    }

    private void receive(Event event) {
        post.reader.orElseThrow().received(event, Instant.EPOCH, 0);
    }

    private void assertDriverIsReached() throws Exception {
        receive(MESSAGE);
        assertEquals(new Input.MessageReceived(((Event.Addressed) MESSAGE).message()),
                told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    /** What is in an inbox of that name is not for this life of the worker. */
    @Test
    void aNewInboxIsReadFromItsEnd() throws Exception {
        try (InboxWatch _ = open()) {
            assertEquals(List.of("create", "open END"), post.happened());
            assertDriverIsReached();
        }
    }

    @Test
    void aJournalEntryIsNotForAWorker() throws Exception {
        try (InboxWatch _ = open()) {
            receive(new Event.Journaled(new RootEvent.CancelRequested(new JobId("anna.job"), 1)));
            assertDriverIsReached();
            assertTrue(told.isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "open END"})
    void nothingIsReadAfterABeginningThatFails(String step) {
        post.failing = step;

        assertSame(post.failure, assertThrows(IllegalStateException.class, this::open));

        assertEquals("close", post.happened.getLast());
    }

    @Test
    void anInboxThatIsThereIsLeftAsItIs() {
        try (InboxWatch watch = open()) {
            post.happened();

            watch.look();

            assertEquals(List.of("exists"), post.happened());
        }
    }

    /** Others write into it as soon as it exists: it is read from its beginning. */
    @Test
    void anInboxThatVanishedIsMadeAnew() throws Exception {
        try (InboxWatch watch = vanished()) {
            watch.look();
            assertEquals(List.of("exists", "close", "create", "open BEGINNING"), post.happened());
            assertDriverIsReached();

            watch.look();
            assertEquals(List.of("exists"), post.happened());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exists", "close", "create", "open BEGINNING"})
    void whatFailsIsTriedAgainAtTheNextLook(String step) throws Exception {
        try (InboxWatch watch = vanished()) {
            post.failing = step;
            watch.look();
            watch.look();
            assertEquals(step, post.happened().getLast(), "both ended there");

            post.failing = "";
            watch.look();

            assertEquals("open BEGINNING", post.happened().getLast());
            assertDriverIsReached();
        }
    }

    /** It was removed between being made and being read. */
    @Test
    void anInboxThatVanishesAgainBeforeItIsReadIsMadeOnceMore() throws Exception {
        try (InboxWatch watch = vanished()) {
            post.failing = "open BEGINNING";
            watch.look();
            post.exists = false;
            post.failing = "";

            watch.look();

            assertTrue(post.exists);
            assertDriverIsReached();
        }
    }

    @Test
    void itLooksByItself() throws Exception {
        try (InboxWatch _ = InboxWatch.open(post, SELF, driver, Duration.ofMillis(1))) {
            assertTrue(post.looks.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    /** A worker that nobody can reach must not live on unnoticed. */
    @Test
    void anErrorIsTheEndOfTheThread() {
        Error fault = new StackOverflowError("too deep");
        AtomicReference<Throwable> died = new AtomicReference<>();
        Thread self = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = self.getUncaughtExceptionHandler();
        self.setUncaughtExceptionHandler((_, thrown) -> died.set(thrown));
        InboxWatch.Post broken = new InboxWatch.Post() {
            @Override
            public void create(PeerId peer) {}

            @Override
            public boolean exists(PeerId peer) {
                throw fault;
            }

            @Override
            public void open(PeerId peer, Inboxes.From from, Inboxes.Handler handler) {}

            @Override
            public void close(PeerId peer) {}
        };
        try (InboxWatch watch = InboxWatch.open(broken, SELF, driver, NEVER)) {
            assertSame(fault, assertThrows(StackOverflowError.class, watch::look));
            assertSame(fault, died.get());
        } finally {
            self.setUncaughtExceptionHandler(before);
        }
    }

    @Test
    void aClosedOneReadsNoMore() {
        open().close();

        assertEquals(Optional.empty(), post.reader);
        assertTrue(post.exists, "whoever made the topic's name known deletes it");
    }
}
