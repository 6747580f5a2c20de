package org.sluice.schemas.codec;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.sluice.schemas.avro.Ping;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

class WriterSchemasTest {
    private static final int PING = 7;
    private static final int UNREACHABLE = 8;

    private final List<Integer> asked = new ArrayList<>();
    private long now;
    private final WriterSchemas schemas = new WriterSchemas(this::ask, () -> now);

    private Optional<String> ask(int id) {
        asked.add(id);
        return switch (id) {
            case PING -> Optional.of(EventSchemas.json(Ping.getClassSchema()));
            case UNREACHABLE -> throw new ServersUnavailableException("nobody there", null);
            default -> Optional.empty();
        };
    }

    private void fail(int id) {
        assertThrows(MalformedEventException.class, () -> schemas.writer(id));
    }

    @Test
    void whatIsKnownIsAskedOnce() throws Exception {
        WriterSchemas.Writer first = schemas.writer(PING);
        assertSame(first, schemas.writer(PING));
        assertEquals(List.of(PING), asked);
    }

    @Test
    void ourOwnIsNeverAsked() throws Exception {
        schemas.startOver(Map.of(PING, Ping.getClassSchema()));
        assertEquals(Ping.getClassSchema(), schemas.writer(PING).schema());
        assertEquals(List.of(), asked);
    }

    @Test
    void whatIsUnknownIsNotAskedAgainForAMinute() {
        fail(1);
        fail(1);
        now += Duration.ofSeconds(59).toNanos();
        fail(1);
        assertEquals(List.of(1), asked);
        now += Duration.ofSeconds(2).toNanos();
        fail(1);
        assertEquals(List.of(1, 1), asked);
    }

    private void isAway() {
        assertThrows(ServersUnavailableException.class, () -> schemas.writer(UNREACHABLE));
    }

    @Test
    void aRegistryThatDoesNotAnswerIsAskedAgainSoon() {
        isAway();
        now += Duration.ofSeconds(4).toNanos();
        isAway();
        assertEquals(List.of(UNREACHABLE), asked);
        now += Duration.ofSeconds(2).toNanos();
        isAway();
        assertEquals(List.of(UNREACHABLE, UNREACHABLE), asked);
        assertEquals(Duration.ofSeconds(6), schemas.away());
        now += Duration.ofSeconds(6).toNanos();
        fail(1);
        assertEquals(Duration.ZERO, schemas.away());
    }

    @Test
    void aFloodOfInventedIdsDoesNotReachTheRegistry() throws Exception {
        schemas.writer(PING);
        asked.clear();
        for (int id = 1_000; id < 11_000; id++) {
            fail(id);
        }
        assertEquals(WriterSchemas.MAX_FAILURES, asked.size());
        schemas.writer(PING);
        now += Duration.ofSeconds(WriterSchemas.WINDOW_SECONDS).toNanos();
        fail(20_000);
        assertEquals(WriterSchemas.MAX_FAILURES + 1, asked.size());
    }
}
