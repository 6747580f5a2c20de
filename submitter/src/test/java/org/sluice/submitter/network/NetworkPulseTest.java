package org.sluice.submitter.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.junit.jupiter.api.Assertions.assertEquals;

@Timeout(120)
final class NetworkPulseTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final List<Boolean> told = new ArrayList<>();

    @Test
    void tellsOnceThatTheNetworkIsAwayAndOnceThatItIsBack() {
        AtomicBoolean there = new AtomicBoolean(true);
        try (NetworkPulse pulse = new NetworkPulse(there::get, LONG, told::add)) {
            pulse.look();
            assertEquals(List.of(), told);
            there.set(false);
            pulse.look();
            pulse.look();
            assertEquals(List.of(false), told);
            there.set(true);
            pulse.look();
            pulse.look();
            assertEquals(List.of(false, true), told);
        }
    }

    @Test
    void anErrorIsNoAnswer() {
        try (NetworkPulse pulse = new NetworkPulse(() -> {
            throw new IllegalStateException("no broker");
        }, LONG, told::add)) {
            pulse.look();
            assertEquals(List.of(false), told);
        }
    }

    @Test
    void aQuestionThatStaysOpenIsNoAnswerUntilItComes() {
        CountDownLatch answer = new CountDownLatch(1);
        try (NetworkPulse pulse = new NetworkPulse(() -> {
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return true;
        }, Duration.ofMillis(1), told::add)) {
            pulse.look();
            pulse.look();
            assertEquals(List.of(false), told);
            answer.countDown();
            while (told.size() < 2) {
                pulse.look();
            }
            assertEquals(List.of(false, true), told);
        }
    }
}
