package org.sluice.worker.runtime;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much the threads that hash are worth beside the machine's other programs.
 *
 * <p>Only they get the lowest priority, on Linux: the protocol's thread must answer within half a second also where other
 * programs take all processors, or this peer counts as dead. On other Unix systems a priority is the whole process's. See
 * docs/decisions/0012-only-hashing-is-niced.md.
 */
public enum HashingPriority {
    /** Nice 19: others go first. */
    LOWEST,
    /** That of any other program. */
    NORMAL;

    private static final Logger LOG = LoggerFactory.getLogger(HashingPriority.class);
    /** {@code PRIO_PROCESS} of setpriority(2): with 0 for who, on Linux the calling thread. */
    private static final int PRIO_PROCESS = 0;
    private static final int NICEST = 19;

    /**
     * Does something that begins threads; they inherit the priority.
     *
     * @return its result
     */
    public <T> T begin(Callable<T> beginning) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(() -> {
            if (this == LOWEST) {
                lowerThisThread();
            }
            return beginning.call();
        });
        // A thread cannot raise its priority again: so this one is used up.
        Thread.ofPlatform().name("sluice-begin").daemon().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case InterruptedException failure -> throw failure;
                case null, default -> throw new IllegalStateException("threads could not be begun", e);
            }
        }
    }

    @SuppressWarnings("restricted") // The JDK has no other way to the call; the launcher allows it to Sluice.
    private static void lowerThisThread() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setPriority = linker.defaultLookup().find("setpriority");
        if (setPriority.isEmpty()) {
            LOG.info("this system has no setpriority; hashing has the priority of other programs");
            return;
        }
        try {
            int result = (int) linker
                    .downcallHandle(setPriority.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                    .invokeExact(PRIO_PROCESS, 0, NICEST);
            if (result != 0) {
                LOG.info("the system refuses a low priority; hashing has that of other programs");
            }
        } catch (Throwable e) { // What a method handle may throw; the call itself throws nothing.
            throw new IllegalStateException("setpriority could not be called", e);
        }
    }
}
