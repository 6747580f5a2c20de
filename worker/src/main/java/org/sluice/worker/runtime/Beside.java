package org.sluice.worker.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Work that is done on a thread of its own, beside what does not need its result yet.
 *
 * @param <T> of the result
 */
final class Beside<T> {
    private final CompletableFuture<T> future;

    private Beside(CompletableFuture<T> future) {
        this.future = future;
    }

    /** Begins; the thread is a daemon that inherits the calling one's priority. */
    static <T> Beside<T> begin(String thread, Supplier<T> work) {
        return new Beside<>(
                CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().name(thread).daemon().start(task)));
    }

    /** Waits for the result; throws what the work threw. An interrupt is left to whoever looks for it next. */
    T result() {
        try {
            return future.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }

    /** Does something with the result, at once if it is there, else as soon as it is; not at all if there will be none. */
    void then(Consumer<T> action) {
        var _ = future.thenAccept(action);
    }
}
