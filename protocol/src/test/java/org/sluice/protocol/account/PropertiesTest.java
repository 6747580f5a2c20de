package org.sluice.protocol.account;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import org.sluice.protocol.Bench;
import org.sluice.protocol.Given;
import org.sluice.protocol.message.Coverage;
import org.sluice.protocol.message.EncodedSize;
import org.sluice.protocol.message.RosterEntry;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.PeerId;
import org.sluice.protocol.value.Range;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.sluice.protocol.Given.peer;
import static org.sluice.protocol.Given.range;
import static org.sluice.protocol.Given.solution;

/** What holds for all inputs; {@code -Dseed=S} replays one seed alone. */
class PropertiesTest {
    private static final JobSpec JOB = Given.job(0, 10_000);

    static List<Long> seeds() {
        return Given.seeds(200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aSplitIsAPartitionInProportionToTheRates(long seed) {
        Random random = new Random(seed);
        long start = random.nextLong(1L << random.nextInt(1, 62));
        long size = random.nextLong(1, Math.max(2, (Long.MAX_VALUE - start) >>> random.nextInt(0, 40)));
        RangeSet ranges = range(start, start + size).minus(RangeSet.of(List.of(
                new Range(start + size / 3, start + size / 3 + 1), new Range(start + size / 2, start + size / 2 + 1))));
        long ownRate = random.nextBoolean() ? 0 : random.nextLong(1, 1L << 40);
        List<RosterEntry> roster = new ArrayList<>();
        for (int i = random.nextInt(40); i > 0; i--) {
            roster.add(new RosterEntry(peer("w" + i), random.nextLong(1, 1L << random.nextInt(1, 40))));
        }
        int fanOut = random.nextInt(1, 20);
        Duration shortest = Duration.ofMillis(random.nextInt(2_000));

        Splitter.Split split = Splitter.split(ranges, ownRate, roster, fanOut, shortest);

        RangeSet all = split.own();
        double rates = ownRate;
        List<PeerId> reached = new ArrayList<>();
        for (Splitter.Part part : split.parts()) {
            assertFalse(all.intersects(part.ranges()), "nothing twice");
            assertFalse(part.ranges().isEmpty(), "no part is empty");
            all = all.plus(part.ranges());
            rates += rate(part);
            reached.add(part.head().peer());
            part.slice().forEach(entry -> reached.add(entry.peer()));
            part.slice()
                    .forEach(
                            entry -> assertTrue(entry.hashesPerSecond() <= part.head().hashesPerSecond(),
                                    "the fastest heads"));
        }
        assertEquals(ranges, all, "nothing lost");
        assertTrue(split.parts().size() <= fanOut);
        assertEquals(reached.size(), reached.stream().distinct().count(), "nobody is in two slices");
        long tolerance = Math.max(split.parts().size() + 1, ranges.size() >>> 40);
        for (Splitter.Part part : split.parts()) {
            assertEquals(ranges.size() * (rate(part) / rates), (double) part.ranges().size(), (double) tolerance);
        }
        if (reached.size() > (ownRate == 0 ? 1 : 0)) {
            assertTrue(ranges.size() / rates >= shortest.toNanos() / 1e9 * 0.999_999,
                    "nobody gets less than is worth the while");
        }
    }

    private static double rate(Splitter.Part part) {
        double rate = part.head().hashesPerSecond();
        for (RosterEntry entry : part.slice()) {
            rate += entry.hashesPerSecond();
        }
        return rate;
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whateverIsLostOnTheWayTheParentEndsWithExactlyTheFacts(long seed) {
        Random random = new Random(seed);
        Facts child = new Facts(JOB, Bench.EVEN);
        Facts parent = new Facts(JOB, Bench.EVEN);
        Uplink uplink = new Uplink(peer("p"), Duration.ofSeconds(1));
        uplink.give(range(0, 5_000), child);
        List<Long> acknowledgements = new ArrayList<>();
        for (int i = 0; i < 200 || uplink.hasNews(); i++) {
            if (i < 200 && random.nextInt(3) == 0) {
                uplink.learn(child.unite(told(random), found(random)));
            }
            if (i == 100) {
                uplink.give(range(5_000, 10_000), child);
            }
            int room = 20 + random.nextInt(random.nextBoolean() ? 400 : 100_000);
            Uplink.Delta delta = uplink.next(child, Instant.EPOCH, room);
            int size = EncodedSize.all(delta.coverage(), EncodedSize::of)
                    + EncodedSize.all(delta.solutions(), EncodedSize::of) - 2 * EncodedSize.LIST_BYTES;
            assertTrue(size <= delta.size() && delta.size() <= Math.max(room, 100), () -> size + " in " + room);
            for (int copies = random.nextInt(3); copies > 0; copies--) {
                parent.unite(delta.coverage(), delta.solutions());
                acknowledgements.add(delta.number());
            }
            while (!acknowledgements.isEmpty() && random.nextBoolean()) {
                long number = acknowledgements.remove(random.nextInt(acknowledgements.size()));
                if (random.nextInt(3) > 0) {
                    uplink.acknowledge(number);
                }
            }
        }

        assertEquals(child.covered(), parent.covered());
        assertEquals(child.byPeer(), parent.byPeer());
        assertEquals(child.solutions(), parent.solutions());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void factsAreTheSameInWhateverOrderAndHoweverOftenTheyAreTold(long seed) {
        Random random = new Random(seed);
        List<Runnable> tellings = new ArrayList<>();
        Facts ordered = new Facts(JOB, Bench.EVEN);
        Facts shuffled = new Facts(JOB, Bench.EVEN);
        for (int i = 0; i < 50; i++) {
            List<Coverage> told = told(random);
            List<Solution> found = found(random);
            ordered.unite(told, found);
            tellings.add(() -> shuffled.unite(told, found));
        }
        tellings.addAll(List.copyOf(tellings.subList(0, 20)));
        Collections.shuffle(tellings, random);
        tellings.forEach(Runnable::run);

        assertEquals(ordered.covered(), shuffled.covered());
        assertEquals(ordered.byPeer(), shuffled.byPeer());
        assertEquals(ordered.solutions().keySet(), shuffled.solutions().keySet());
    }

    private static List<Coverage> told(Random random) {
        List<Coverage> told = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            long start = random.nextLong(10_500);
            told.add(new Coverage(peer("w" + random.nextInt(3)), range(start, start + 1 + random.nextInt(300))));
        }
        return told;
    }

    private static List<Solution> found(Random random) {
        List<Solution> found = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            long integer = random.nextLong(10_500);
            found.add(solution(integer, "w" + integer % 3));
        }
        return found;
    }
}
