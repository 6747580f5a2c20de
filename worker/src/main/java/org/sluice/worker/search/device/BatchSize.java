package org.sluice.worker.search.device;

/** How many integers a device is given at a time, so that it is busy with them for about as long as its user allows. */
final class BatchSize {
    private static final int SMALLEST = 1 << 12;
    private static final int LARGEST = 1 << 30;
    /** A device that draws something meanwhile takes a little longer. */
    private static final double OF_TIME = 0.9;
    private static final double FASTEST_GROWTH = 2;

    private final long nanos;
    private final int withoutOverflow;
    private int size;
    private int most = LARGEST;

    /**
     * A small size to begin with.
     *
     * @param first that size
     * @param nanos how long the device may be busy with a batch
     * @param withoutOverflow of so many integers every one may be a hit
     */
    BatchSize(int first, long nanos, int withoutOverflow) {
        this.size = first;
        this.nanos = nanos;
        this.withoutOverflow = withoutOverflow;
    }

    int current() {
        return size;
    }

    /** A batch of so many integers took so long. */
    void took(int count, long batchNanos) {
        double fitting = OF_TIME * nanos * count / Math.max(1, batchNanos);
        // What is small says little: a device needs much to be busy at all.
        double next = Math.min(fitting, FASTEST_GROWTH * size);
        if (next < size || count >= size) {
            size = (int) Math.clamp(next, Math.min(SMALLEST, most), most);
        }
    }

    /** A batch of so many integers had more hits than there was room for. */
    void overflowed(int count) {
        most = Math.max(withoutOverflow, Math.min(most, count / 2));
        size = Math.min(size, most);
    }
}
