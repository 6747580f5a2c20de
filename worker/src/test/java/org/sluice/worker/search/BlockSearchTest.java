package org.sluice.worker.search;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.MerklePath;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.choice.Kernels;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

class BlockSearchTest {
    /** One hash in 16. */
    private static final Goal EASY = new Goal.TrailingZeroBits(4);

    private static BlockSpace space(long seed, boolean rollVersion) {
        Random random = new Random(seed);
        return BlockSpace.of(new Work.Header(random(random, Work.Header.LENGTH), rollVersion), random(random, 90),
                random(random, 120), new MerklePath(List.of(random(random, 32), random(random, 32))));
    }

    private static Bytes random(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    private static BlockSearch search(BlockSpace space, Goal goal) {
        return new BlockSearch(space, header -> new MessageDigestKernel().prepare(header, goal));
    }

    /** Around the ends of extranonces, where one header follows another. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsWhatThePlainDefinitionFinds(long seed) {
        for (boolean rollVersion : new boolean[]{false, true}) {
            BlockSpace space = space(seed, rollVersion);
            long end = space.endOfExtranonce(0);
            for (long start : new long[]{0, end - 100, 5 * end - 1, 7 * end - 200, Long.MAX_VALUE - 200}) {
                List<Long> found = new ArrayList<>();
                long until = start + 200;

                assertEquals(until, search(space, EASY).run(start, until, found::add, () -> false));

                assertEquals(byDefinition(space, start, until), found);
            }
        }
    }

    @Test
    void preparesEachExtranonceOnce() {
        BlockSpace space = space(4, false);
        List<Work.Header> prepared = new ArrayList<>();
        BlockSearch search = new BlockSearch(space, header -> {
            prepared.add(header);
            return new MessageDigestKernel().prepare(header, EASY);
        });
        long end = space.endOfExtranonce(0);

        search.run(end - 50, end - 20, _ -> true, () -> false);
        search.run(end - 20, end + 20, _ -> true, () -> false);
        search.run(end + 20, end + 50, _ -> true, () -> false);

        assertEquals(List.of(space.header(0), space.header(1)), prepared);
    }

    /** Even if the last integer of an extranonce is the one that suffices. */
    @Test
    void endsBehindTheHitThatSuffices() {
        BlockSpace space = space(5, false);
        long end = space.endOfExtranonce(0);
        Set<Long> ends = new HashSet<>();
        for (long last = end - 40; last < end + 40; last++) {
            long suffices = last;
            List<Long> found = new ArrayList<>();
            long next = search(space, new Goal.TrailingZeroBits(0)).run(end - 40, end + 40, integer -> {
                found.add(integer);
                return integer != suffices;
            }, () -> false);
            assertEquals(suffices + 1, next);
            assertEquals(suffices, found.getLast());
            assertEquals(suffices - (end - 40) + 1, found.size());
            ends.add(next);
        }
        assertTrue(ends.contains(end));
    }

    @Test
    void stopsWhenToldTo() {
        BlockSpace space = space(6, false);
        long end = space.endOfExtranonce(0);

        assertEquals(end - 10, search(space, EASY).run(end - 10, end + 10, _ -> true, () -> true));
    }

    private static List<Long> byDefinition(BlockSpace space, long start, long end) {
        List<Long> found = new ArrayList<>();
        for (long integer = start; integer < end; integer++) {
            Work header = space.header(space.extranonce(integer));
            if (EASY.isMetBy(Reference.digest(header, space.headerInteger(integer)))) {
                found.add(integer);
            }
        }
        return found;
    }

    static List<SearchKernel> kernels() {
        return Kernels.all().stream().filter(kernel -> kernel.supports(Blocks.BLOCK_125552)).toList();
    }

    /** Its coinbase holds the bytes ff ff 00 1d where this work has its extranonce. */
    @ParameterizedTest
    @MethodSource("kernels")
    void everyKernelFindsBitcoinsBlock1(SearchKernel kernel) {
        Bytes header = Bytes.fromHex("010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d6190000000000"
                + "00".repeat(32) + "61bc6649ffff001d");
        Work block1 = new Work.Block(BlockSpace.of(new Work.Header(header, false),
                Bytes.fromHex("0100000001" + "00".repeat(32) + "ffffffff0704"),
                Bytes.fromHex("0104ffffffff0100f2052a0100000043410496b538e853519c726a2c91e61ec11600ae1390813a627c66fb8"
                        + "be7947be63c52da7589379515d4e0a604f8141781e62294721166bf621e73a82cbf2342c858eeac00000000"),
                new MerklePath(List.of())));
        long solution = (0x1d00ffffL << 32) + 2573394689L;
        List<Long> found = new ArrayList<>();

        kernel.prepareAny(block1, new Goal.Target(Bytes.fromHex("00000000ffff" + "00".repeat(26))))
                .run(solution - 3_000, solution + 3_000, found::add, () -> false);

        assertEquals(List.of(solution), found);
        assertEquals("00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048",
                Bytes.of(Reference.digest(block1, solution)).reversed().toHex());
    }
}
