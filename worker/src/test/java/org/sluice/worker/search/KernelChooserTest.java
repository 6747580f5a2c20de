package org.sluice.worker.search;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

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
        List<KernelChoice> steps = new CopyOnWriteArrayList<>();
        try (KernelChooser chooser = start(List.of(WRONG, BROKEN, Kernels.portable(), QUICK), Optional.empty(),
                steps::add)) {
            assertSame(QUICK, chooser.await().apply(Blocks.GENESIS));
        }
        assertEquals(
                List.of("message-digest", "message-digest", "message-digest", "quick", "quick", "quick", "quick"),
                steps.stream().map(step -> step.apply(Blocks.GENESIS).name()).toList());
    }

    @Test
    void theRememberedKernelIsTriedFirst() throws InterruptedException {
        KernelMemory memory = new KernelMemory(folder.resolve("deep/kernel"));
        start(List.of(WRONG, QUICK), Optional.of(memory), _ -> {}).await();
        List<KernelChoice> steps = new CopyOnWriteArrayList<>();

        start(List.of(WRONG, Kernels.portable(), QUICK), Optional.of(memory), steps::add).await();

        assertSame(QUICK, memory.recall(List.of(WRONG, QUICK)).orElseThrow());
        assertSame(QUICK, steps.getFirst().apply(Blocks.GENESIS));
        assertEquals(5, steps.size(), "all, and the two that lost once more");
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
            compiled.set(steps.size() == 2);
        })) {
            assertSame(late, chooser.await().apply(Blocks.GENESIS));
        }
        assertEquals(List.of("message-digest", "message-digest", "late"), steps);
    }

    @Test
    void whatCannotBeReadIsNotRemembered() throws IOException {
        Path file = folder.resolve("kernel");
        KernelMemory memory = new KernelMemory(file);
        assertEquals(Optional.empty(), memory.recall(List.of(QUICK)));
        Files.write(file, new byte[]{(byte) 0xff, (byte) 0xfe, 0});
        assertEquals(Optional.empty(), memory.recall(List.of(QUICK)));
        Files.writeString(file, "another");
        assertEquals(Optional.empty(), memory.recall(List.of(QUICK)));

        memory.remember(QUICK);
        assertSame(QUICK, memory.recall(List.of(WRONG, QUICK)).orElseThrow());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList());
        }

        Path folderInPlace = Files.createDirectory(folder.resolve("folder"));
        new KernelMemory(folderInPlace).remember(QUICK);
        assertEquals(Optional.empty(), new KernelMemory(folderInPlace).recall(List.of(QUICK)));
        assertTrue(Files.isDirectory(folderInPlace));
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

    private static KernelChooser start(List<SearchKernel> kernels, Optional<KernelMemory> memory,
            Consumer<KernelChoice> listener) {
        return KernelChooser.start(kernels, new Benchmark(Duration.ZERO, Duration.ofMillis(2)), 1,
                new SplittableRandom(1), memory, listener);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
