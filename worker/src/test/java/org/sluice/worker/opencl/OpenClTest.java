package org.sluice.worker.opencl;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.sluice.worker.DevicesHere;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

class OpenClTest {
    private static final String DOUBLE = """
            __kernel void twice(__global uint *x, const uint add, const ulong large) {
                x[get_global_id(0)] = 2 * x[get_global_id(0)] + add + (uint)(large >> 32);
            }
            """;

    @Test
    void aLibraryThatIsMissingIsToldInOneLineWithAdvice() {
        OpenClUnavailableException missing = assertThrows(OpenClUnavailableException.class,
                () -> OpenCl.load("install it", "libSluiceHasNoSuch.so.1", "libSluiceHasNoSuch.so"));
        assertEquals("there is no OpenCL library (libSluiceHasNoSuch.so.1) here: install it", missing.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"OpenCL 1.2 CUDA,true", "OpenCL 3.0,true", "OpenCL 1.1 Mesa,false", "OpenCL 2.0 AMD-APP (1.2),true",
            "OpenCL 10.0,true", "OpenCL,false", "1.2,false", "'',false"})
    void versionsBelow12AreKnown(String version, boolean suffices) {
        assertEquals(suffices, OpenCl.isAtLeast12(version));
    }

    @Test
    void aKernelRunsOnWhatWasWrittenAndIsRead() throws InterruptedException {
        try (CommandQueue queue = queue()) {
            int items = 1_000;
            MemorySegment here = queue.allocate(items * 4L);
            for (int i = 0; i < items; i++) {
                here.setAtIndex(ValueLayout.JAVA_INT, i, i);
            }
            CommandQueue.Buffer buffer = queue.buffer(items * 4L);
            CommandQueue.Event written = buffer.write(here);
            queue.flush();
            await(written);
            written.close();
            buffer.clearFirstWord();
            CommandQueue.Kernel kernel = queue.build(DOUBLE, "").kernel("twice");
            kernel.set(0, buffer);
            kernel.set(1, 5);
            kernel.set(2, 3L << 32);
            try (CommandQueue.Event ran = kernel.run(items, 1); CommandQueue.Event read = buffer.read(here)) {
                queue.flush();
                await(read);
                assertTrue(ran.isDone());
                assertTrue(ran.nanos() > 0);
            }
            for (int i = 0; i < items; i++) {
                assertEquals(2 * i + 8, here.getAtIndex(ValueLayout.JAVA_INT, i));
            }
        }
    }

    @Test
    void whatDoesNotCompileIsToldInOneLine() {
        try (CommandQueue queue = queue()) {
            OpenClException failure = assertThrows(OpenClException.class,
                    () -> queue.build("__kernel void broken() { no_such_thing(1); }", ""));
            String message = String.valueOf(failure.getMessage());
            assertTrue(message.startsWith("clBuildProgram: CL_BUILD_PROGRAM_FAILURE: "), message);
            assertEquals(1, message.lines().count(), message);
        }
    }

    @Test
    void whatDoesNotFitIsAnError() {
        try (CommandQueue queue = queue()) {
            CommandQueue.Program program = queue.build(DOUBLE, "");
            assertThrows(OpenClException.class, () -> program.kernel("thrice"));
            CommandQueue.Kernel kernel = program.kernel("twice");
            assertThrows(OpenClException.class, () -> kernel.set(7, 1));
            assertThrows(OpenClException.class, () -> queue.buffer(0));
        }
    }

    @Test
    @Timeout(60)
    void aPlatformThatFailsOrHangsHidesNoOther() {
        assumeTrue(DevicesHere.areThere(), DevicesHere.NONE);
        int devices = OpenCl.load().devices(_ -> {}).size();
        Once first = new Once();
        CountDownLatch released = new CountDownLatch(1);
        OpenClFake failing = new OpenClFake().platformsTwice().failsFirst("clGetDeviceIDs", -5);
        OpenClFake hanging = new OpenClFake().platformsTwice().before("clGetDeviceIDs", () -> first.hang(released));

        for (OpenClFake fake : List.of(failing, hanging)) {
            List<String> failures = new ArrayList<>();
            List<OpenClDevice> found = fake.openCl(Duration.ofSeconds(2)).devices(failures::add);
            assertEquals(1, failures.size(), failures.toString());
            assertEquals(1, failures.getFirst().lines().count());
            assertTrue(failures.getFirst().contains(fake == failing ? "CL_OUT_OF_RESOURCES" : "not answered"),
                    failures.toString());
            assertEquals(IntStream.range(0, found.size()).boxed().toList(),
                    found.stream().map(OpenClDevice::number).toList());
            assertTrue(found.size() >= devices, found + " and " + failures);
        }
        released.countDown();
    }

    @Test
    void aDeviceThatFailsHidesNoOther() {
        assumeTrue(DevicesHere.areThere(), DevicesHere.NONE);
        int devices = OpenCl.load().devices(_ -> {}).size();
        List<String> failures = new ArrayList<>();

        List<OpenClDevice> found = new OpenClFake().platformsTwice()
                .failsFirst("clGetDeviceInfo", -6)
                .openCl(Duration.ofSeconds(20))
                .devices(failures::add);

        assertEquals(2 * devices - 1, found.size());
        assertTrue(failures.getFirst().contains("CL_OUT_OF_HOST_MEMORY"), failures.toString());
    }

    /** Hangs once. */
    private static final class Once {
        private final AtomicBoolean hung = new AtomicBoolean();

        void hang(CountDownLatch released) {
            try {
                if (hung.compareAndSet(false, true)) {
                    released.await();
                }
            } catch (InterruptedException e) {
                // Whoever gives it up wants it to end.
            }
        }
    }

    private static void await(CommandQueue.Event event) throws InterruptedException {
        long begin = System.nanoTime();
        while (!event.isDone()) {
            assertTrue(System.nanoTime() - begin < Duration.ofSeconds(20).toNanos(), "it is not done within 20 s");
            Thread.sleep(1);
        }
    }

    private static CommandQueue queue() {
        assumeTrue(DevicesHere.areThere(), DevicesHere.NONE);
        OpenCl openCl = OpenCl.load();
        return new CommandQueue(openCl,
                openCl.devices(_ -> {}).stream().filter(OpenClDevice::isUsable).findFirst().orElseThrow());
    }
}
