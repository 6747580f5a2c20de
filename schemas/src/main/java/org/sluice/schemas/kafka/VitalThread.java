package org.sluice.schemas.kafka;

/**
 * A thread without which a process is of no use: it would stay in everybody's lists, and neither hear nor say anything.
 *
 * <p>What it throws reaches the JVM's handler of uncaught exceptions, which recognises it by its class: the command line ends
 * the process then, so that whoever supervises it starts it again. It is a daemon.
 */
public final class VitalThread extends Thread {
    /** A thread that does not run yet. */
    public VitalThread(String name, Runnable task) {
        super(task, name);
        setDaemon(true);
    }

    /** Has the current thread count as dead, where somebody else catches what it throws. */
    public static void died(Throwable failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
}
