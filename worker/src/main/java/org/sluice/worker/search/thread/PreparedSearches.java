package org.sluice.worker.search.thread;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Function;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.choice.Kernels;

import org.jspecify.annotations.Nullable;

/** The searches that one slot has prepared for its last few jobs, and which kernels have failed in them. */
final class PreparedSearches implements SlotSearches {
    /** How often in a row a kernel may fail before the portable one is used instead. */
    static final int TOLERATED_FAILURES = 3;

    /** Twice the jobs that a peer works for at the same time by default; preparing one anew costs little. */
    static final int KEPT = 16;

    private final Function<Work, SearchKernel> kernels;
    private final SequencedMap<Key, OnProcessor> kept = new LinkedHashMap<>(KEPT, 0.75f, true);

    /** @param kernels chooses the kernel for a work */
    PreparedSearches(Function<Work, SearchKernel> kernels) {
        this.kernels = kernels;
    }

    @Override
    public Prepared of(Work work, Goal goal) {
        Prepared prepared = kept.computeIfAbsent(new Key(work, goal), OnProcessor::new);
        if (kept.size() > KEPT) {
            kept.pollFirstEntry();
        }
        return prepared;
    }

    private record Key(Work work, Goal goal) {}

    private final class OnProcessor implements Prepared {
        private final Key key;
        private @Nullable SearchKernel kernel;
        private @Nullable Search search;
        private @Nullable SearchKernel distrusted;
        private int failures;

        private OnProcessor(Key key) {
            this.key = key;
        }

        @Override
        public Search search() {
            SearchKernel chosen = kernels.apply(key.work);
            SearchKernel best = chosen.equals(distrusted) ? Kernels.portable() : chosen;
            if (search == null || !best.equals(kernel)) {
                kernel = best;
                search = null; // Should preparing fail, nothing may be left of another kernel's search.
                search = best.prepareAny(key.work, key.goal);
            }
            return search;
        }

        @Override
        public String kernelName() {
            return kernel == null ? "(none)" : kernel.name();
        }

        @Override
        public void succeeded() {
            failures = 0;
        }

        @Override
        public boolean failed(Throwable fault) {
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
