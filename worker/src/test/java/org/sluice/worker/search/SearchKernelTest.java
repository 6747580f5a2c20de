package org.sluice.worker.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What every kernel must do: the contract of {@link SearchKernel} and {@link Search}. */
@Tag("slow")
public class SearchKernelTest {
    /** Cases of one seed. */
    private static final int CASES = 100;
    /** {@code -Dseeds=10000} makes a million cases of it. */
    private static final int SEEDS = Integer.getInteger("seeds", 10);
    /** More than any kernel hashes at once. */
    private static final int LANES = 33;
    private static final Goal EVERY = new Goal.TrailingZeroBits(0);

    static List<SearchKernel> kernels() {
        return Stream.concat(Kernels.all().stream(), Devices.kernels().stream()).toList();
    }

    static Stream<Arguments> kernelsAndSeeds() {
        long first = Long.getLong("seed", 0);
        return kernels().stream()
                .flatMap(kernel -> Stream.iterate(first, seed -> seed + 1)
                        .limit(SEEDS)
                        .map(seed -> Arguments.of(kernel, seed)));
    }

    static Stream<Arguments> kernelsAndWorks() {
        return kernels().stream()
                .flatMap(kernel -> works().filter(kernel::supports)
                        .map(work -> Arguments.of(kernel, work)));
    }

    private static Stream<Work.Plain> works() {
        return Stream.of(Blocks.BLOCK_125552, new Work.Header(Blocks.GENESIS.header(), true),
                new Work.Integers("SHA-256", Bytes.EMPTY),
                new Work.Integers("SHA-256D", Bytes.fromHex("00".repeat(150))),
                new Work.Integers("SHA-512", Bytes.fromHex("61".repeat(500))), new Work.Integers("MD5", Bytes.EMPTY));
    }

