package org.sluice.benchmarks.network;

import java.util.Optional;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;

/** A kernel that hashes as another does, with something done around it. */
abstract class KernelAround implements SearchKernel {
    private final SearchKernel kernel;

    KernelAround(SearchKernel kernel) {
        this.kernel = kernel;
    }

    /** What is run instead of a search of the kernel. */
    abstract Search around(Work.Plain work, Search search);

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public Optional<String> instructions() {
        return kernel.instructions();
    }

    @Override
    public boolean warmsUp() {
        return kernel.warmsUp();
    }

    @Override
    public boolean supports(Work.Plain work) {
        return kernel.supports(work);
    }

    @Override
    public Search prepare(Work.Plain work, Goal goal) {
        return around(work, kernel.prepare(work, goal));
    }
}
