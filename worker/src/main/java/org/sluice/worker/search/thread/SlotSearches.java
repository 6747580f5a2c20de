package org.sluice.worker.search.thread;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Search;

/** What a slot hashes with. It belongs to the slot's thread. */
interface SlotSearches {
    /** What is prepared, or is yet to be prepared, for a work and a goal. */
    Prepared of(Work work, Goal goal);

    /** One search, and how it goes. */
    interface Prepared {
        /** The search by the kernel that is the best choice now; whatever the kernel throws passes through. */
        Search search();

        /** The name of the kernel used last. */
        String kernelName();

        /** The search has done what it should. */
        void succeeded();

        /**
         * The search, or preparing it, has failed.
         *
         * @return whether it makes sense to try again at once
         */
        boolean failed(Throwable fault);
    }
}
