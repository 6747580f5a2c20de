package org.sluice.worker.opencl;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that enters a driver, for others who do not wait longer than they want.
 *
 * <p>Any function of a driver may wait for its device, and may do so for ever when that hangs; nobody can end such a call. So those who
 * hash hand in what is to be done, one thing after the other, and wait for this thread. One that does not come back in time is given up:
 * nothing is asked of its driver any more. As a daemon it does not keep the process from ending either.
 *
 * <p>May be used by any thread. There is a thread only while there is something to do, and for some seconds after that.
 */
public final class DriverThread {
    /** What a device does takes milliseconds; what a driver compiles, seconds. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 10;
    private static final long IDLE_SECONDS = 5;

    private static final Logger LOG = LoggerFactory.getLogger(DriverThread.class);

    private final Duration patience;
    private final ThreadPoolExecutor executor;
    /** When it began with what it is at, in the JVM's nanoseconds; none while it is at nothing. */
    private volatile OptionalLong begun = OptionalLong.empty();
    private volatile @Nullable OpenClHangException hang;

    /**
     * A thread that is begun when there is something to do, by whoever hands it in, and with that one's priority.
     *
     * @param name of the thread
     * @param patience after how long it is given up that is at the same thing
     */
    public DriverThread(String name, Duration patience) {
        this.patience = patience;
        this.executor = new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name).daemon().factory());
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Has something done, and waits for it; an interrupt is left to whoever looks for it next.
     *
     * @return its result
     * @throws OpenClHangException if it is not done in time, or something was not before; whatever else the work throws passes through
     */
    public <T extends @Nullable Object> T call(Supplier<T> work) {
        Future<T> future = submit(work);
        await(future, () -> false, Duration.ZERO);
        return result(future);
    }

    /**
     * The same, but nobody waits much longer for the result who was told to stop: the work is done all the same, and what comes next
     * begins after it.
     *
     * @param stop whether to stop
     * @param grace how long is waited after that
     * @return the result; null if it was not waited for
     */
    public <T> @Nullable T call(Supplier<T> work, BooleanSupplier stop, Duration grace) {
        Future<T> future = submit(work);
        return await(future, stop, grace) ? result(future) : null;
    }

    /** Has something done that nobody waits for; its errors are of no interest, but for a hang. */
    public void later(Runnable work) {
        try {
            var _ = submit(() -> {
                work.run();
                return true;
            });
        } catch (OpenClHangException e) {
            LOG.debug("nothing more is asked of a driver: {}", e.getMessage());
        }
    }

    private <T extends @Nullable Object> Future<T> submit(Supplier<T> work) {
        requireAnswers();
        try {
            return executor.submit(() -> {
                try {
                    begun = OptionalLong.of(System.nanoTime());
                    return work.get();
                } catch (OpenClHangException found) {
                    throw giveUp(found);
                } finally {
                    begun = OptionalLong.empty();
                }
            });
        } catch (RejectedExecutionException e) {
            throw new OpenClHangException("its driver was given up meanwhile");
        }
    }

    /** Waits; returns whether it is done. */
    private boolean await(Future<?> future, BooleanSupplier stop, Duration grace) {
        boolean interrupted = false;
        try {
            OptionalLong stopped = OptionalLong.empty();
            while (true) {
                try {
                    future.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                    return true;
                } catch (TimeoutException e) {
                    requireAnswers();
                    if (stopped.isEmpty() && stop.getAsBoolean()) {
                        stopped = OptionalLong.of(System.nanoTime());
                    }
                    if (hasPassed(grace, stopped)) {
                        return false;
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What it is at may be of somebody who did not wait for it. */
    private void requireAnswers() {
        OpenClHangException known = hang;
        if (known != null) {
            throw new OpenClHangException(String.valueOf(known.getMessage()));
        }
        if (hasPassed(patience, begun)) {
            throw giveUp(new OpenClHangException("its driver has not answered for " + patience.toSeconds() + " s"));
        }
    }

    private static boolean hasPassed(Duration time, OptionalLong since) {
        return since.isPresent() && System.nanoTime() - since.getAsLong() >= time.toNanos();
    }

    private OpenClHangException giveUp(OpenClHangException found) {
        hang = found;
        executor.shutdownNow(); // Nobody needs what waits behind it.
        return found;
    }

    /** Of what is done. */
    private static <T extends @Nullable Object> T result(Future<T> future) {
        if (future.state() == Future.State.SUCCESS) {
            return future.resultNow();
        }
        switch (future.exceptionNow()) {
            case RuntimeException failure -> throw failure;
            case Error failure -> throw failure;
            case Throwable failure -> throw new IllegalStateException(failure);
        }
    }
}
