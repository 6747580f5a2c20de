package org.sluice.worker.search;

import java.util.List;

/** The kernels there are. */
public final class Kernels {
    private static final SearchKernel PORTABLE = new MessageDigestKernel();

    private Kernels() {}

    /** The kernel that does every work everywhere. */
    public static SearchKernel portable() {
        return PORTABLE;
    }

    /** All kernels that can run on this machine, the portable one among them. */
    public static List<SearchKernel> all() {
        return List.of(PORTABLE);
    }
}
