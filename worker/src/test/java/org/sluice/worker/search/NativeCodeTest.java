package org.sluice.worker.search;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The native kernels as a program of their own, {@code src/test/c/check.c}, on searches that are written here: under the
 * sanitizers, and for the processor family that this machine is not of.
 */
class NativeCodeTest {
    private static final int CASES = 60;
    private static final int NOT_SUPPORTED = 77;
    private static final int STRUCT_BEFORE_VERSIONS = 304;
    private static final Path SOURCE = Path.of("src", "test", "c", "check.c").toAbsolutePath();
    private static final Path KERNELS = Path.of("src", "main", "c", "search.c").toAbsolutePath();
    private static final List<String> STRICT = List.of("-std=gnu11", "-Wall", "-Wextra", "-Werror");
    private static final List<String> X86 = List.of("-mssse3", "-msse4.1", "-msha");
    private static final List<String> ARM = List.of("-march=armv8-a+crypto");

    @TempDir
    private Path folder;

    @Test
    void staysWithinItsMemoryAndTheLanguage() throws Exception {
        List<String> family = List.of("amd64", "x86_64").contains(System.getProperty("os.arch")) ? X86 : ARM;
        List<String> compile = new ArrayList<>(List.of("cc", "-O2", "-g", "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all"));
        compile.addAll(family);
        check(compile, List.of());
    }

    @Test
    void computesOnArmWhatItComputesElsewhere() throws Exception {
        List<String> compile = new ArrayList<>(List.of("aarch64-linux-gnu-gcc", "-O3", "-static"));
        compile.addAll(ARM);
        check(compile, List.of("qemu-aarch64-static", "-cpu", "max"));
    }

    private void check(List<String> compile, List<String> emulator) throws Exception {
        for (String program : Stream.concat(compile.stream().limit(1), emulator.stream().limit(1)).toList()) {
            assumeTrue(isThere(program), program + " is not installed");
        }
        Path program = folder.resolve("check");
        Path searches = Files.write(folder.resolve("searches"), searches());
        List<String> command = new ArrayList<>(compile);
        command.addAll(STRICT);
        command.addAll(List.of(KERNELS.toString(), SOURCE.toString(), "-o", program.toString()));
        assertEquals(new Result(0, ""), run(command));
        List<String> execution = new ArrayList<>(emulator);
        execution.addAll(List.of(program.toString(), searches.toString()));
        Result result = run(execution);
        assumeTrue(result.status() != NOT_SUPPORTED, "this processor has no SHA-256 instructions");
        assertEquals(new Result(0, searches().size() + " searches, 0 failures"), result);
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private record Result(int status, String output) {}

    private Result run(List<String> command) throws IOException, InterruptedException {
        File output = folder.resolve("output").toFile();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output).start();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IllegalStateException("does not end: " + command);
        }
        return new Result(process.exitValue(), Files.readString(output.toPath()).strip());
    }

    private static List<String> searches() {
        SplittableRandom random = new SplittableRandom(7);
        List<String> lines = new ArrayList<>();
        lines.add(line(Blocks.BLOCK_125552, Blocks.TARGET_125552, Blocks.NONCE_125552 - 100, 200, 4));
        lines.add(line(new Work.Header(Blocks.GENESIS.header(), true), Blocks.GENESIS_TARGET,
                (Blocks.GENESIS_NONCE << 16) - 100, 200, 4));
        for (int length = 0; length <= 130; length++) {
            Work work = new Work.Integers(length % 2 == 0 ? "SHA-256" : "SHA-256D", Bytes.of(new byte[length]));
            lines.add(line(work, new Goal.TrailingZeroBits(2), (1L << 32) - 20, 50, 64));
        }
        while (lines.size() < 133 + CASES) {
            KernelCheck.Case next = KernelCheck.Case.random(random);
            if (Sha256.isAlgorithmOf(next.work())) {
                lines.add(line(next.work(), next.goal(), next.range().start(), (int) next.range().size(),
                        1 + random.nextInt(40)));
            }
        }
        return lines;
    }

    /** A search with what comes of it, by the reference. */
    private static String line(Work work, Goal goal, long first, int count, int capacity) {
        LastWord lastWord = LastWord.of(goal);
        List<Long> hits = LongStream.range(first, first + count)
                .filter(integer -> passes(Reference.digest(work, integer), lastWord))
                .limit(capacity)
                .boxed()
                .toList();
        long hashed = hits.size() == capacity ? hits.getLast() + 1 - first : count;
        try (Arena arena = Arena.ofConfined()) {
            byte[] struct = new NativeMessage(work, goal, arena).struct()
                    .asSlice(0, STRUCT_BEFORE_VERSIONS)
                    .toArray(ValueLayout.JAVA_BYTE);
            String block = work instanceof Work.Header header && header.rollVersion()
                    ? hex(NativeMessage.firstBlock(header))
                    : "-";
            return Stream
                    .concat(Stream.of(HexFormat.of().formatHex(struct), block, first, count, capacity, hashed,
                            hits.size()), hits.stream())
                    .map(String::valueOf)
                    .collect(Collectors.joining(" "));
        }
    }

    private static boolean passes(byte[] digest, LastWord lastWord) {
        int last = ByteBuffer.wrap(digest).order(ByteOrder.LITTLE_ENDIAN).getInt(digest.length - Integer.BYTES);
        return Integer.compareUnsigned(last & lastWord.mask(), lastWord.limit()) <= 0;
    }

    private static String hex(int[] words) {
        ByteBuffer bytes = ByteBuffer.allocate(words.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(words);
        return HexFormat.of().formatHex(bytes.array());
    }
}
