package org.sluice.protocol;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

import org.sluice.protocol.message.Outcome;
import org.sluice.protocol.root.Answer;
import org.sluice.protocol.root.Root;
import org.sluice.protocol.value.JobSpec;
import org.sluice.protocol.value.Mode;
import org.sluice.protocol.value.RangeSet;
import org.sluice.protocol.value.Solution;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Whole jobs, from the first assignment to the last goodbye; {@code -Dseed=S} replays one alone. */
class TinyNetworkTest {
    private static final int SIZE = 200_000;
    private static final Duration LONG_ENOUGH = Duration.ofMinutes(40);

    static List<Long> seeds() {
        return Given.seeds(60);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void withoutFaultsEveryIntegerIsHashedOnce(long seed) {
        TinyNetwork network = new TinyNetwork(seed, TinyNetwork.Faults.NONE);
        Root root = populated(network, seed, Mode.ALL);

        network.run(LONG_ENOUGH);

        Answer answer = root.answer().orElseThrow();
        assertEquals(SIZE, network.hashes, "hashes done");
        assertEquals(BigInteger.valueOf(SIZE), answer.hashes());
        assertEquals(BigInteger.ZERO, answer.overlapHashes());
        assertIsComplete(answer);
        assertEquals(List.of(), network.deaths);
        assertEquals(List.of(), network.busy());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void withMessagesLostRepeatedAndOvertakenNothingIsMissing(long seed) {
        TinyNetwork network = new TinyNetwork(seed,
                new TinyNetwork.Faults(0.05, 0.05, Duration.ofMillis(200)));
        Root root = populated(network, seed, Mode.ALL);

        network.run(LONG_ENOUGH);

        assertIsComplete(root.answer().orElseThrow());
        assertEquals(List.of(), network.busy());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void withPeersThatDieOrLeaveNothingIsMissing(long seed) {
        TinyNetwork network = new TinyNetwork(seed, new TinyNetwork.Faults(0.01, 0.01, Duration.ofMillis(100)));
        Root root = populated(network, seed, Mode.ALL);
        SplittableRandom random = new SplittableRandom(~seed);
        network.kill("w1", Duration.ofMillis(random.nextInt(500, 20_000)), Duration.ofMillis(random.nextInt(6_000)));
        network.kill("w2", Duration.ofMillis(random.nextInt(500, 20_000)), Duration.ofMillis(random.nextInt(6_000)));
        network.stop("w3", Duration.ofMillis(random.nextInt(500, 20_000)));

        network.run(LONG_ENOUGH);

        assertIsComplete(root.answer().orElseThrow());
        assertEquals(List.of(), network.busy());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aJobThatLosesItsRootIsResumedAndNothingIsHashedTwice(long seed) {
        TinyNetwork network = new TinyNetwork(seed, TinyNetwork.Faults.NONE);
        JobSpec spec = populated(network, seed, Mode.ALL).spec();
        SplittableRandom random = new SplittableRandom(~seed);
        network.killRoot(spec, Duration.ofMillis(random.nextInt(1_000, 10_000)));
        network.run(Duration.ofMillis(random.nextInt(10_000, 60_000)));

        Root root = network.resume(spec, 2);
        network.run(LONG_ENOUGH);

        Answer answer = root.answer().orElseThrow();
        assertIsComplete(answer);
        assertEquals(SIZE, network.hashes, "hashes done");
        assertEquals(List.of(), network.busy());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void soItIsWhenWorkersDieMeanwhileMessagesAreLostAndTheResumerDiesToo(long seed) {
        TinyNetwork network = new TinyNetwork(seed, new TinyNetwork.Faults(0.02, 0.02, Duration.ofMillis(100)));
        JobSpec spec = populated(network, seed, Mode.ALL).spec();
        SplittableRandom random = new SplittableRandom(~seed);
        network.killRoot(spec, Duration.ofMillis(random.nextInt(1_000, 10_000)));
        network.kill("w1", Duration.ofMillis(random.nextInt(500, 30_000)), Duration.ofMillis(random.nextInt(6_000)));
        network.kill("w2", Duration.ofMillis(random.nextInt(500, 30_000)), Duration.ofMillis(random.nextInt(6_000)));
        network.run(Duration.ofMillis(random.nextInt(10_000, 60_000)));
        network.resume(spec, 2);
        network.killRoot(spec, Duration.ofMillis(random.nextInt(40_000)));
        network.run(Duration.ofMillis(random.nextInt(40_000, 60_000)));

        Root root = network.resume(spec, 3);
        network.run(LONG_ENOUGH);

        assertIsComplete(root.answer().orElseThrow());
        assertEquals(List.of(), network.busy());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void oneSolutionEndsAJobInModeFirst(long seed) {
        TinyNetwork network = new TinyNetwork(seed, TinyNetwork.Faults.NONE);
        Root root = populated(network, seed, Mode.FIRST);

        network.run(LONG_ENOUGH);

        Answer answer = root.answer().orElseThrow();
        assertEquals(Outcome.FOUND, answer.outcome());
        assertTrue(answer.solutions().stream().allMatch(solution -> solution.integer() % 997 == 0));
        assertEquals(RangeSet.of(answer.job().range()).size(),
                answer.gaps().size() + answer.hashes().subtract(answer.overlapHashes()).longValueExact());
        assertEquals(List.of(), network.busy());
    }

    private static Root populated(TinyNetwork network, long seed, Mode mode) {
        SplittableRandom random = new SplittableRandom(seed);
        int workers = random.nextInt(4, 9);
        for (int i = 0; i < workers; i++) {
            network.worker("w" + i, random.nextInt(200, 4_000));
        }
        JobSpec spec = Given.in(mode, Given.withFanOut(random.nextInt(1, 4), Given.job(0, SIZE)));
        Root root = network.root(spec, Duration.ofMinutes(30));
        network.announce();
        return root;
    }

    private static void assertIsComplete(Answer answer) {
        assertEquals(Outcome.FOUND, answer.outcome());
        assertEquals(RangeSet.EMPTY, answer.gaps());
        assertEquals(LongStream.range(0, SIZE).filter(i -> i % 997 == 0).boxed().toList(),
                answer.solutions().stream().map(Solution::integer).toList());
    }
}
