package org.sluice.worker.search.device;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.worker.DevicesHere;
import org.sluice.worker.opencl.OpenCl;
import org.sluice.worker.opencl.OpenClDevice;
import org.sluice.worker.opencl.OpenClFake;
import org.sluice.worker.opencl.OpenClHangException;
import org.sluice.worker.search.Blocks;
import org.sluice.worker.search.KernelCheck;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernelTest;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What a device does beyond the contract of all kernels, which {@link SearchKernelTest} has. */
@Tag("slow")
class OpenClSessionTest {
    /** So many that batches grow until they have too many hits, one in 32, on all but slow devices. */
    private static final long MANY = 1_000_000;
    private static final Goal HARD = new Goal.TrailingZeroBits(60);

    @BeforeEach
    void devices() {
        assumeTrue(DevicesHere.areThere(), DevicesHere.NONE);
    }

    @Test
    void batchesWithMoreHitsThanThereIsRoomForAreDividedAndNoneIsLost() {
        try (OpenClKernel kernel = kernel()) {
            Work.Plain work = WorkKind.HEADER.sample();
            Goal goal = new Goal.TrailingZeroBits(5);
            List<Long> hits = new ArrayList<>();
            assertEquals(MANY, kernel.prepare(work, goal).run(0, MANY, hits::add, () -> false));
            List<Long> expected = new ArrayList<>();
            Kernels.portable().prepare(work, goal).run(0, MANY, expected::add, () -> false);
            assertEquals(expected, hits);
        }
    }

    @Test
    void searchesOfDifferentWorkTakeTurnsOnOneDevice() {
        try (OpenClKernel kernel = kernel()) {
            Goal goal = new Goal.TrailingZeroBits(5);
            List<Work.Plain> works = List.of(WorkKind.HEADER.sample(), WorkKind.HEADER_ROLLING.sample(),
                    new Work.Header(Blocks.GENESIS.header(), true), WorkKind.INTEGER.sample(),
                    new Work.Integers("SHA-256", Bytes.fromHex("5a5b")));
            List<Search> searches = works.stream().map(work -> kernel.prepare(work, goal)).toList();
            for (int turn = 0; turn < 2; turn++) {
                for (int i = 0; i < works.size(); i++) {
                    assertEquals(expected(works.get(i), goal, turn * 500L), hits(searches.get(i), turn * 500L));
                }
            }
        }
    }

    @Test
    @SuppressWarnings("try") // It is closed twice on purpose.
    void aKernelThatWasClosedBeginsAnew() {
        try (OpenClKernel kernel = kernel()) {
            Goal goal = new Goal.TrailingZeroBits(5);
            Search search = kernel.prepare(WorkKind.INTEGER.sample(), goal);
            List<Long> before = hits(search, 0);
            kernel.close();
            assertEquals(before, hits(search, 0));
        }
    }

    /** Most GPUs prefer no vectors; a device for processors does. */
    @Test
    void withoutVectorsItAgreesWithTheReferenceToo() {
        try (OpenClKernel kernel = kernel().ofVectorWidth(1)) {
            for (Work.Plain work : List.of(WorkKind.HEADER_ROLLING.sample(),
                    new Work.Integers("SHA-256D", Bytes.fromHex("5a".repeat(55))))) {
                KernelCheck.Case one = new KernelCheck.Case(work, new Goal.TrailingZeroBits(4),
                        new Range(65_000, 66_000));
                assertEquals(Optional.empty(), one.difference(kernel, new SplittableRandom(1)));
            }
        }
    }

    /** Whatever function of the driver does not come back. */
    @Timeout(120)
    @ParameterizedTest
    @ValueSource(strings = {"clCreateContext", "clCreateBuffer", "clBuildProgram", "clCreateKernel",
            "clEnqueueWriteBuffer", "clSetKernelArg", "clEnqueueNDRangeKernel", "clEnqueueReadBuffer", "clFlush",
            "clGetEventInfo", "clGetEventProfilingInfo", "clReleaseEvent"})
    void oneThatHangsIsNotWaitedForAndNotAskedAgain(String function) {
        CountDownLatch released = new CountDownLatch(1);
        OpenClKernel kernel = kernel(new OpenClFake().before(function, () -> awaitUninterruptibly(released)));
        try {
            Search search = kernel.prepare(WorkKind.INTEGER.sample(), HARD);
            assertThrows(OpenClHangException.class, () -> search.run(0, MANY, _ -> true, () -> false));
            assertThrows(OpenClHangException.class, () -> search.run(0, MANY, _ -> true, () -> false));
            kernel.close();
        } finally {
            released.countDown();
        }
    }

    @Test
    @Timeout(120)
    void oneWhoseDeviceNeverComesToAnEndIsGivenUp() {
        OpenClKernel kernel = kernel(new OpenClFake().neverDone());
        Search search = kernel.prepare(WorkKind.INTEGER.sample(), HARD);

        assertThrows(OpenClHangException.class, () -> search.run(0, MANY, _ -> true, () -> false));
        kernel.close();
    }

