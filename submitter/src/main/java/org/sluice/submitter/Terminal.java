package org.sluice.submitter;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.OptionalInt;

/**
 * What standard error is connected to.
 *
 * <p>{@link java.io.Console} cannot tell: it looks at standard input and output, and with {@code --json} the output is
 * often a file while a person watches the error stream. So the C library is asked.
 */
final class Terminal {
    private static final int STANDARD_ERROR = 2;
    private static final int USUAL_COLUMNS = 80;
    /** TIOCGWINSZ, by operating system. */
    private static final long WINDOW_SIZE_LINUX = 0x5413;
    private static final long WINDOW_SIZE_MAC = 0x4008_7468;

    private Terminal() {}

    /** The width of the terminal that shows standard error, empty if none does. */
    static OptionalInt columns() {
        try (Arena arena = Arena.ofConfined()) {
            if ((int) function("isatty", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                    .invokeExact(STANDARD_ERROR) == 0) {
                return OptionalInt.empty();
            }
            // struct winsize: rows, columns and the size in pixels, an unsigned short each.
            MemorySegment size = arena.allocate(ValueLayout.JAVA_SHORT, 4);
            boolean mac = System.getProperty("os.name", "").startsWith("Mac");
            int failed = (int) function("ioctl",
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
                            ValueLayout.ADDRESS),
                    Linker.Option.firstVariadicArg(2))
                    .invokeExact(STANDARD_ERROR, mac ? WINDOW_SIZE_MAC : WINDOW_SIZE_LINUX, size);
            int columns = Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1));
            return OptionalInt.of(failed == 0 && columns > 0 ? columns : USUAL_COLUMNS);
        } catch (Throwable e) {
            // A system without these functions: plain lines are right everywhere.
            return OptionalInt.empty();
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }
}
