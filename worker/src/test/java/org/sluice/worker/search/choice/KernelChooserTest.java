package org.sluice.worker.search.choice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Blocks;
import org.sluice.worker.search.KernelFake;
import org.sluice.worker.search.Measurement;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.measure.Benchmark;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

@Timeout(60)
class KernelChooserTest {
    private static final SearchKernel QUICK = new KernelFake("quick", _ -> true, KernelChooserTest::fast);
    private static final SearchKernel WRONG = new KernelFake("wrong", _ -> true, _ -> (_, end, _, _) -> end);
    private static final SearchKernel BROKEN = new KernelFake("broken", _ -> true, _ -> (_, _, _, _) -> {
        throw new IllegalArgumentException("no");
    });

    private static final Work INTEGERS = new Work.Integers("SHA-256", Bytes.EMPTY);

    @TempDir
    Path folder;

    @Test
    void thePortableKernelHashesUntilAnotherIsChosen() throws InterruptedException {
        CountDownLatch mayBegin = new CountDownLatch(1);
        SearchKernel slow = new KernelFake("slow", _ -> true, search -> (start, end, hits, stop) -> {
            await(mayBegin);
            return fast(search).run(start, end, hits, stop);
        });

        try (KernelChooser chooser = start(List.of(slow), Optional.empty(), _ -> {})) {
            assertSame(Kernels.portable(), chooser.apply(Blocks.GENESIS));
            mayBegin.countDown();
            assertSame(slow, chooser.await().apply(Blocks.GENESIS));
            assertSame(slow, chooser.apply(Blocks.GENESIS));
        }
    }

    @Test
    void neitherAWrongNorAFailingKernelIsChosen() throws InterruptedException {
        List<String> steps = new CopyOnWriteArrayList<>();
        try (KernelChooser chooser = start(List.of(WRONG, BROKEN, Kernels.portable(), QUICK), Optional.empty(),
                step -> steps.add(step.apply(Blocks.GENESIS).name()))) {
            assertSame(QUICK, chooser.await().apply(Blocks.GENESIS));
        }
        assertEquals("message-digest", steps.getFirst());
        assertEquals(Collections.nCopies(8, "quick"), steps.subList(1, steps.size()),
                "two kernels for three kinds, and the loser once more");
    }

    @Test
    void theFastestIsTakenForEachKindOfWork() throws InterruptedException {
        SearchKernel headers = new KernelFake("headers", work -> work instanceof Work.Header, KernelChooserTest::fast);

        try (KernelChooser chooser = start(List.of(Kernels.portable(), headers), Optional.empty(), _ -> {})) {
            KernelChoice choice = chooser.await();
            assertSame(headers, choice.apply(Blocks.GENESIS));
            assertEquals(Optional.of("headers"), choice.measurement(WorkKind.HEADER).map(Measurement::kernel));
            assertSame(Kernels.portable(), choice.apply(INTEGERS));
            assertEquals(Optional.of("message-digest"), choice.measurement(WorkKind.INTEGER).map(Measurement::kernel));
        }
        try (KernelChooser chooser = start(List.of(headers), Optional.empty(), _ -> {})) {
            assertSame(Kernels.portable(), chooser.await().apply(INTEGERS), "what the only one cannot do");
            assertEquals(Optional.empty(), chooser.choice().measurement(WorkKind.INTEGER));
        }
    }

    @Test
    void whatIsExpectedIsKnownBeforeAnythingIsMeasured() {
        Measurement expected = new Measurement("quick", WorkKind.HEADER, 2, 5_000);
        KernelChoice before = KernelChoice.expecting(List.of(expected), Kernels.portable());

        assertSame(Kernels.portable(), before.apply(Blocks.GENESIS));
        assertEquals(Optional.of(expected), before.measurement(WorkKind.HEADER));
        assertEquals(List.of(expected), before.measurements());
        assertEquals(Optional.empty(), before.measured(WorkKind.HEADER), "nothing is shown as measured before it is");

        Measurement slower = new Measurement("quick", WorkKind.HEADER, 2, 10);
        assertEquals(List.of(slower), before.or(QUICK, slower).measurements(), "a measurement beats an expectation");
        assertEquals(Optional.of(slower), before.or(QUICK, slower).measured(WorkKind.HEADER));
    }

