package org.sluice.worker.search.choice;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;

/**
 * Which kernel does which work on this machine: the fastest of those that were measured.
 *
 * <p>Until then one kernel does all, and what is known of a kind of work is what is expected of it.
 */
public final class KernelChoice implements Function<Work, SearchKernel> {
    private final Map<WorkKind, Fastest> fastest;
    /** Hashes what nothing is chosen for. */
    private final SearchKernel meanwhile;

    private record Fastest(SearchKernel kernel, Measurement measurement, boolean isExpectation) {}

    private KernelChoice(Map<WorkKind, Fastest> fastest, SearchKernel meanwhile) {
        this.fastest = fastest;
        this.meanwhile = meanwhile;
    }

    /**
     * The choice before anything was measured.
     *
     * @param meanwhile the kernel for every work that it supports: one that was checked and is at its rate at once
     */
    public static KernelChoice expecting(Collection<Measurement> expected, SearchKernel meanwhile) {
        Map<WorkKind, Fastest> fastest = new EnumMap<>(WorkKind.class);
        for (Measurement one : expected) {
            fastest.put(one.work(), new Fastest(meanwhile, one, true));
        }
        return new KernelChoice(fastest, meanwhile);
    }

    /** This choice after another kernel was measured. */
    KernelChoice or(SearchKernel kernel, Measurement measured) {
        Map<WorkKind, Fastest> merged = new EnumMap<>(WorkKind.class);
        merged.putAll(fastest);
        merged.merge(measured.work(), new Fastest(kernel, measured, false), KernelChoice::faster);
        return new KernelChoice(merged, meanwhile);
    }

    /** This choice after all kernels were compared, with the one that was the fastest. */
    KernelChoice with(SearchKernel kernel, Measurement measured) {
        Map<WorkKind, Fastest> replaced = new EnumMap<>(WorkKind.class);
        replaced.putAll(fastest);
        replaced.put(measured.work(), new Fastest(kernel, measured, false));
        return new KernelChoice(replaced, meanwhile);
    }

    /** The kernel for a work; the portable one where the fastest of the work's kind does not support it. */
    @Override
    public SearchKernel apply(Work work) {
        Fastest best = fastest.get(WorkKind.of(work));
        Work.Plain piece = work.piece(0);
        if (best != null && best.kernel.supports(piece)) {
            return best.kernel;
        }
        return meanwhile.supports(piece) ? meanwhile : Kernels.portable();
    }

    /** What was measured of the kernel chosen for a kind of work, or is expected; none if nothing is. */
    public Optional<Measurement> measurement(WorkKind kind) {
        return Optional.ofNullable(fastest.get(kind)).map(Fastest::measurement);
    }

    /** The same, but none as long as it is only expected: what people are shown must be of here and now. */
    public Optional<Measurement> measured(WorkKind kind) {
        return Optional.ofNullable(fastest.get(kind)).filter(best -> !best.isExpectation).map(Fastest::measurement);
    }

    /** All that was measured, or is expected. */
    public List<Measurement> measurements() {
        return fastest.values().stream().map(Fastest::measurement).toList();
    }

    private static Fastest faster(Fastest one, Fastest other) {
        return one.isExpectation || other.measurement.hashesPerSecond() > one.measurement.hashesPerSecond()
                ? other
                : one;
    }
}
