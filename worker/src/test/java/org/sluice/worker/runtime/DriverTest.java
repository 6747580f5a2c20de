package org.sluice.worker.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.StateMachine;

import org.junit.jupiter.api.Test;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whoever owns a driver hears of it when its machine can be driven no more. */
class DriverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static void assertBreaks(StateMachine machine, Driver.EffectHandler handler, Throwable fault)
            throws Exception {
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        try (Driver driver = new Driver("driver-test", machine, handler)) {
            driver.whenBroken(() -> told.complete(true));
            driver.start();
            driver.offer(new Input.StopRequested());

            assertTrue(told.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            IllegalStateException heard = assertThrows(IllegalStateException.class, () -> driver.awaitLeft(PATIENCE));
            assertSame(fault, heard.getCause());
            CompletableFuture<Boolean> toldLater = new CompletableFuture<>();
            driver.whenBroken(() -> toldLater.complete(true));
            assertTrue(toldLater.getNow(false), "who asks later hears it at once");
        }
    }

    @Test
    void aMachineThatThrows() throws Exception {
        RuntimeException fault = new IllegalStateException("a broken invariant");
        assertBreaks((_, _, _) -> {
            throw fault;
        }, _ -> {}, fault);
    }

    @Test
    void aMachineThatEndsInAnError() throws Exception {
        Error fault = new StackOverflowError("too deep");
        assertBreaks((_, _, _) -> {
            throw fault;
        }, _ -> {}, fault);
    }

    @Test
    void aHandlerThatThrows() throws Exception {
        RuntimeException fault = new IllegalStateException("no such slot");
        assertBreaks(DriverTest::stop, _ -> {
            throw fault;
        }, fault);
    }

    private static void stop(Instant now, Input input, Consumer<Effect> effects) {
        effects.accept(new Effect.StopHashing(0));
    }

    @Test
    void aMachineToWhichNothingHappensIsLookedAt() throws Exception {
        CountDownLatch looks = new CountDownLatch(3);
        Driver.EffectHandler watching = new Driver.EffectHandler() {
            @Override
            public void carryOut(Effect effect) {
                throw new AssertionError("it was not stepped, and commands " + effect);
            }

            @Override
            public void stepped() {
                looks.countDown();
            }
        };
        try (Driver driver = new Driver("driver-test", (_, input, _) -> {
            throw new AssertionError("nobody has told it " + input);
        }, watching, Duration.ofMillis(1))) {
            driver.start();
            assertTrue(looks.await(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    @Test
    void aMachineThatLeavesIsNotBroken() throws Exception {
        try (Driver driver = new Driver("driver-test", (_, _, effects) -> effects.accept(new Effect.Leave()),
                _ -> {})) {
            driver.start();
            driver.offer(new Input.StopRequested());
            assertTrue(driver.awaitLeft(PATIENCE));
        }
    }
}
