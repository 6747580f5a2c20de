package org.sluice.worker.opencl;

import java.util.ArrayDeque;
import java.util.Deque;

/** What is to be released, the last that was made first. */
final class Releases implements AutoCloseable {
    private final Deque<Runnable> releases = new ArrayDeque<>();

    void add(Runnable release) {
        releases.push(release);
    }

    @Override
    public void close() {
        while (!releases.isEmpty()) {
            releases.pop().run();
        }
    }
}
