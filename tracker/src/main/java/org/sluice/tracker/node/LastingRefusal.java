package org.sluice.tracker.node;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Tells a lasting refusal from a passing one: a server that restarts may briefly refuse a client that has all rights. A refusal
 * lasts if it is heard again after {@link #LASTING}, with gaps of at most {@link #FORGOTTEN} in between.
 *
 * <p>This is the one place that decides whether a refusal ends a process that was let in before. Any thread may use it.
 *
 * @param <E> the exception that tells a refusal
 */
public final class LastingRefusal<E extends RuntimeException> {
    /** Longer than a server that restarts refuses its clients. */
    public static final Duration LASTING = Duration.ofSeconds(5);
    /** Longer than the interval of the rarest question that a peer repeats. */
    static final Duration FORGOTTEN = Duration.ofSeconds(45);

    private final LongSupplier nanoTime;
    private final List<Consumer<? super E>> listeners = new CopyOnWriteArrayList<>();
    private @Nullable Long firstHeard;
    private long lastHeard;
    private volatile Optional<E> lasting = Optional.empty();

    /** Nothing was refused yet. */
    public LastingRefusal() {
        this(System::nanoTime);
    }

    LastingRefusal(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A server has refused. */
    public void heard(E refusal) {
        if (isLasting()) {
            lasts(refusal);
        }
    }

    private synchronized boolean isLasting() {
        long now = nanoTime.getAsLong();
        Long first = firstHeard;
        if (first == null || now - lastHeard > FORGOTTEN.toNanos()) {
            first = now;
            firstHeard = first;
        }
        lastHeard = now;
        return now - first >= LASTING.toNanos();
    }

    /** A server has refused, and certainly will again. */
    public void lasts(E refusal) {
        synchronized (this) {
            if (lasting.isPresent()) {
                return;
            }
            lasting = Optional.of(refusal);
        }
        listeners.forEach(listener -> listener.accept(refusal));
    }

    /** The lasting refusal, if there is one. */
    public Optional<E> lasting() {
        return lasting;
    }

    /**
     * Tells a listener of the lasting refusal, once; immediately if there is one already. It is called on any thread, and must be
     * quick.
     *
     * @return ends it
     */
    public Runnable onLasting(Consumer<? super E> listener) {
        boolean known;
        synchronized (this) {
            known = lasting.isPresent();
            if (!known) {
                listeners.add(listener);
            }
        }
        if (known) {
            lasting.ifPresent(listener);
        }
        return () -> listeners.remove(listener);
    }
}
