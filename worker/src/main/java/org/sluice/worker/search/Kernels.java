package org.sluice.worker.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernels there are. */
public final class Kernels {
    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
    /** {@code portable} keeps all others away. */
    private static final String SWITCH = "sluice.kernels";
    private static final SearchKernel PORTABLE = new MessageDigestKernel();
    private static final List<SearchKernel> ALL = findAll();

    private Kernels() {}

    /** The kernel that does every work everywhere. */
    public static SearchKernel portable() {
        return PORTABLE;
    }

    /** All kernels that can run in this process, the portable one among them. */
    public static List<SearchKernel> all() {
        return ALL;
    }

    /**
     * Those among which a machine chooses. Where it has native kernels, Java's are left out: on no processor do their vectors
     * reach what the same instructions do in C, and to try them costs seconds of compiling.
     */
    public static List<SearchKernel> candidates() {
        boolean hasNative = ALL.stream().anyMatch(kernel -> !kernel.warmsUp());
        return hasNative
                ? ALL.stream().filter(kernel -> !kernel.warmsUp() || kernel.equals(PORTABLE)).toList()
                : ALL;
    }

    /** The kernel of that name, if it can run in this process. */
    public static Optional<SearchKernel> named(String name) {
        return ALL.stream().filter(kernel -> kernel.name().equals(name)).findFirst();
    }

    /** Whether there is none but the portable one: no native one, and no vectors on this JDK or processor. */
    public static boolean areSlow() {
        return ALL.size() == 1;
    }

    private static List<SearchKernel> findAll() {
        if (System.getProperty(SWITCH, "").equals("portable")) {
            return List.of(PORTABLE);
        }
        List<SearchKernel> all = new ArrayList<>(NativeKernel.all());
        all.addAll(vectors());
        all.add(PORTABLE);
        return List.copyOf(all);
    }

    private static List<SearchKernel> vectors() {
        if (!VectorModule.load()) { // VectorKernel could not even be loaded then.
            return List.of();
        }
        try {
            return VectorKernel.all();
        } catch (IllegalStateException | LinkageError e) { // As where native access is denied (JEP 472).
            LOG.info("No vector kernels on this JDK", e);
            return List.of();
        }
    }
}
