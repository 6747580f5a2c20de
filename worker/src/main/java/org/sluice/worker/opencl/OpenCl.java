package org.sluice.worker.opencl;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/** The system's OpenCL library, which passes calls on to the drivers that are installed. */
public final class OpenCl {
    private static final long DEVICE_TYPE_CPU = 1 << 1;
    private static final long DEVICE_TYPE_GPU = 1 << 2;
    private static final long DEVICE_TYPE_ALL = 0xFFFFFFFFL;
    private static final int PLATFORM_NAME = 0x0902;
    private static final int DEVICE_TYPE = 0x1000;
    private static final int DEVICE_MAX_COMPUTE_UNITS = 0x1002;
    private static final int DEVICE_PREFERRED_VECTOR_WIDTH_INT = 0x1008;
    private static final int DEVICE_GLOBAL_MEM_SIZE = 0x101F;
    private static final int DEVICE_ENDIAN_LITTLE = 0x1026;
    private static final int DEVICE_AVAILABLE = 0x1027;
    private static final int DEVICE_COMPILER_AVAILABLE = 0x1028;
    private static final int DEVICE_NAME = 0x102B;
    private static final int DRIVER_VERSION = 0x102D;
    private static final int DEVICE_VERSION = 0x102F;

    /** Returned where a platform has no devices, and where no driver is installed. */
    private static final int DEVICE_NOT_FOUND = -1;
    private static final int PLATFORM_NOT_FOUND = -1001;
    private static final int WIDEST_VECTOR = 16;
    private static final Pattern VERSION = Pattern.compile("OpenCL (\\d{1,3})\\.(\\d{1,3})(?: .*)?", Pattern.DOTALL);

    private final Functions functions;
    private final Duration patience;

    /**
     * A library.
     *
     * @param patience after how long a driver is given up that does not answer
     */
    OpenCl(SymbolLookup library, Duration patience) {
        this.functions = new Functions(library);
        this.patience = patience;
    }

