package org.sluice.worker.search;

import java.util.List;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

import org.jspecify.annotations.Nullable;

/**
 * SHA-256 and SHA-256d with the processor's own instructions for them: the SHA extensions of x86, or the cryptographic
 * extension of ARMv8.
 *
 * <p>The JDK uses these instructions for one message at a time, and waits for each to end. The C code behind this kernel
 * hashes three or four messages side by side, whichever is faster here.
 */
final class NativeKernel implements SearchKernel {
    private static final String NAME = "native-sha";
    /** {@code off} keeps the native kernels away. */
    private static final String SWITCH = "sluice.native";
    private static final int TRIALS = 5;
    private static final long TRIAL = 1 << 14;

    private final NativeLibrary library;
    private NativeLibrary.@Nullable Abreast faster;

    private NativeKernel(NativeLibrary library) {
        this.library = library;
    }

    /** The kernel, if this machine can run it. */
    static List<SearchKernel> all() {
        if (System.getProperty(SWITCH, "").equals("off")) {
            return List.of();
        }
        return NativeLibrary.load()
                .<List<SearchKernel>>map(library -> List.of(new NativeKernel(library)))
                .orElse(List.of());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean supports(Work work) {
        return Sha256.isAlgorithmOf(work);
    }

    @Override
    public Search prepare(Work work, Goal goal) {
        if (!supports(work)) {
            throw new IllegalArgumentException("kernel " + NAME + " does not compute " + work.algorithm());
        }
        return new NativeSearch(library, faster(), work, goal);
    }

    /** Tried once, for a few milliseconds, when the first search is prepared. */
    private synchronized NativeLibrary.Abreast faster() {
        NativeLibrary.Abreast known = faster;
        if (known == null) {
            known = nanos(NativeLibrary.Abreast.THREE) < nanos(NativeLibrary.Abreast.FOUR)
                    ? NativeLibrary.Abreast.THREE
                    : NativeLibrary.Abreast.FOUR;
            faster = known;
        }
        return known;
    }

    /** The shortest of a few trials, which is the one that was disturbed least. */
    private long nanos(NativeLibrary.Abreast abreast) {
        NativeSearch search = new NativeSearch(library, abreast, WorkKind.HEADER.sample(),
                new Goal.TrailingZeroBits(60));
        long shortest = Long.MAX_VALUE;
        for (int trial = 0; trial < TRIALS; trial++) {
            long begin = System.nanoTime();
            search.run(0, TRIAL, _ -> true, () -> false);
            shortest = Math.min(shortest, System.nanoTime() - begin);
        }
        return shortest;
    }
}
