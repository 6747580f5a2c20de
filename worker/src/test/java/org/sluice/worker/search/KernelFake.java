package org.sluice.worker.search;

import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.choice.Kernels;

/**
 * A kernel for tests: the portable one with something changed.
 *
 * @param name the name it goes by
 * @param supported the work that it does
 * @param change makes the search that it prepares out of the portable kernel's
 */
public record KernelFake(String name, Predicate<Work> supported, UnaryOperator<Search> change) implements SearchKernel {
    @Override
    public boolean supports(Work.Plain work) {
        return supported.test(work) && Kernels.portable().supports(work);
    }

    @Override
    public Search prepare(Work.Plain work, Goal goal) {
        return change.apply(Kernels.portable().prepare(work, goal));
    }
}