    /**
     * Loads the library.
     *
     * @throws OpenClUnavailableException if there is none that can be loaded
     */
    public static OpenCl load() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            return load("install the driver of your GPU", "OpenCL.dll");
        }
        return system.startsWith("mac")
                ? load("this macOS has none", "/System/Library/Frameworks/OpenCL.framework/OpenCL")
                : load("install the driver of your GPU, and the library (Debian: apt install ocl-icd-libopencl1)",
                        "libOpenCL.so.1", "libOpenCL.so");
    }

    @SuppressWarnings("restricted") // The library is the system's own.
    static OpenCl load(String advice, String... names) {
        @Nullable
        RuntimeException failure = null;
        for (String name : names) {
            try {
                return new OpenCl(SymbolLookup.libraryLookup(name, Arena.global()), DriverThread.PATIENCE);
            } catch (IllegalArgumentException | IllegalCallerException | OpenClException e) {
                failure = e;
            }
        }
        throw new OpenClUnavailableException("there is no OpenCL library (" + names[0] + ") here: " + advice, failure);
    }

    Functions functions() {
        return functions;
    }

    /** After how long a driver, or a device, is given up that does not answer. */
    public Duration patience() {
        return patience;
    }

    /**
     * A thread to enter drivers by.
     *
     * @param name of the thread
     */
    public DriverThread thread(String name) {
        return new DriverThread(name, patience);
    }

    /**
     * All devices of all drivers, in the drivers' order. Those that cannot be used say why. A driver that fails, or hangs, hides no
     * other, but what follows has other numbers then.
     *
     * @param failures is told, in one line each, of platforms and devices that cannot be listed
     * @throws OpenClException if the platforms cannot be listed
     */
    public List<OpenClDevice> devices(Consumer<String> failures) {
        List<MemorySegment> platforms = thread("sluice-opencl")
                .call(() -> handles(PLATFORM_NOT_FOUND, Function.GET_PLATFORM_IDS));
        List<OpenClDevice> devices = new ArrayList<>();
        for (int i = 0; i < platforms.size(); i++) {
            MemorySegment platform = platforms.get(i);
            int before = devices.size();
            try {
                devices.addAll(thread("sluice-opencl-" + i).call(() -> devices(platform, before, failures)));
            } catch (OpenClException e) {
                failures.accept("OpenCL's platform " + i + " cannot be used: " + e.getMessage());
            }
        }
        return devices;
    }

    private List<OpenClDevice> devices(MemorySegment platform, int before, Consumer<String> failures) {
        String name = QueryResult.text(functions.ask(Function.GET_PLATFORM_INFO, platform, PLATFORM_NAME));
        List<OpenClDevice> devices = new ArrayList<>();
        try {
            for (MemorySegment device : handles(DEVICE_NOT_FOUND, Function.GET_DEVICE_IDS, platform, DEVICE_TYPE_ALL)) {
                try {
                    devices.add(describe(before + devices.size(), platform, name, device));
                } catch (OpenClException e) {
                    failures.accept("a device of OpenCL's platform " + name + " cannot be used: " + e.getMessage());
                }
            }
        } catch (OpenClException e) {
            failures.accept("OpenCL's platform " + name + " cannot be used: " + e.getMessage());
        }
        return devices;
    }

    /** Asks a function how many handles there are, then for all of them; none if it returns the given error. */
    private List<MemorySegment> handles(int none, Function function, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            int error = functions.code(function, Functions.with(arguments, 0, MemorySegment.NULL, count));
            int number = count.get(ValueLayout.JAVA_INT, 0);
            if (error == none || (error == 0 && number == 0)) {
                return List.of();
            }
            Functions.check(function, error);
            MemorySegment handles = arena.allocate(ValueLayout.ADDRESS, number);
            functions.call(function, Functions.with(arguments, number, handles, MemorySegment.NULL));
            return handles.elements(ValueLayout.ADDRESS).map(handle -> handle.get(ValueLayout.ADDRESS, 0)).toList();
        }
    }

    private OpenClDevice describe(int number, MemorySegment platform, String platformName, MemorySegment device) {
        String version = text(device, DEVICE_VERSION);
        return new OpenClDevice(number, text(device, DEVICE_NAME), platformName, version, text(device, DRIVER_VERSION),
                type(number(device, DEVICE_TYPE)),
                (int) number(device, DEVICE_MAX_COMPUTE_UNITS), number(device, DEVICE_GLOBAL_MEM_SIZE),
                vectorWidth(number(device, DEVICE_PREFERRED_VECTOR_WIDTH_INT)), obstacle(device, version),
                new OpenClDevice.Handles(platform, device));
    }

    private String obstacle(MemorySegment device, String version) {
        if (number(device, DEVICE_AVAILABLE) == 0) {
            return "it is not available";
        }
        if (number(device, DEVICE_COMPILER_AVAILABLE) == 0) {
            return "its driver has no compiler";
        }
        if (number(device, DEVICE_ENDIAN_LITTLE) == 0) {
            return "it is big-endian";
        }
        return isAtLeast12(version) ? "" : "its driver offers less than OpenCL 1.2";
    }

    /** Whether a version, {@code OpenCL MAJOR.MINOR} and the driver's own text, is 1.2 or later. */
    static boolean isAtLeast12(String version) {
        Matcher matcher = VERSION.matcher(version);
        return matcher.matches()
                && 1_000 * Integer.parseInt(matcher.group(1)) + Integer.parseInt(matcher.group(2)) >= 1_002;
    }

    private static OpenClDevice.Type type(long bits) {
        if ((bits & DEVICE_TYPE_GPU) != 0) {
            return OpenClDevice.Type.GPU;
        }
        return (bits & DEVICE_TYPE_CPU) != 0 ? OpenClDevice.Type.CPU : OpenClDevice.Type.ACCELERATOR;
    }

    /** What a driver prefers, as one of the widths that the language has. */
    private static int vectorWidth(long preferred) {
        return (int) Long.highestOneBit(Math.clamp(preferred, 1, WIDEST_VECTOR));
    }

    private String text(MemorySegment device, int question) {
        return QueryResult.text(functions.ask(Function.GET_DEVICE_INFO, device, question));
    }

    private long number(MemorySegment device, int question) {
        return QueryResult.number(functions.ask(Function.GET_DEVICE_INFO, device, question));
    }
}
