package org.sluice.worker.search.choice;

import java.util.Collection;

import org.sluice.worker.search.WorkKind;

import org.jspecify.annotations.Nullable;

/** Which kind of work the hashing threads ask a kernel for. Threads of all kinds may use it. */
final class Demand {
    /** How long after a thread has asked it may still be hashing: several of its steps. */
    private static final long HASHING_MILLIS = 1_000;

    private @Nullable WorkKind last;
    private long askedNanos;

    /** A thread asks for a kernel for that kind of work. It does so before each step. */
    synchronized void of(WorkKind kind) {
        askedNanos = System.nanoTime();
        if (kind != last) {
            last = kind;
            notifyAll();
        }
    }

    /** Waits until one of some kinds is asked for, or nothing is; returns that one, or the first. */
    synchronized WorkKind next(Collection<WorkKind> kinds) throws InterruptedException {
        while (true) {
            if (last != null && kinds.contains(last)) {
                return last;
            }
            long idleMillis = (System.nanoTime() - askedNanos) / 1_000_000;
            if (last == null || idleMillis >= HASHING_MILLIS) {
                return kinds.iterator().next();
            }
            wait(HASHING_MILLIS - idleMillis);
        }
    }
}
