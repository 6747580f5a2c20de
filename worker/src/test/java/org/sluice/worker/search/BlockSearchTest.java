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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
}
