package org.sluice.worker.search;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;

import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Work;

import org.jspecify.annotations.Nullable;

/** The searches that one slot has prepared for its last few jobs, and which kernels have failed them. */
final class PreparedSearches {
    /** How often in a row a kernel may fail a job before the portable one is used instead. */
    static final int TOLERATED_FAILURES = 3;

    /** Twice the jobs that a peer works for at the same time by default; preparing one anew costs little. */
    private static final int KEPT_JOBS = 16;

    private final Function<Work, SearchKernel> kernels;
    private final SequencedMap<JobId, Prepared> byJob = new LinkedHashMap<>(KEPT_JOBS, 0.75f, true);

    /** @param kernels chooses the kernel for a work */
    PreparedSearches(Function<Work, SearchKernel> kernels) {
        this.kernels = kernels;
    }

    /** What is prepared, or is yet to be prepared, for a job. */
    Prepared of(JobSpec job) {
        Prepared prepared = byJob.computeIfAbsent(job.id(), _ -> new Prepared(job));
        if (byJob.size() > KEPT_JOBS) {
            byJob.pollFirstEntry();
        }
        return prepared;
    }

    /** One job's search. */
    final class Prepared {
        private final JobSpec job;
        private @Nullable SearchKernel kernel;
        private @Nullable Search search;
        private @Nullable SearchKernel distrusted;
        private int failures;

        private Prepared(JobSpec job) {
            this.job = job;
        }

        /** The search by the kernel that is the best choice now; whatever the kernel throws passes through. */
        Search search() {
            SearchKernel chosen = kernels.apply(job.work());
            SearchKernel best = chosen.equals(distrusted) ? Kernels.portable() : chosen;
            if (search == null || !best.equals(kernel)) {
                kernel = best;
                search = null; // Should preparing fail, nothing may be left of another kernel's search.
                search = best.prepare(job.work(), job.goal());
            }
            return search;
        }

        /** The name of the kernel used last. */
        String kernelName() {
            return kernel == null ? "(none)" : kernel.name();
        }

        /** The search has done what it should. */
        void succeeded() {
            failures = 0;
        }

        /**
         * The search, or preparing it, has failed.
         *
         * @return whether it makes sense to try again at once
         */
        boolean failed() {
            search = null; // Its buffers may be in any state.
            failures++;
            if (failures >= TOLERATED_FAILURES && kernel != null && !kernel.equals(Kernels.portable())) {
                distrusted = kernel;
                failures = 0;
            }
            return failures < TOLERATED_FAILURES;
        }
    }
}
