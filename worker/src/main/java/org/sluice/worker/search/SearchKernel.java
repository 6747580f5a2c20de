package org.sluice.worker.search;

import java.util.Optional;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

/**
 * One way to search integers for digests that meet a goal. It has no state and may be used by many threads. It knows plain work, and
 * so all work, of which the pieces are plain.
 */
public interface SearchKernel {
    /** The name by which people choose and compare kernels: lower case, digits and '-'. */
    String name();

    /**
     * The processor's instructions that it is made of, as people call them, such as {@code AVX-512}; none where the JDK or a device's
     * driver chooses them.
     */
    default Optional<String> instructions() {
        return Optional.empty();
    }

    /** Its name and, in brackets, its instructions. */
    default String inWords() {
        return name() + instructions().map(of -> " (" + of + ")").orElse("");
    }

    /**
     * Whether it reaches its rate only after a while, which may be seconds: once the JIT compiler has found its loop, or a
     * device's driver has compiled it. Only what is at its full rate from the first call on, as machine code is, says no: it
     * hashes first, and the launcher lets such a process do without the optimising compiler.
     */
    default boolean warmsUp() {
        return true;
    }

    /**
     * Whether it hashes on the processor of the thread that calls it. If not it is a device's, which one thread keeps busy while it
     * waits most of the time; and of several threads each waits for the others.
     */
    default boolean isOnProcessor() {
        return true;
    }

    /** How many integers at a time all parts of it have something to do with; a processor's thread has one. */
    default int breadth() {
        return 1;
    }

    /** Whether this kernel can do the work on this machine. */
    boolean supports(Work.Plain work);

    /**
     * Refuses work that this kernel cannot do.
     *
     * @throws IllegalArgumentException if the work is not supported
     */
    default void requireSupported(Work.Plain work) {
        if (!supports(work)) {
            throw new IllegalArgumentException("kernel " + name() + " does not compute " + work.algorithm());
        }
    }

    /**
     * A search for one thread, with all that depends on work and goal alone computed in advance.
     *
     * @throws IllegalArgumentException if the work is not supported
     */
    Search prepare(Work.Plain work, Goal goal);

    /**
     * The same for any work whose pieces it can do.
     *
     * @throws IllegalArgumentException if it cannot
     */
    default Search prepareAny(Work work, Goal goal) {
        return switch (work) {
            case Work.Plain plain -> prepare(plain, goal);
            case Work.Block(BlockSpace space) -> new BlockSearch(space, header -> prepare(header, goal));
        };
    }
}
