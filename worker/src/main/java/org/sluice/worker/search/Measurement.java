package org.sluice.worker.search;

/**
 * How fast a kernel was.
 *
 * @param kernel the kernel's name
 * @param work what it did
 * @param threads on how many threads at the same time
 * @param hashesPerSecond integers tried per second by all threads together
 */
public record Measurement(String kernel, WorkKind work, int threads, long hashesPerSecond) {
    /** The rate of one thread, the original document's alpha, 1 or more. */
    public long alpha() {
        return Math.max(1, hashesPerSecond / threads);
    }

    /** What the same kernel may be expected to do on another number of threads: each as much as one of these. */
    public Measurement expectedOn(int otherThreads) {
        return otherThreads == threads ? this : new Measurement(kernel, work, otherThreads, alpha() * otherThreads);
    }
}
