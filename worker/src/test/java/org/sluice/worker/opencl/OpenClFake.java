package org.sluice.worker.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/** The system's OpenCL with some functions changed, as drivers in trouble change them. */
@SuppressWarnings("restricted") // It is for tests alone.
public final class OpenClFake {
    private static final int SUBMITTED = 2;

    private final SymbolLookup library = SymbolLookup.libraryLookup("libOpenCL.so.1", Arena.global());
    private final Map<String, MemorySegment> changed = new HashMap<>();

    /** Nothing is changed yet. */
    public OpenClFake() {}

    /** It all, of which a driver is given up after so long. */
    public OpenCl openCl(Duration patience) {
        return new OpenCl(name -> Optional.ofNullable(changed.get(name)).or(() -> library.find(name)), patience);
    }

    /** Before the function of that name does what it should, something happens; that may take for ever. */
    public OpenClFake before(String name, Runnable action) {
        MethodHandle run = method(Runnable.class, action, "run", MethodType.methodType(void.class));
        return change(name, MethodHandles.foldArguments(original(name), run));
    }

    /** The device begins with nothing any more: what is enqueued stays so. */
    public OpenClFake neverDone() {
        return change("clGetEventInfo", own("submitted", Function.GET_EVENT_INFO));
    }

    /** Each platform is there twice. */
    public OpenClFake platformsTwice() {
        return change("clGetPlatformIDs", own("twice", Function.GET_PLATFORM_IDS));
    }

    /** The function of that name fails when it is called first. */
    public OpenClFake failsFirst(String name, int code) {
        AtomicBoolean isFirst = new AtomicBoolean(true);
        BooleanSupplier fails = () -> isFirst.compareAndSet(true, false);
        MethodHandle original = original(name);
        MethodHandle failing = MethodHandles.dropArguments(MethodHandles.constant(int.class, code), 0,
                original.type().parameterList());
        return change(name, MethodHandles.guardWithTest(
                method(BooleanSupplier.class, fails, "getAsBoolean", MethodType.methodType(boolean.class)), failing,
                original));
    }

    @SuppressWarnings("unused") // By its name.
    private int submitted(MemorySegment event, int question, long room, MemorySegment answer, MemorySegment size) {
        if (size.address() != 0) {
            size.reinterpret(Long.BYTES).set(ValueLayout.JAVA_LONG, 0, Integer.BYTES);
        }
        if (answer.address() != 0) {
            answer.reinterpret(Integer.BYTES).set(ValueLayout.JAVA_INT, 0, SUBMITTED);
        }
        return 0;
    }

    @SuppressWarnings("unused") // By its name.
    private int twice(int room, MemorySegment platforms, MemorySegment count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment here = arena.allocate(ValueLayout.ADDRESS, 64);
            MemorySegment found = arena.allocate(ValueLayout.JAVA_INT);
            int error = (int) original("clGetPlatformIDs").invokeExact(64, here, found);
            int number = found.get(ValueLayout.JAVA_INT, 0);
            if (count.address() != 0) {
                count.reinterpret(Integer.BYTES).set(ValueLayout.JAVA_INT, 0, 2 * number);
            }
            for (int i = 0; i < Math.min(room, 2 * number); i++) {
                platforms.reinterpret((long) room * Long.BYTES)
                        .setAtIndex(ValueLayout.ADDRESS, i, here.getAtIndex(ValueLayout.ADDRESS, i % number));
            }
            return error;
        } catch (Throwable e) { // What a method handle may throw; out of here it would end the JVM.
            return -1;
        }
    }

    private MethodHandle own(String method, Function function) {
        return method(OpenClFake.class, this, method, function.signature().toMethodType());
    }

    private static <T> MethodHandle method(Class<T> type, T receiver, String name, MethodType signature) {
        try {
            return MethodHandles.lookup().findVirtual(type, name, signature).bindTo(receiver);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }

    private OpenClFake change(String name, MethodHandle other) {
        changed.put(name, Linker.nativeLinker().upcallStub(other, function(name).signature(), Arena.global()));
        return this;
    }

    private MethodHandle original(String name) {
        return Linker.nativeLinker().downcallHandle(library.find(name).orElseThrow(), function(name).signature());
    }

    private static Function function(String name) {
        return Arrays.stream(Function.values()).filter(one -> one.symbol().equals(name)).findFirst().orElseThrow();
    }
}
