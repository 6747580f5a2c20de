package org.sluice.worker.search.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.sluice.protocol.Input.HashingEnded;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.JobId;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.KernelFake;
import org.sluice.worker.search.Permission;
import org.sluice.worker.search.SearchKernel;
import org.sluice.worker.search.WorkKind;
import org.sluice.worker.search.thread.HashingThreads;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** On which CPUs threads hash: what the kernel's own file says of them. */
@Timeout(60)
class CpuAffinityTest {
    /** The CPUs that the calling thread may use, as Linux writes them: {@code 0-3,6}. */
    private static String allowed() {
        try (var lines = Files.lines(Path.of("/proc/thread-self/status"))) {
            return lines.filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Integer> numbers(String list) {
        List<Integer> numbers = new ArrayList<>();
        for (String part : list.split(",")) {
            String[] ends = part.split("-");
            for (int cpu = Integer.parseInt(ends[0]); cpu <= Integer.parseInt(ends[ends.length - 1]); cpu++) {
                numbers.add(cpu);
            }
        }
        return numbers;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void readsWhatTasksetReads() {
        List<Integer> here = numbers(allowed());

        assertEquals(here, CpuAffinity.parse(allowed()).cpus());
        assertEquals(here.subList(0, 1), CpuAffinity.parse(here.getFirst() + "-" + here.getFirst() + ":2").cpus());
        List<Integer> reversed = here.reversed();
        String typed = String.join(",", reversed.stream().map(String::valueOf).toList());
        assertEquals(reversed, CpuAffinity.parse(typed + "," + typed).cpus(), "each once, in the order given");
        assertEquals(typed, CpuAffinity.parse(typed).toString());
        assertEquals(here.size(), CpuAffinity.parse(typed).processors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "0,", "x", "-1", "1-", "3-1", "0-2:0", "0 1", "0-1-2", "0:2", "12345"})
    void whatIsNoListIsRefused(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> CpuAffinity.parse(text));
        assertTrue(String.valueOf(refusal.getMessage()).contains("CPUs such as"), refusal::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999", "8192", "0-9999"})
    @EnabledOnOs(OS.LINUX)
    void aCpuThatThisProcessMayNotUseIsRefused(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> CpuAffinity.parse(text));
        assertTrue(String.valueOf(refusal.getMessage()).contains("is not one that this process may use"),
                refusal::getMessage);
    }

    @Test
    @DisabledOnOs(OS.LINUX)
    void elsewhereItIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> CpuAffinity.parse("0"));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void eachHashingThreadIsBoundToOneCpu() throws InterruptedException {
        List<Integer> cpus = numbers(allowed());
        CpuAffinity affinity = CpuAffinity.parse(allowed());
        int threads = cpus.size() + 1;
        List<String> seen = Collections.synchronizedList(new ArrayList<>());
        BlockingQueue<HashingEnded> ended = new LinkedBlockingQueue<>();
        SearchKernel watched = new KernelFake("watched", _ -> true, search -> (start, end, hits, stop) -> {
            seen.add(allowed());
            return search.run(start, end, hits, stop);
        });
        JobSpec job = new JobSpec(new JobId("anna.job"), new Range(0, 10), new Work.Integers("SHA-256", Bytes.EMPTY),
                new Goal.TrailingZeroBits(60), Mode.ALL, 16);
        try (HashingThreads slots = new HashingThreads(threads, _ -> watched, List.of(), new PeerId("self.00000000"), 1,
                affinity, ended::add)) {
            for (int slot = 0; slot < threads; slot++) {
                slots.start(slot, job, new Range(0, 10));
                assertNotNull(ended.poll(30, TimeUnit.SECONDS), "the slot hashes");
                assertEquals(cpus.get(slot % cpus.size()).toString(), seen.getLast());
            }
        }
        assertEquals(cpus, numbers(allowed()), "other threads are as free as before");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void measuringThreadsAreBoundToo() throws InterruptedException {
        List<Integer> cpus = numbers(allowed());
        Set<String> seen = ConcurrentHashMap.newKeySet();
        SearchKernel watched = new KernelFake("watched", _ -> true, search -> (start, end, hits, stop) -> {
            seen.add(allowed());
            return search.run(start, end, hits, stop);
        });

        new Benchmark(Duration.ZERO, Duration.ofMillis(5), Benchmark.Time.OF_PROCESSOR)
                .on(new Benchmark.Terms(1, Permission.ALWAYS, CpuAffinity.parse(allowed())))
                .measure(watched, WorkKind.HEADER, cpus.size());

        assertEquals(new LinkedHashSet<>(cpus.stream().map(String::valueOf).toList()), seen);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void threadsThatShareACpuAreNoFasterThanOne() throws InterruptedException {
        CpuAffinity one = CpuAffinity.parse(numbers(allowed()).getFirst().toString());
        SearchKernel counted = new KernelFake("counted", _ -> true, _ -> (start, _, _, stop) -> {
            long next = start;
            while (!stop.getAsBoolean()) {
                next++;
            }
            return next;
        });
        try (Contestant contestant = new Contestant(counted, WorkKind.HEADER, 3, ThreadClock.ofSystem(),
                new Benchmark.Terms(1, Permission.ALWAYS, one))) {
            assertEquals(1, contestant.slice(Duration.ofMillis(5)).processors());
        }
    }
}
