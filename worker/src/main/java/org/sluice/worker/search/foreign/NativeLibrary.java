package org.sluice.worker.search.foreign;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions of {@code src/main/c/sluice_search.h}, where there is a library for this machine.
 *
 * <p>They are called as any native function, never as critical ones: a garbage collector would have to wait until a batch
 * is hashed.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final FunctionDescriptor IS_SUPPORTED = FunctionDescriptor.of(ValueLayout.JAVA_INT);
    private static final FunctionDescriptor PREPARE_VERSIONS = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS,
            ValueLayout.ADDRESS);
    private static final FunctionDescriptor SEARCH = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS);

    private final SymbolLookup symbols;

    private NativeLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    /** The library for this machine, if there is one. */
    @SuppressWarnings("restricted") // NativeFiles has compared the file with what was built.
    static Optional<NativeLibrary> load() {
        try {
            return NativeFiles.ofThisProcess()
                    .library()
                    .map(file -> new NativeLibrary(SymbolLookup.libraryLookup(file, Arena.global())));
        } catch (IOException | IllegalArgumentException | IllegalCallerException | LinkageError e) {
            LOG.info("No native kernels: {}", e.toString());
            return Optional.empty();
        }
    }

    /**
     * Functions that use the same kind of instructions.
     *
     * @param label as it stands in the names of kernels and functions
     * @param instructions as people call them
     * @param searches how the names of its searches end
     */
    record Family(String label, String instructions, List<String> searches) {
        private String function(String end) {
            return "sluice_" + label + end;
        }
    }

    /** The families there are, those first that are the fastest where they run. */
    static final List<Family> FAMILIES = List.of(new Family("avx512", "AVX-512", List.of("")),
            new Family("sha", "SHA instructions", List.of("_3", "_4")), // messages side by side
            new Family("avx2", "AVX2", List.of("")));

    /** Whether this library has the family, and this processor its instructions. */
    boolean supports(Family family) {
        Optional<MemorySegment> isSupported = symbols.find(family.function("_is_supported"));
        if (isSupported.isEmpty()) {
            return false;
        }
        try {
            return (int) bind(isSupported.get(), IS_SUPPORTED).invokeExact() != 0;
        } catch (Throwable e) {
            throw new IllegalStateException("the processor cannot be asked for its instructions", e);
        }
    }

    /** The searches of a family that is supported. */
    List<Function> functions(Family family) {
        MethodHandle prepare = bind(symbols.findOrThrow(family.function("_prepare_versions")), PREPARE_VERSIONS);
        return family.searches()
                .stream()
                .map(end -> new Function(bind(symbols.findOrThrow(family.function("_search" + end)), SEARCH), prepare))
                .toList();
    }

    @SuppressWarnings("restricted") // The descriptors are those of sluice_search.h, as the kernels' tests show.
    private static MethodHandle bind(MemorySegment function, FunctionDescriptor descriptor) {
        return Linker.nativeLinker().downcallHandle(function, descriptor);
    }

    /** One search and what prepares it. */
    static final class Function {
        private final MethodHandle search;
        private final MethodHandle prepareVersions;

        private Function(MethodHandle search, MethodHandle prepareVersions) {
            this.search = search;
            this.prepareVersions = prepareVersions;
        }

        /** Calls a {@code sluice_search_function}, whose parameters these are. */
        long search(MemorySegment struct, long first, long count, MemorySegment hits, int capacity,
                MemorySegment found) {
            try {
                return (long) search.invokeExact(struct, first, count, hits, capacity, found);
            } catch (Throwable e) {
                throw new IllegalStateException("a native kernel cannot be called", e);
            }
        }

        /** Calls {@code sluice_prepare_versions}, whose parameters these are. */
        void prepareVersions(MemorySegment block, MemorySegment states) {
            try {
                prepareVersions.invokeExact(block, states);
            } catch (Throwable e) {
                throw new IllegalStateException("a native kernel cannot be called", e);
            }
        }
    }
}
