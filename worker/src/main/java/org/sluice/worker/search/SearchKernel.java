package org.sluice.worker.search;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

/** One way to search integers for digests that meet a goal. It has no state and may be used by many threads. */
public interface SearchKernel {
    /** The name by which people choose and compare kernels: lower case, digits and '-'. */
    String name();

    /** Whether it reaches its rate only once the JIT compiler has found its loop, which may take seconds. */
    default boolean warmsUp() {
        return true;
    }

    /** Whether this kernel can do the work on this machine. */
    boolean supports(Work work);

    /**
     * A search for one thread, with all that depends on work and goal alone computed in advance.
     *
     * @throws IllegalArgumentException if the work is not supported
     */
    Search prepare(Work work, Goal goal);
}
