package org.sluice.worker.search.foreign;

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
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Blocks;
import org.sluice.worker.search.KernelCheck;
import org.sluice.worker.search.LastWord;
import org.sluice.worker.search.PaddedMessage;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Sha256;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The native kernels as a program of their own, {@code src/test/c/check.c}, on searches that are written here: under the
 * sanitizers, and for the processor family that this machine is not of.
 */
@Tag("slow")
class NativeCodeTest {
    private static final int CASES = 60;
    private static final int NOTHING_SUPPORTED = 77;
    private static final int STRUCT_BEFORE_VERSIONS = 304;
    static final Path PROGRAM = Path.of("src", "test", "c", "check.c").toAbsolutePath();
    static final Path KERNELS = Path.of("src", "main", "c").toAbsolutePath();
    private static final List<String> STRICT = List.of("-std=gnu11", "-Wall", "-Wextra", "-Werror");
    private static final List<String> SANITIZED = List.of("-O1", "-g", "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all");
    /** The sources of a processor family's kernels, each with the options it is compiled with, as build.sh has them. */
    static final Map<String, List<String>> X86 = Map.of("sha.c", List.of("-mssse3", "-msse4.1", "-msha"),
            "vector.c -DVECTOR=\"vector_avx512.h\"", List.of("-mavx512f", "-mavx512bw"),
            "vector.c -DVECTOR=\"vector_avx2.h\"", List.of("-mavx2"));
    static final Map<String, List<String>> ARM = Map.of("sha.c", List.of("-march=armv8-a+crypto"));

    @TempDir
    private Path folder;

    @Test
    void staysWithinItsMemoryAndTheLanguage() throws Exception {
        boolean isX86 = List.of("amd64", "x86_64").contains(System.getProperty("os.arch"));
        check("cc", SANITIZED, isX86 ? X86 : ARM, List.of());
    }

    @Test
    void computesOnArmWhatItComputesElsewhere() throws Exception {
        check("aarch64-linux-gnu-gcc", List.of("-O2", "-static"), ARM, List.of("qemu-aarch64-static", "-cpu", "max"));
    }

    /** Only so far: there are neither such machines here nor what macOS's libraries need to be linked. */
    @ParameterizedTest
    @ValueSource(strings = {"clang -target x86_64-apple-macos11 -ffreestanding -fPIC",
            "clang -target arm64-apple-macos11 -ffreestanding -fPIC", "x86_64-w64-mingw32-gcc"})
    void compilesForOtherSystems(String compiler) throws Exception {
        List<String> words = List.of(compiler.split(" ", -1));
        assumeTrue(isThere(words.getFirst()), words.getFirst() + " is not installed");
        objects(words, List.of("-O2"), compiler.contains("arm64") ? ARM : X86);
    }

    private void check(String compiler, List<String> options, Map<String, List<String>> sources,
            List<String> emulator) throws Exception {
        for (String program : Stream.concat(Stream.of(compiler), emulator.stream().limit(1)).toList()) {
            assumeTrue(isThere(program), program + " is not installed");
        }
        List<String> objects = objects(List.of(compiler), options, sources);
        String program = folder.resolve("check").toString();
        compile(Stream.of(List.of(compiler), STRICT, options, List.of(PROGRAM.toString()), objects,
                List.of("-o", program)));
        Path searches = Files.write(folder.resolve("searches"), searches());
        Result result = run(Stream.of(emulator, List.of(program, searches.toString())).flatMap(List::stream).toList());
        assumeTrue(result.status() != NOTHING_SUPPORTED, "this processor has none of the instructions");
        assertEquals(new Result(0, searches().size() + " searches, 0 failures"), result);
    }

    /** Compiles the sources, each by itself. */
    private List<String> objects(List<String> compiler, List<String> options, Map<String, List<String>> sources)
            throws Exception {
        List<String> objects = new ArrayList<>();
        for (Map.Entry<String, List<String>> source : sources.entrySet()) {
            String object = folder.resolve(objects.size() + ".o").toString();
            List<String> words = List.of(source.getKey().split(" ", -1));
            compile(Stream.of(compiler, STRICT, options, source.getValue(), words.subList(1, words.size()),
                    List.of("-c", KERNELS.resolve(words.getFirst()).toString(), "-o", object)));
            objects.add(object);
        }
        return objects;
    }

    private void compile(Stream<List<String>> command) throws Exception {
        assertEquals(new Result(0, ""), run(command.flatMap(List::stream).toList()));
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
            Work.Plain work = new Work.Integers(length % 2 == 0 ? "SHA-256" : "SHA-256D", Bytes.of(new byte[length]));
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
    private static String line(Work.Plain work, Goal goal, long first, int count, int capacity) {
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
                    ? hex(PaddedMessage.firstBlock(header))
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
