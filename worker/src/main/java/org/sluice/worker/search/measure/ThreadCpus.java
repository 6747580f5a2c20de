package org.sluice.worker.search.measure;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.BitSet;
import java.util.Optional;

/** On which CPUs the calling thread may run: Linux's sched_getaffinity(2) and sched_setaffinity(2). */
final class ThreadCpus {
    /** The calling thread. */
    private static final int SELF = 0;
    /** Of the sets of CPUs, in bytes: more than any machine has. Their words are longs, with CPU 0 in the lowest bit. */
    private static final long SIZE = 1_024;

    private final MethodHandle get;
    private final MethodHandle set;

    private ThreadCpus(MethodHandle get, MethodHandle set) {
        this.get = get;
        this.set = set;
    }

    /** The two calls; none on another system. */
    static Optional<ThreadCpus> ofSystem() {
        return System.getProperty("os.name").equals("Linux")
                ? function("sched_getaffinity")
                        .flatMap(get -> function("sched_setaffinity").map(set -> new ThreadCpus(get, set)))
                : Optional.empty();
    }

    @SuppressWarnings("restricted") // Both take a thread's id, a size and a set of CPUs of that size.
    private static Optional<MethodHandle> function(String name) {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(found -> linker.downcallHandle(found,
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG, ValueLayout.ADDRESS)));
    }

    /** Those on which the thread may run; none if the system does not tell. */
    Optional<BitSet> allowed() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cpus = arena.allocate(SIZE, Long.BYTES);
            return call(get, cpus)
                    ? Optional.of(BitSet.valueOf(cpus.toArray(ValueLayout.JAVA_LONG)))
                    : Optional.empty();
        }
    }

    /** Lets the thread run on one CPU alone; returns whether the system does so. */
    boolean allowOnly(int cpu) {
        BitSet only = new BitSet();
        only.set(cpu);
        long[] words = only.toLongArray();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cpus = arena.allocate(SIZE, Long.BYTES);
            MemorySegment.copy(words, 0, cpus, ValueLayout.JAVA_LONG, 0, words.length);
            return call(set, cpus);
        }
    }

    private static boolean call(MethodHandle function, MemorySegment cpus) {
        try {
            return (int) function.invokeExact(SELF, SIZE, cpus) == 0;
        } catch (Throwable e) { // What a method handle may throw; the calls themselves throw nothing.
            throw new IllegalStateException("a thread's CPUs cannot be asked for", e);
        }
    }
}
