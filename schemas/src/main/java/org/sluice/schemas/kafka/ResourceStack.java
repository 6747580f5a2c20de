package org.sluice.schemas.kafka;

import java.util.ArrayDeque;
import java.util.Deque;

import org.jspecify.annotations.Nullable;

/**
 * What was opened one after the other and is closed in reverse.
 *
 * <p>Whatever opens several things does so within a {@code try} over a stack and {@linkplain #keep keeps} them at the end:
 * when a step fails, what the steps before it have opened is closed.
 *
 * <pre>{@code
 * try (ResourceStack opening = new ResourceStack()) {
 *     admin = opening.add(Admin.create(properties));
 *     consumer = opening.add(new KafkaConsumer<>(properties));
 *     resources = opening.keep();
 * }
 * }</pre>
 *
 * For one thread at a time.
 */
public final class ResourceStack implements AutoCloseable {
    private Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** Nothing is open. */
    public ResourceStack() {}

    /** What has just been opened is to be closed before all others. */
    public <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Hands everything to another stack: nothing is closed with this one any more. */
    public ResourceStack keep() {
        ResourceStack kept = new ResourceStack();
        kept.opened = opened;
        opened = new ArrayDeque<>();
        return kept;
    }

    /** Closes everything, even if something cannot be closed; that is thrown afterwards. */
    @Override
    public void close() {
        RuntimeException failure = null;
        while (!opened.isEmpty()) {
            AutoCloseable resource = opened.pop();
            try {
                resource.close();
            } catch (RuntimeException e) {
                failure = first(failure, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failure = first(failure, new IllegalStateException("interrupted while closing " + resource, e));
            } catch (Exception e) {
                failure = first(failure, new IllegalStateException("closing " + resource + " failed", e));
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static RuntimeException first(@Nullable RuntimeException failure,
            RuntimeException next) {
        if (failure == null) {
            return next;
        }
        failure.addSuppressed(next);
        return failure;
    }
}
