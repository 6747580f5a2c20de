package org.sluice.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;

import org.sluice.schemas.codec.AccessRefusedException;
import org.sluice.schemas.codec.ServersUnavailableException;
import org.sluice.tracker.node.TrackerException;
import org.sluice.tracker.node.TrackerRefusedException;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

class RejoiningTest {
    private final List<String> complaints = new ArrayList<>();
    private final Rejoining rejoining = new Rejoining(complaints::add, Duration.ZERO);
    private final Deque<Supplier<OptionalInt>> stays = new ArrayDeque<>();

    private void then(RuntimeException trouble) {
        stays.add(() -> {
            throw trouble;
        });
    }

    private int run() throws InterruptedException {
        return rejoining.run(() -> stays.removeFirst().get());
    }

    @Test
    void eachTroubleIsToldOnceUntilAllIsWell() throws Exception {
        then(new TrackerException("no tracker", null));
        then(new TrackerException("no tracker", null));
        then(new ServersUnavailableException("no Kafka", null));
        stays.add(() -> {
            rejoining.joined();
            return OptionalInt.empty();
        });
        then(new ServersUnavailableException("no Kafka", null));
        stays.add(() -> OptionalInt.of(7));

        assertEquals(7, run());

        String waits = "; waiting for it (Ctrl-C ends that)";
        assertEquals(List.of("no tracker" + waits, "no Kafka" + waits, "no Kafka" + waits), complaints);
    }

    @Test
    void whoIsRefusedDoesNotWait() {
        for (RuntimeException refusal : List.of(new AccessRefusedException("no rights", new SecurityException()),
                new TrackerRefusedException("not let in", null))) {
            then(refusal);
            assertSame(refusal, assertThrows(RuntimeException.class, this::run));
        }
        assertEquals(List.of(), complaints);
    }
}
