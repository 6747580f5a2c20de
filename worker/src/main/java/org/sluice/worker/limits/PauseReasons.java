package org.sluice.worker.limits;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Why a worker does not hash, if it does not: the one place where the user's word, the schedule and the idle detector meet.
 *
 * <p>Any one reason is enough, so a user who resumes takes back only that he had paused. May be used by any thread; the
 * listener is called by one at a time, in the order of the changes.
 */
public final class PauseReasons {
    private final Map<Source, String> reasons = new EnumMap<>(Source.class);
    private Consumer<Optional<String>> listener = _ -> {};
    private Optional<String> told = Optional.empty();

    /** Where a reason comes from; the first counts most and is told first. */
    public enum Source {
        /** The user, by a command or a signal. */
        USER,
        /** The hours that the user has set. */
        SCHEDULE,
        /** The machine's other uses. */
        IDLE_DETECTOR
    }

    /** Begins without a reason. */
    public PauseReasons() {}

    /** Has changes told to a listener from now on. */
    public synchronized void onChange(Consumer<Optional<String>> newListener) {
        listener = newListener;
    }

    /** Sets, changes or removes the reason that comes from one source. */
    public synchronized void set(Source source, Optional<String> why) {
        why.ifPresentOrElse(text -> reasons.put(source, text), () -> reasons.remove(source));
        Optional<String> now = current();
        if (!now.equals(told)) {
            told = now;
            notifyAll();
            listener.accept(now);
        }
    }

    /** Waits until the worker may hash. */
    public synchronized void awaitNone() throws InterruptedException {
        while (!reasons.isEmpty()) {
            wait();
        }
    }

    /** What people read behind "paused", empty if the worker may hash. */
    public synchronized Optional<String> current() {
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons.values()));
    }
}
