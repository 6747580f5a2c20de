package org.sluice.worker.search.foreign;

import java.util.List;
import java.util.Optional;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.Sha256;
import org.sluice.worker.search.WorkKind;

import org.jspecify.annotations.Nullable;

/**
 * SHA-256 and SHA-256d in C, with one family of instructions.
 *
 * <p>It reaches what Java does not: the processor's own instructions for SHA-256, which the JDK uses for one message at a
 * time and waits for each to end; and at every start the same machine code, at once. Where a family has several functions,
 * the one that is faster here hashes.
 */
public final class NativeKernel implements SearchKernel {
    private static final int TRIALS = 5;
    private static final long TRIAL = 1 << 14;

    private final NativeLibrary.Family family;
    private final List<NativeLibrary.Function> functions;
    private NativeLibrary.@Nullable Function fastest;

    private NativeKernel(NativeLibrary.Family family, List<NativeLibrary.Function> functions) {
        this.family = family;
        this.functions = functions;
    }

    /** The kernels that this machine can run, those that are expected to be the fastest first. */
    public static List<SearchKernel> all() {
        return NativeLibrary.load().map(NativeKernel::all).orElse(List.of());
    }

    private static List<SearchKernel> all(NativeLibrary library) {
        return NativeLibrary.FAMILIES.stream()
                .filter(library::supports)
                .<SearchKernel>map(family -> new NativeKernel(family, library.functions(family)))
                .toList();
    }

    @Override
    public String name() {
        return "native-" + family.label();
    }

    @Override
    public Optional<String> instructions() {
        return Optional.of(family.instructions());
    }

    @Override
    public boolean warmsUp() {
        return false;
    }

    @Override
    public boolean supports(Work.Plain work) {
        return Sha256.isAlgorithmOf(work);
    }

    @Override
    public Search prepare(Work.Plain work, Goal goal) {
        requireSupported(work);
        return new NativeSearch(fastest(), work, goal);
    }

    /** Tried once, for a few milliseconds, when the first search is prepared. */
    private synchronized NativeLibrary.Function fastest() {
        NativeLibrary.Function known = fastest;
        if (known == null) {
            known = functions.getFirst();
            long shortest = functions.size() == 1 ? 0 : nanos(known);
            for (NativeLibrary.Function other : functions.subList(1, functions.size())) {
                long nanos = nanos(other);
                if (nanos < shortest) {
                    known = other;
                    shortest = nanos;
                }
            }
            fastest = known;
        }
        return known;
    }

    /** The shortest of a few trials, which is the one that was disturbed least. */
    private static long nanos(NativeLibrary.Function function) {
        NativeSearch search = new NativeSearch(function, WorkKind.HEADER.sample(), new Goal.TrailingZeroBits(60));
        long shortest = Long.MAX_VALUE;
        for (int trial = 0; trial < TRIALS; trial++) {
            long begin = System.nanoTime();
            search.run(0, TRIAL, _ -> true, () -> false);
            shortest = Math.min(shortest, System.nanoTime() - begin);
        }
        return shortest;
    }
}
