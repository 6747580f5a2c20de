package org.sluice.worker.runtime;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.Effect;
import org.sluice.protocol.Input;
import org.sluice.protocol.StateMachine;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of one state machine: takes facts from a queue, steps the machine, has its effects carried out.
 *
 * <p>Whoever learns a fact hands it in with {@link #offer}, from any thread, without waiting. The clock is the JVM's
 * monotonic one, so a wall clock that jumps changes nothing.
 */
public final class Driver implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Driver.class);

    private final StateMachine machine;
    private final EffectHandler handler;
    private final long pulseNanos;
    private final InputQueue inputs;
    private final CountDownLatch left = new CountDownLatch(1);
    /** Completed with what the machine, or who carries out its effects, has thrown. */
    private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
    private final long startNanos = System.nanoTime();
    private final Thread thread;
    private @Nullable Instant wakeAt;
    private volatile boolean running = true;

    /** Carries out effects; called on the driver's thread, and must not make it wait. */
    public interface EffectHandler {
        /** Does what the machine commands. */
        void carryOut(Effect effect);

        /** A step is done, or nothing has happened for a pulse; the machine may be looked at here. */
        default void stepped() {}
    }

    /**
     * A driver that does nothing before {@link #start}.
     *
     * @param name of its thread
     */
    public Driver(String name, StateMachine machine, EffectHandler handler) {
        this(name, machine, handler, Duration.ofNanos(Long.MAX_VALUE));
    }

    /**
     * A driver that also lets its machine be looked at when nothing happens.
     *
     * @param pulse after so long without a step
     */
    public Driver(String name, StateMachine machine, EffectHandler handler, Duration pulse) {
        this.machine = machine;
        this.handler = handler;
        this.pulseNanos = pulse.toNanos();
        this.inputs = new InputQueue(name);
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    /** Begins to feed the machine. */
    public void start() {
        thread.start();
    }

    /** Hands in a fact; one from the network is dropped when too many wait. */
    public void offer(Input input) {
        inputs.offer(input);
    }

    /** Has something done, on any thread, when the machine has broken: nobody drives it any more. */
    public void whenBroken(Runnable action) {
        var _ = broken.thenRun(action);
    }

    /**
     * Waits until the machine has left.
     *
     * @return whether it has, within the time
     * @throws IllegalStateException if the machine has broken
     */
    public boolean awaitLeft(Duration timeout) throws InterruptedException {
        boolean done = left.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
        checkBroken();
        return done;
    }

    /**
     * Waits until the machine has left.
     *
     * @throws IllegalStateException if the machine has broken
     */
    public void awaitLeft() throws InterruptedException {
        left.await();
        checkBroken();
    }

    private void checkBroken() {
        Throwable cause = broken.getNow(null);
        if (cause != null) {
            throw new IllegalStateException("the protocol has stopped: " + cause.getMessage(), cause);
        }
    }

    private void run() {
        try {
            while (running) {
                Input input = next();
                if (running) {
                    if (input != null) {
                        machine.step(now(), input, this::carryOut);
                    }
                    handler.stepped();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error fault) {
            // Of a broken invariant that is no single job's: going on could only do harm.
            LOG.error("{} cannot go on and leaves the network: {}", thread.getName(), fault.toString());
            LOG.debug("where that was", fault);
            broken.complete(fault);
        } finally {
            left.countDown();
        }
    }

    /** Waits for what the machine is told next; null if a pulse has passed before. */
    private @Nullable Input next() throws InterruptedException {
        long untilWake = wakeAt == null ? Long.MAX_VALUE : Duration.between(now(), wakeAt).toNanos();
        Input input = inputs.poll(Math.min(untilWake, pulseNanos));
        if (input == null && untilWake <= pulseNanos) {
            wakeAt = null;
            return new Input.TimePassed();
        }
        return input;
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.WakeAt wake -> wakeAt = wake.time();
            case Effect.Leave _ -> {
                handler.carryOut(effect);
                running = false;
            }
            case Effect.Send _,Effect.Journal _,Effect.StartHashing _,Effect.StopHashing _,Effect.Tell _ ->
                handler.carryOut(effect);
        }
    }

    /** The machine's clock: nanoseconds since the driver was made. */
    private Instant now() {
        return Instant.EPOCH.plusNanos(System.nanoTime() - startNanos);
    }

    /** Ends the thread; what the machine would still have done is left undone. */
    @Override
    public void close() {
        running = false;
        thread.interrupt();
    }
}
