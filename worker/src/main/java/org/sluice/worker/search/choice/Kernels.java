package org.sluice.worker.search.choice;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.sluice.worker.search.MessageDigestKernel;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.foreign.NativeKernel;
import org.sluice.worker.search.vector.VectorKernel;
import org.sluice.worker.search.vector.VectorModule;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The list of the kernels for processors that can run in this process, and which of them a machine is to choose among.
 *
 * <p>A device's kernel is not among them: whoever lends a device has chosen it. A kernel of a kind of its own is added to
 * {@link #all()}, and to {@link #candidates()} if it may be the fastest where there are native ones.
 */
public final class Kernels {
    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
    /** {@code java} keeps native kernels away, {@code portable} all others but the portable one. */
    private static final String ALLOWED = System.getProperty("sluice.kernels", "");
    private static final SearchKernel PORTABLE = new MessageDigestKernel();
    private static final boolean IS_PORTABLE_ALONE = ALLOWED.equals("portable");
    private static final List<SearchKernel> NATIVE = IS_PORTABLE_ALONE || ALLOWED.equals("java")
            ? List.of()
            : NativeKernel.all();

    /** Java's own, found when they are first asked for: their module takes a tenth of a second to load. */
    private static final class Vectors {
        private static final List<SearchKernel> ALL = IS_PORTABLE_ALONE ? List.of() : vectors();
    }

    private Kernels() {}

    /** The kernel that does every work everywhere. */
    public static SearchKernel portable() {
        return PORTABLE;
    }

    /** All kernels that can run in this process, the portable one among them. */
    public static List<SearchKernel> all() {
        return Stream.of(NATIVE, Vectors.ALL, List.of(PORTABLE)).flatMap(List::stream).toList();
    }

    /**
     * Those among which a machine chooses. Where it has native kernels, Java's are left out: on no processor do their vectors
     * reach what the same instructions do in C, and to try them costs seconds of compiling.
     */
    public static List<SearchKernel> candidates() {
        return NATIVE.isEmpty() ? all() : Stream.concat(NATIVE.stream(), Stream.of(PORTABLE)).toList();
    }

    /** The kernel of that name, if it can run in this process. */
    public static Optional<SearchKernel> named(String name) {
        return named(name, candidates()).or(() -> named(name, all()));
    }

    private static Optional<SearchKernel> named(String name, List<SearchKernel> kernels) {
        return kernels.stream().filter(kernel -> kernel.name().equals(name)).findFirst();
    }

    /** Whether there is none but the portable one: no native one, and no vectors on this JDK or processor. */
    public static boolean areSlow() {
        return candidates().size() == 1;
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
