package org.sluice.deploy.output;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A stream behind which somebody reads, or does not: as long as not, {@code write} does not return. */
public final class Reader extends OutputStream {
    private static final Duration BOUND = Duration.ofMinutes(2);

    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private boolean reads;
    private boolean writing;

    /** Somebody reads, or nobody. */
    public Reader(boolean reads) {
        this.reads = reads;
    }

    /** Reads from now on. */
    public synchronized void readOn() {
        reads = true;
        notifyAll();
    }

    @Override
    public void write(int one) {
        write(new byte[]{(byte) one}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        writing = true;
        notifyAll();
        try {
            while (!reads) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        writing = false;
        read.write(bytes, from, length);
        notifyAll();
    }

    /** Waits until somebody is kept waiting. */
    public synchronized void awaitWriter() throws InterruptedException {
        await(() -> writing, "a writer");
    }

    /** Waits until it has read this, and returns all that it has read. */
    public synchronized String await(String expected) throws InterruptedException {
        await(() -> read().contains(expected), expected);
        return read();
    }

    private synchronized void await(BooleanSupplier condition, String expected) throws InterruptedException {
        long end = System.nanoTime() + BOUND.toNanos();
        while (!condition.getAsBoolean()) {
            long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
            if (left <= 0) {
                throw new AssertionError("waited in vain for " + expected + "; read: " + read());
            }
            wait(left);
        }
    }

    /** All that it has read. */
    public synchronized String read() {
        return read.toString(StandardCharsets.UTF_8);
    }
}
