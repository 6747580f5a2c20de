package org.sluice.schemas.codec;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.sluice.protocol.message.Message;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.PeerId;
import org.sluice.schemas.kafka.Eventually;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** A registry that lost what it had gives other ids: who knows the former ones notices, to read and to write. */
class RegistryLifeTest {
    private static final Event EVENT = new Event.Addressed(
            new Message.ResultAck(new PeerId("sender.00000000"), new JobId("anna.job"), 7));
    private static final int SCHEMAS = EventSchemas.published().size();

    private final TestRegistry registry = new TestRegistry();
    private final EventCodec old = joined();

    private EventCodec joined() {
        EventCodec codec = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()));
        codec.registerAll();
        return codec;
    }

    @AfterEach
    void close() {
        old.close();
        registry.close();
    }

    /** Waits until two understand each other. */
    private static void untilTheyUnderstandEachOther(EventCodec one, EventCodec other) {
        Eventually.until(() -> understands(one, other) && understands(other, one),
                () -> "they do not understand each other");
    }

    private static boolean understands(EventCodec reader, EventCodec writer) {
        try {
            return reader.decode(writer.encode(EVENT)).equals(EVENT);
        } catch (MalformedEventException e) {
            return false;
        }
    }

    @Test
    void idsThatAreTakenOverNeedNoRegistry() throws Exception {
        Map<String, Integer> ids = new HashMap<>();
        try (SchemaRegistry client = SchemaRegistry.connect(registry.url(), Map.of())) {
            EventSchemas.published().forEach((subject, schema) -> ids.put(subject, client.register(subject, schema)));
        }
        try (EventCodec told = new EventCodec(SchemaRegistry.connect("http://127.0.0.1:1", Map.of()))) {
            told.take(ids);
            assertTrue(understands(old, told) && understands(told, old));
            ids.remove(ids.keySet().iterator().next());
            assertThrows(IllegalArgumentException.class, () -> told.take(ids));
        }
    }

    @Test
    void idsThatMeanSomethingElseNow() {
        registry.beginAnew(1);
        try (EventCodec fresh = joined()) {
            untilTheyUnderstandEachOther(old, fresh);
        }
    }

    @Test
    void idsThatAreNewForWhatIsKnown() {
        registry.beginAnew(SCHEMAS);
        try (EventCodec fresh = joined()) {
            untilTheyUnderstandEachOther(old, fresh);
        }
    }

    /** Peers look up; a volunteer may not write to a registry that has rights. */
    @Test
    void aWriterWhoseIdsAreLostWaitsUntilWhoLooksAfterTheNetworkHasRegisteredThem() throws Exception {
        assertFalse(old.renew());
        byte[] before = old.encode(EVENT);
        registry.beginAnew(SCHEMAS);
        assertThrows(ServersUnavailableException.class, old::renew);
        try (SchemaRegistry client = SchemaRegistry.connect(registry.url(), Map.of())) {
            EventSchemas.published()
                    .forEach((subject, schema) -> assertEquals(Optional.empty(), client.id(subject, schema)));
        }
        try (EventCodec stewards = joined()) {
            assertFalse(stewards.keepRegistered());
        }
        assertTrue(old.renew());
        try (EventCodec stranger = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()))) {
            assertEquals(EVENT, stranger.decode(old.encode(EVENT)));
            assertThrows(MalformedEventException.class, () -> stranger.decode(before));
        }
    }

    @Test
    void whoLooksAfterTheNetworkRegistersWhatTheRegistryHasLost() {
        assertFalse(old.keepRegistered());
        registry.beginAnew(SCHEMAS);
        assertTrue(old.keepRegistered());
        try (EventCodec peers = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()))) {
            peers.lookUpAll();
            assertTrue(understands(old, peers) && understands(peers, old));
        }
    }

    @Test
    void aFreshRegistryGivesTheSameIdsAgain() {
        byte[] before = old.encode(EVENT);
        registry.beginAnew(0);
        try (EventCodec fresh = joined()) {
            assertEquals(EVENT, assertDecodes(fresh, before));
        }
    }

    private static Event assertDecodes(EventCodec codec, byte[] bytes) {
        try {
            return codec.decode(bytes);
        } catch (MalformedEventException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatIsNotKnownYetIsDecodedOnceItWasAskedFor() throws Exception {
        try (EventCodec stranger = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()))) {
            byte[] bytes = old.encode(EVENT);
            registry.keepWaiting();
            assertNull(stranger.decodeAtOnce(bytes));
            registry.answer();
            stranger.learn(bytes);
            assertEquals(EVENT, stranger.decodeAtOnce(bytes));
        }
    }

    @Test
    void aRegistryThatIsAwayForAMomentMakesNothingMalformed() throws Exception {
        AtomicLong now = new AtomicLong();
        try (EventCodec stranger = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()), now::get)) {
            byte[] bytes = old.encode(EVENT);
            registry.setAway(true);
            assertThrows(ServersUnavailableException.class, () -> stranger.decode(bytes));
            assertFalse(stranger.learn(bytes));
            assertNull(stranger.decodeAtOnce(bytes));
            registry.setAway(false);
            now.addAndGet(Duration.ofSeconds(6).toNanos());
            assertTrue(stranger.learn(bytes));
            assertEquals(EVENT, stranger.decodeAtOnce(bytes));
        }
    }

    @Test
    void aRegistryThatStaysAwayDoesNotStopTheReading() throws Exception {
        AtomicLong now = new AtomicLong();
        try (EventCodec stranger = new EventCodec(SchemaRegistry.connect(registry.url(), Map.of()), now::get)) {
            byte[] bytes = old.encode(EVENT);
            registry.setAway(true);
            assertFalse(stranger.learn(bytes));
            now.addAndGet(Duration.ofSeconds(31).toNanos());
            assertTrue(stranger.learn(bytes));
            assertThrows(MalformedEventException.class, () -> stranger.decodeAtOnce(bytes));
        }
    }
}