    @ParameterizedTest
    @MethodSource("kernelsAndSeeds")
    void agreesWithTheReference(SearchKernel kernel, long seed) {
        assertEquals(Optional.empty(), KernelCheck.disagreement(kernel, new SplittableRandom(seed), CASES));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void findsRealBlocks(SearchKernel kernel) {
        assertEquals(List.of(Blocks.GENESIS_NONCE), hits(kernel, Blocks.GENESIS, Blocks.GENESIS_TARGET,
                Blocks.GENESIS_NONCE - 1_000, Blocks.GENESIS_NONCE + 1_000));
        assertEquals(List.of(Blocks.NONCE_125552), hits(kernel, Blocks.BLOCK_125552, Blocks.TARGET_125552,
                Blocks.NONCE_125552 - 1_000, Blocks.NONCE_125552 + 1_000));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void findsARealBlockAmongItsVersions(SearchKernel kernel) {
        Work.Header rolled = new Work.Header(Blocks.GENESIS.header(), true);
        long integer = Blocks.GENESIS_NONCE << 16;

        assertEquals(List.of(integer),
                hits(kernel, rolled, Blocks.GENESIS_TARGET, integer - 1_000, integer + 2_000));
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void findsASingleIntegerAtBothEndsOfTheWork(SearchKernel kernel, Work.Plain work) {
        for (long integer : List.of(0L, 1L, work.limit() / 2, work.limit() - 2, work.limit() - 1)) {
            assertEquals(List.of(integer), hits(kernel, work, EVERY, integer, integer + 1));
        }
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void findsTheOnlyHitInEveryLane(SearchKernel kernel, Work.Plain work) {
        long start = work.limit() - LANES;
        for (long hit = start; hit < start + LANES; hit++) {
            byte[] digest = Reference.digest(work, hit);
            Goal goal = digest.length == 32 ? targetOf(digest) : EVERY;
            List<Long> expected = expected(work, goal, start, start + LANES);

            assertTrue(expected.contains(hit));
            assertEquals(expected, hits(kernel, work, goal, start, start + LANES));
        }
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void searchesRangesShorterThanAVectorFromAnyStart(SearchKernel kernel, Work.Plain work) {
        for (int start = 0; start < LANES; start++) {
            for (int length : List.of(1, 7, LANES)) {
                assertEquals(LongStream.range(start, start + length).boxed().toList(),
                        hits(kernel, work, EVERY, start, start + length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void searchesAcrossTheEndOfARun(SearchKernel kernel, Work.Plain work) {
        Goal goal = new Goal.TrailingZeroBits(2);
        for (long border : List.of(1L << 16, 1L << 31, 1L << 32, 3L << 32)
                .stream()
                .filter(b -> b < work.limit())
                .toList()) {
            List<Long> expected = expected(work, goal, border - 50, border + 50);

            assertEquals(expected, hits(kernel, work, goal, border - 50, border + 50));
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void hashesPrefixesOfAnyLength(SearchKernel kernel) {
        Goal goal = new Goal.TrailingZeroBits(1);
        for (int length = 0; length <= 130; length++) {
            Work.Plain work = new Work.Integers(length % 2 == 0 ? "SHA-256" : "SHA-256D", Bytes.of(new byte[length]));
            List<Long> expected = expected(work, goal, 1_000, 1_000 + LANES);

            assertEquals(expected, hits(kernel, work, goal, 1_000, 1_000 + LANES), "prefix of " + length);
        }
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void tellsOfEveryIntegerInOrder(SearchKernel kernel, Work.Plain work) {
        long start = work.limit() - 5_000;
        List<Long> all = Stream.iterate(start, integer -> integer + 1).limit(1_321).toList();

        assertEquals(all, hits(kernel, work, EVERY, start, start + 1_321));
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void tellsOfNothingThatMissesTheGoal(SearchKernel kernel, Work.Plain work) {
        for (Goal hard : List.of(new Goal.TrailingZeroBits(60), new Goal.TrailingZeroBits(64),
                new Goal.TrailingZeroBits(200), new Goal.TrailingZeroBits(4_000), Blocks.target("0"))) {
            assertEquals(List.of(), hits(kernel, work, hard, 100, 1_000));
        }
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void stopsBehindTheHitThatIsEnough(SearchKernel kernel, Work.Plain work) {
        Goal goal = new Goal.TrailingZeroBits(6);
        Search search = kernel.prepare(work, goal);
        List<Long> expected = hits(kernel, work, goal, 0, 4_000);
        List<Long> found = new ArrayList<>();

        long next = 0;
        while (next < 4_000) {
            int before = found.size();
            next = search.run(next, 4_000, integer -> {
                found.add(integer);
                return false;
            }, () -> false);
            if (found.size() == before) {
                assertEquals(4_000, next);
            } else {
                assertEquals(before + 1, found.size());
                assertEquals(found.getLast() + 1, next);
            }
        }

        assertTrue(expected.size() > 30);
        assertEquals(expected, found);
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void stopSignalLeavesAnExactPrefix(SearchKernel kernel, Work.Plain work) {
        Goal goal = new Goal.TrailingZeroBits(5);
        Search search = kernel.prepare(work, goal);
        List<Long> found = new ArrayList<>();
        AtomicBoolean stop = new AtomicBoolean();

        long next = search.run(1_000, work.limit(), integer -> {
            found.add(integer);
            stop.set(found.size() >= 100);
            return true;
        }, stop::get);

        assertTrue(next < work.limit());
        assertEquals(hits(kernel, work, goal, 1_000, next), found);
        assertTrue(found.size() >= 100);
        assertTrue(next - found.get(99) <= 1 << 17, "hashed " + (next - found.get(99)) + " more after the signal");
    }

    @ParameterizedTest
    @MethodSource("kernelsAndWorks")
    void hashesNothingWhenStoppedBefore(SearchKernel kernel, Work.Plain work) {
        List<Long> found = new ArrayList<>();

        assertEquals(17, kernel.prepare(work, EVERY).run(17, 100_000, found::add, () -> true));
        assertEquals(List.of(), found);
    }

    /** The hits there are, by the reference. */
    private static List<Long> expected(Work.Plain work, Goal goal, long start, long end) {
        return LongStream.range(start, end)
                .filter(integer -> goal.isMetBy(Reference.digest(work, integer)))
                .boxed()
                .toList();
    }

    /** The target that this digest and those below it meet. */
    private static Goal targetOf(byte[] digest) {
        byte[] reversed = digest.clone();
        for (int i = 0; i < digest.length; i++) {
            reversed[i] = digest[digest.length - 1 - i];
        }
        return new Goal.Target(Bytes.of(reversed));
    }

    private static List<Long> hits(SearchKernel kernel, Work.Plain work, Goal goal, long start, long end) {
        List<Long> hits = new ArrayList<>();
        assertEquals(end, kernel.prepare(work, goal).run(start, end, hits::add, () -> false));
        return hits;
    }
}