    @Test
    @Timeout(120)
    void oneThatHangsWhenItIsGivenBackIsLeftAlone() {
        try (OpenClKernel before = kernel()) { // Its driver remembers what it has compiled.
            hits(before.prepare(WorkKind.INTEGER.sample(), HARD), 0);
        }
        CountDownLatch released = new CountDownLatch(1);
        OpenClKernel kernel = kernel(new OpenClFake().before("clFinish", () -> awaitUninterruptibly(released)),
                Duration.ofSeconds(5));
        try {
            assertEquals(MANY, kernel.prepare(WorkKind.INTEGER.sample(), HARD).run(0, MANY, _ -> true, () -> false));
            kernel.close();
        } finally {
            released.countDown();
        }
    }

    @Test
    @Timeout(120)
    void whoIsToldToStopDoesNotWaitForTheDriversCompilerAndHashesLater() {
        CountDownLatch compiling = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        OpenClFake slow = new OpenClFake().before("clBuildProgram", () -> {
            compiling.countDown();
            awaitUninterruptibly(released);
        });
        try (OpenClKernel kernel = kernel(slow, Duration.ofMinutes(1))) {
            Search search = kernel.prepare(WorkKind.INTEGER.sample(), HARD);
            assertEquals(7, search.run(7, MANY, _ -> true, () -> compiling.getCount() == 0));
            assertEquals(1, released.getCount(), "the driver is still at it");
            released.countDown();
            Goal goal = new Goal.TrailingZeroBits(5);
            assertEquals(expected(WorkKind.INTEGER.sample(), goal, 7),
                    hits(kernel.prepare(WorkKind.INTEGER.sample(), goal), 7));
        } finally {
            released.countDown();
        }
    }

    /** What it did for one who was told to stop is not taken for the next one's. */
    @Test
    void whatWasBegunBeforeAStopIsNotMixedUpWithWhatComesNext() {
        try (OpenClKernel kernel = kernel()) {
            Goal goal = new Goal.TrailingZeroBits(5);
            Search search = kernel.prepare(WorkKind.INTEGER.sample(), goal);
            for (int turn = 0; turn < 20; turn++) {
                AtomicInteger asked = new AtomicInteger();
                int most = turn % 4;
                long end = search.run(turn * MANY, (turn + 1) * MANY, _ -> true, () -> asked.incrementAndGet() > most);
                assertTrue(end >= turn * MANY && end <= (turn + 1) * MANY);
                assertEquals(expected(WorkKind.INTEGER.sample(), goal, turn), hits(search, turn));
            }
        }
    }

    @Test
    void aBatchOfItsBreadthHasWorkForAllComputeUnits() {
        try (OpenClKernel kernel = kernel()) {
            OpenClDevice device = kernel.device();
            assertTrue(kernel.breadth() >= Math.min(1 << 18,
                    device.computeUnits() * OpenClSession.ITEMS_IN_GROUP * device.vectorWidth()));
            assertTrue(kernel.breadth() >= 1 << 14);
        }
    }

    private static OpenClKernel kernel(OpenClFake fake) {
        return kernel(fake, Duration.ofSeconds(1));
    }

    /** A kernel for the first device here, by a driver in trouble that is given up after so long. */
    private static OpenClKernel kernel(OpenClFake fake, Duration patience) {
        OpenCl openCl = fake.openCl(patience);
        OpenClDevice device = OpenCl.load()
                .devices(_ -> {})
                .stream()
                .filter(OpenClDevice::isUsable)
                .findFirst()
                .orElseThrow();
        return new OpenClKernel(openCl, device, "fake", OpenClKernel.BATCH);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                // No driver knows of interrupts.
            }
        }
    }

    @Test
    void batchesGrowToTheTimeTheyMayTakeAndNoFurther() {
        BatchSize size = new BatchSize(4_096, Duration.ofMillis(20).toNanos(), 4_096);
        for (int i = 0; i < 40; i++) {
            size.took(size.current(), size.current() * 10L); // 100 MH/s
        }
        assertEquals(1_800_000, size.current());
        size.took(size.current(), Duration.ofMillis(180).toNanos());
        assertEquals(180_000, size.current());
        size.took(100, 1); // The end of a range says nothing.
        assertEquals(180_000, size.current());
    }

    @Test
    void batchesThatOverflowedStaySmall() {
        BatchSize size = new BatchSize(4_096, Duration.ofMillis(20).toNanos(), 4_096);
        size.took(4_096, 1);
        assertEquals(8_192, size.current());
        size.overflowed(8_192);
        assertEquals(4_096, size.current());
        size.took(4_096, 1);
        assertEquals(4_096, size.current());
        assertTrue(size.current() > 0);
    }

    private static OpenClKernel kernel() {
        return new GpuChoice.Numbered(DevicesHere.numbers()).kernels(OpenClKernel.BATCH, _ -> {}).getFirst();
    }

    private static List<Long> hits(Search search, long start) {
        List<Long> hits = new ArrayList<>();
        assertEquals(start + 500, search.run(start, start + 500, hits::add, () -> false));
        return hits;
    }

    private static List<Long> expected(Work.Plain work, Goal goal, long start) {
        return LongStream.range(start, start + 500)
                .filter(integer -> goal.isMetBy(Reference.digest(work, integer)))
                .boxed()
                .toList();
    }
}
