package org.sluice.worker.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * OpenCL's functions in a library, called as any native function is, for many of them wait for the device.
 *
 * <p>Most return 0 or an error. Those that create something return its handle and write the error to where their last parameter
 * points. Either way an error becomes an {@link OpenClException}.
 */
final class Functions {
    private static final long LONGEST_ANSWER = 1 << 20;

    private final Map<Function, MethodHandle> handles = new EnumMap<>(Function.class);

    /** @throws OpenClException if the library lacks one of them */
    @SuppressWarnings("restricted") // The signatures are those of CL/cl.h.
    Functions(SymbolLookup library) {
        for (Function function : Function.values()) {
            MemorySegment symbol = library.find(function.symbol())
                    .orElseThrow(() -> new OpenClException("this OpenCL library has no " + function.symbol()));
            MethodHandle handle = Linker.nativeLinker().downcallHandle(symbol, function.signature());
            handles.put(function, handle.asSpreader(Object[].class, handle.type().parameterCount())
                    .asType(MethodType.methodType(Object.class, Object[].class)));
        }
    }

    private Object invoke(Function function, Object... arguments) {
        try {
            return Objects.requireNonNull(handles.get(function)).invokeExact(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(function.symbol() + " cannot be called", e);
        }
    }

    /** Calls a function that returns an error, and returns that. */
    int code(Function function, Object... arguments) {
        return (int) invoke(function, arguments);
    }

    /** Calls a function that returns an error. */
    void call(Function function, Object... arguments) {
        check(function, code(function, arguments));
    }

    /** Calls a function that creates something; its last parameter, where the error is to be written, is left out. */
    MemorySegment create(Function function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment error = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment created = (MemorySegment) invoke(function, with(arguments, error));
            check(function, error.get(ValueLayout.JAVA_INT, 0));
            return created;
        }
    }

    /**
     * Calls a function that answers a question, twice: how long the answer is, and what it is. Its last three parameters, the answer's
     * size and where to write the answer and the size, are left out.
     */
    byte[] ask(Function function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
            call(function, with(arguments, 0L, MemorySegment.NULL, size));
            MemorySegment answer = arena.allocate(Math.clamp(size.get(ValueLayout.JAVA_LONG, 0), 0, LONGEST_ANSWER));
            call(function, with(arguments, answer.byteSize(), answer, MemorySegment.NULL));
            return answer.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** The arguments, and more behind them. */
    static Object[] with(Object[] arguments, Object... more) {
        Object[] all = new Object[arguments.length + more.length];
        System.arraycopy(arguments, 0, all, 0, arguments.length);
        System.arraycopy(more, 0, all, arguments.length, more.length);
        return all;
    }

    /** @throws OpenClException unless the code is 0 */
    static void check(Function function, int code) {
        if (code != 0) {
            throw new OpenClException(function.symbol(), code);
        }
    }
}
