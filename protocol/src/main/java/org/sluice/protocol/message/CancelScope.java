package org.sluice.protocol.message;

import org.sluice.protocol.value.Limits;
import org.sluice.protocol.value.RangeSet;

/** How much of a job a {@link Message.Cancel} ends. */
public sealed interface CancelScope {
    /**
     * All of it; only the root decides so, and every peer passes it on.
     *
     * @param rootEpoch the epoch of the root that decided
     */
    record WholeJob(long rootEpoch) implements CancelScope {
        public WholeJob {
            Limits.checkRootEpoch(rootEpoch);
        }
    }

    /**
     * One subjob.
     *
     * @param edge the subjob and the epoch of its edge
     */
    record WholeSubjob(Edge edge) implements CancelScope {}

    /**
     * Some ranges of one subjob, which shrinks.
     *
     * @param edge the subjob and the epoch of its edge
     * @param ranges the integers to leave out
     */
    record Ranges(Edge edge, RangeSet ranges) implements CancelScope {}
}