    @Test
    void whatIsRememberedIsOfANumberOfThreads() {
        KernelMemory memory = new KernelMemory(folder.resolve("kernel"));
        Measurement onTwo = new Measurement("quick", WorkKind.HEADER, 2, 1_000);
        Measurement integersOnTwo = new Measurement("slow", WorkKind.INTEGER, 2, 300);
        memory.remember(List.of(onTwo, integersOnTwo));

        assertEquals(List.of(onTwo, integersOnTwo), memory.recall(2));
        Measurement expectedOnOne = new Measurement("quick", WorkKind.HEADER, 1, 500);
        assertEquals(List.of(expectedOnOne, new Measurement("slow", WorkKind.INTEGER, 1, 150)), memory.recall(1));

        Measurement onOne = new Measurement("other", WorkKind.HEADER, 1, 900);
        memory.remember(List.of(onOne));
        assertEquals(List.of(onTwo, integersOnTwo), memory.recall(2), "one does not push out the other");
        assertEquals(onOne, memory.recall(1).getFirst());

        Measurement later = new Measurement("quick", WorkKind.HEADER, 1, 950);
        memory.remember(List.of(later));
        assertEquals(later, memory.recall(1).getFirst(), "the last counts");
        assertEquals(onTwo, memory.recall(2).getFirst());
    }

    @Test
    void theRememberedKernelIsTriedAloneAsLongAsItIsAsFast() throws InterruptedException {
        KernelMemory memory = new KernelMemory(folder.resolve("deep/kernel"));
        start(List.of(WRONG, QUICK), Optional.of(memory), _ -> {}).await();
        memory.remember(memory.recall(1).stream().map(one -> with(one, 1_000)).toList());
        List<String> steps = new CopyOnWriteArrayList<>();

        start(List.of(WRONG, Kernels.portable(), QUICK), Optional.of(memory),
                step -> steps.add(step.apply(Blocks.GENESIS).name())).await();

        assertEquals(List.of("quick", "quick", "quick"), steps);
        memory.recall(1).forEach(one -> assertTrue(one.hashesPerSecond() > 1_000, "it remembers the newest"));
    }

    @Test
    void allAreTriedIfTheRememberedKernelIsSlowerThanItWas() throws InterruptedException {
        KernelMemory memory = new KernelMemory(folder.resolve("kernel"));
        SearchKernel spoilt = new KernelFake("spoilt", _ -> true, search -> search);
        memory.remember(List.of(new Measurement("spoilt", WorkKind.HEADER, 1, Long.MAX_VALUE),
                new Measurement("spoilt", WorkKind.HEADER_ROLLING, 1, Long.MAX_VALUE),
                new Measurement("spoilt", WorkKind.INTEGER, 1, Long.MAX_VALUE)));

        try (KernelChooser chooser = start(List.of(spoilt, QUICK), Optional.of(memory), _ -> {})) {
            assertSame(QUICK, chooser.await().apply(Blocks.GENESIS));
        }
        assertEquals(List.of("quick", "quick", "quick"), memory.recall(1).stream().map(Measurement::kernel).toList());
    }

    @Test
    void aRememberedKernelThatHasBecomeWrongIsNotUsed() throws InterruptedException {
        KernelMemory memory = new KernelMemory(folder.resolve("kernel"));
        memory.remember(List.of(new Measurement("wrong", WorkKind.HEADER, 1, 10),
                new Measurement("wrong", WorkKind.HEADER_ROLLING, 1, 10),
                new Measurement("wrong", WorkKind.INTEGER, 1, 10)));

        try (KernelChooser chooser = start(List.of(WRONG, QUICK), Optional.of(memory), _ -> {})) {
            assertSame(QUICK, chooser.await().apply(Blocks.GENESIS));
        }
    }

