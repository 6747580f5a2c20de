package org.sluice.worker.search.measure;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.locks.LockSupport;

/** The two times of the thread that asks, in nanoseconds with arbitrary origins; only differences mean something. */
public interface ThreadClock {
    /** The time that passes. */
    long elapsed();

    /** What the thread has had of a processor: waiting, and being preempted by others, is no part of it. */
    long processor();

    /** Lets so much time pass for the thread, or less if it is interrupted or woken. */
    void rest(long nanos);

    /** The same for a thread that has a device hash for it: its time counts, whatever the thread needs of a processor meanwhile. */
    default ThreadClock ofDevice() {
        ThreadClock clock = this;
        return new ThreadClock() {
            @Override
            public long elapsed() {
                return clock.elapsed();
            }

            @Override
            public long processor() {
                return clock.elapsed();
            }

            @Override
            public void rest(long nanos) {
                clock.rest(nanos);
            }
        };
    }

    /** The system's clocks. Where the JVM cannot tell a thread's part of a processor, it is the time that passes. */
    static ThreadClock ofSystem() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        boolean tells = threads.isCurrentThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
        return new ThreadClock() {
            @Override
            public long elapsed() {
                return System.nanoTime();
            }

            @Override
            public void rest(long nanos) {
                LockSupport.parkNanos(this, nanos);
            }

            @Override
            public long processor() {
                return tells ? threads.getCurrentThreadCpuTime() : System.nanoTime();
            }
        };
    }
}
