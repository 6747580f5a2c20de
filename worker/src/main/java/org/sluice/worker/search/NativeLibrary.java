package org.sluice.worker.search;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The functions of {@code src/main/c/search.h}, where there is a library for this machine and its processor has the
 * instructions that it uses.
 *
 * <p>They are called as any native function, never as critical ones: a garbage collector would have to wait until a batch
 * is hashed.
 */
final class NativeLibrary {
    private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
    private static final FunctionDescriptor SEARCH = FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS);

    private final MethodHandle three;
    private final MethodHandle four;
    private final MethodHandle prepareVersions;

    /** How many messages are hashed side by side. */
    enum Abreast {
        THREE, FOUR
    }

    @SuppressWarnings("restricted") // What is called is checked against search.h by the kernels' tests.
    private NativeLibrary(SymbolLookup symbols) {
        Linker linker = Linker.nativeLinker();
        three = linker.downcallHandle(symbols.findOrThrow("sluice_search_3"), SEARCH);
        four = linker.downcallHandle(symbols.findOrThrow("sluice_search_4"), SEARCH);
        prepareVersions = linker.downcallHandle(symbols.findOrThrow("sluice_prepare_versions"),
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
    }

    /** The library for this machine, if there is one and its processor can run it. */
    static Optional<NativeLibrary> load() {
        try {
            Optional<Path> file = NativeFiles.ofThisProcess().library();
            return file.isEmpty() ? Optional.empty() : Optional.ofNullable(open(file.get()));
        } catch (IOException | IllegalArgumentException | IllegalCallerException | LinkageError e) {
            LOG.info("No native kernels: {}", e.toString());
            return Optional.empty();
        }
    }

    @SuppressWarnings("restricted") // NativeFiles has compared the file with what was built.
    private static @Nullable NativeLibrary open(Path file) {
        SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
        MethodHandle isSupported = Linker.nativeLinker()
                .downcallHandle(symbols.findOrThrow("sluice_is_supported"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT));
        try {
            return (int) isSupported.invokeExact() == 0 ? null : new NativeLibrary(symbols);
        } catch (Throwable e) {
            throw new IllegalStateException("the processor cannot be asked for its instructions", e);
        }
    }

    /** Calls {@code sluice_search_3} or {@code sluice_search_4}, whose parameters these are. */
    long search(Abreast abreast, MemorySegment search, long first, long count, MemorySegment hits, int capacity,
            MemorySegment found) {
        try {
            return switch (abreast) {
                case THREE -> (long) three.invokeExact(search, first, count, hits, capacity, found);
                case FOUR -> (long) four.invokeExact(search, first, count, hits, capacity, found);
            };
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