    @Test
    void aKernelThatIsCompiledLateIsChosenAllTheSame() throws InterruptedException {
        AtomicBoolean compiled = new AtomicBoolean();
        // Right in short ranges; in long ones it comes to nothing at first, then it is boundlessly fast.
        SearchKernel late = new KernelFake("late", _ -> true, search -> (start, end, hits, stop) -> {
            boolean isLong = end - start > 1_000;
            return isLong ? (compiled.get() ? end : start) : search.run(start, end, hits, stop);
        });
        List<String> steps = new CopyOnWriteArrayList<>();

        try (KernelChooser chooser = start(List.of(late, Kernels.portable()), Optional.empty(), step -> {
            steps.add(step.apply(Blocks.GENESIS).name());
            compiled.set(steps.size() >= 6);
        })) {
            assertSame(late, chooser.await().apply(Blocks.GENESIS));
        }
        assertEquals(Collections.nCopies(6, "message-digest"), steps.subList(0, 6));
        assertEquals(List.of("late", "late", "late"), steps.subList(6, steps.size()));
    }

    @Test
    void whatCannotBeReadIsNotRemembered() throws IOException {
        Path file = folder.resolve("kernel");
        KernelMemory memory = new KernelMemory(file);
        assertEquals(List.of(), memory.recall(1));
        Files.write(file, new byte[]{(byte) 0xff, (byte) 0xfe, 0});
        assertEquals(List.of(), memory.recall(1));
        for (String line : List.of("another", "header quick 1", "header quick 1 x", "header quick 0 5",
                "header quick 1 -5", "header quick 1 99999999999999999999", "trailer quick 1 5")) {
            Files.writeString(file, line);
            assertEquals(List.of(), memory.recall(1), line);
        }

        List<Measurement> measured = List.of(new Measurement("quick", WorkKind.HEADER, 2, 7),
                new Measurement("slow", WorkKind.INTEGER, 1, 5));
        memory.remember(measured);
        assertEquals(Set.of(measured.getFirst().expectedOn(1), measured.getLast()), Set.copyOf(memory.recall(1)));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }

        Path folderInPlace = Files.createDirectory(folder.resolve("folder"));
        new KernelMemory(folderInPlace).remember(measured);
        assertEquals(List.of(), new KernelMemory(folderInPlace).recall(1));
        assertTrue(Files.isDirectory(folderInPlace));
    }

    @Test
    void whatHasJustBegunIsNotDisturbed() throws InterruptedException {
        List<KernelChoice> told = new CopyOnWriteArrayList<>();
        KernelChooser chooser = KernelChooser.start(List.of(QUICK), KernelChoice.expecting(List.of(), QUICK),
                new Benchmark(Duration.ZERO, Duration.ofMillis(2), Benchmark.Time.ELAPSED), 1, Duration.ofDays(1),
                new SplittableRandom(1), Optional.empty(), told::add);
        assertSame(QUICK, chooser.apply(Blocks.GENESIS));
        chooser.close();
        assertEquals(List.of(), chooser.await().measurements());
        assertEquals(List.of(), told);
    }

    @Test
    void aKernelIsFoundByItsName() {
        for (SearchKernel kernel : Kernels.all()) {
            assertSame(kernel, Kernels.named(kernel.name()).orElseThrow());
        }
        assertFalse(Kernels.named("vector-8").isPresent());
    }

    /** Right in short ranges and boundlessly fast in long ones. */
    private static Search fast(Search search) {
        return (start, end, hits, stop) -> end - start > 1_000 ? end : search.run(start, end, hits, stop);
    }

    private static Measurement with(Measurement measured, long hashesPerSecond) {
        return new Measurement(measured.kernel(), measured.work(), measured.threads(), hashesPerSecond);
    }

    private static KernelChooser start(List<SearchKernel> kernels, Optional<KernelMemory> memory,
            Consumer<KernelChoice> listener) {
        List<Measurement> expected = memory.map(known -> known.recall(1)).orElse(List.of());
        return KernelChooser.start(kernels, KernelChoice.expecting(expected, Kernels.portable()),
                new Benchmark(Duration.ZERO, Duration.ofMillis(2), Benchmark.Time.ELAPSED), 1, Duration.ZERO,
                new SplittableRandom(1),
                memory, listener);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
