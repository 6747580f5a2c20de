package org.sluice.worker.search;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

/** Every piece that {@link RoundsWriter} writes does in each lane what {@link Sha256#rounds} does. */
class RoundsTest {
    private static final int TABLE = Rounds.SIZE;
    private static final int DIGEST_STATE = TABLE + Sha256.ROUNDS;

    private final RandomGenerator random = new SplittableRandom(4);

    static Stream<VectorSpecies<Integer>> species() {
        return Stream.of(IntVector.SPECIES_128, IntVector.SPECIES_256, IntVector.SPECIES_512);
    }

    @ParameterizedTest
    @MethodSource("species")
    void begins(VectorSpecies<Integer> species) throws Throwable {
        Memory memory = new Memory(species);
        for (int from = 1; from <= 16; from++) {
            int[][] words = randomBlocks(species);
            int[][] variables = randomStates(species);
            memory.put(Rounds.START, variables);
            memory.put(TABLE, withK(words));

            memory.rounds.begin(memory.part, from, memory.at(TABLE));

            assertArrayEquals(after(variables, words, from, 16), memory.get(Rounds.STATE, 8));
        }
    }

    @ParameterizedTest
    @MethodSource("species")
    void doesKnownRounds(VectorSpecies<Integer> species) throws Throwable {
        Memory memory = new Memory(species);
        int[][] words = schedules(randomBlocks(species));
        int[][] variables = randomStates(species);
        memory.put(TABLE, withK(words));
        memory.put(Rounds.STATE, variables);

        memory.rounds.known(memory.part, 32, memory.at(TABLE));

        assertArrayEquals(after(variables, words, 32, 48), memory.get(Rounds.STATE, 8));
    }

    @ParameterizedTest
    @MethodSource("species")
    void doesTheRestOfACompression(VectorSpecies<Integer> species) throws Throwable {
        Memory memory = new Memory(species);
        int[][] words = schedules(randomBlocks(species));
        int[][] variables = randomStates(species);
        memory.put(TABLE + 16, IntStream.range(16, 32).mapToObj(t -> knownTerms(words, t)).toArray(int[][]::new));
        memory.put(Rounds.STATE, variables);

        memory.rounds.halfKnown(memory.part, 16, memory.at(TABLE));
        assertArrayEquals(after(variables, words, 16, 32), memory.get(Rounds.STATE, 8));
        int last = Sha256.ROUNDS - memory.rounds.scheduledRounds();
        for (int round = 32; round < last; round += memory.rounds.scheduledRounds()) {
            memory.rounds.scheduled(memory.part, round);
        }
        int[][] beforeLast = after(variables, words, 16, last);
        assertArrayEquals(beforeLast, memory.get(Rounds.STATE, 8));
        int[][] wordsBeforeLast = memory.get(Rounds.WORDS, 48);
        memory.rounds.scheduled(memory.part, last);
        int[][] expected = after(variables, words, 16, 64);
        assertArrayEquals(expected, memory.get(Rounds.STATE, 8));

        memory.put(Rounds.STATE, beforeLast);
        memory.put(Rounds.WORDS, wordsBeforeLast);
        memory.rounds.lastWord(memory.part, last);
        assertArrayEquals(expected[7], memory.get(Rounds.STATE, 8)[7]);
    }

    @ParameterizedTest
    @MethodSource("species")
    void beginsTheHashOfADigest(VectorSpecies<Integer> species) throws Throwable {
        Memory memory = new Memory(species);
        int[][] state = randomStates(species);
        int[][] variables = randomStates(species);
        memory.put(DIGEST_STATE, state);
        memory.put(Rounds.STATE, variables);
        LaneBlock block = LaneBlock.ofDigest();
        memory.put(TABLE, IntStream.range(0, 32).mapToObj(t -> all(species, block.table(t))).toArray(int[][]::new));
        int[][] words = new int[16][];
        Arrays.setAll(words, t -> t < 8 ? sum(state[t], variables[t]) : all(species, block.word(t)));
        int[][] initial = Arrays.stream(Sha256.initialState())
                .mapToObj(word -> all(species, word))
                .toArray(int[][]::new);

        memory.rounds.digest(memory.part, 0, memory.at(TABLE), memory.at(DIGEST_STATE));

        assertArrayEquals(after(initial, words, 0, 16), memory.get(Rounds.STATE, 8));
        int[][] schedule = schedules(words);
        for (int t = 16; t < 32; t++) {
            assertArrayEquals(knownTerms(schedule, t), memory.get(TABLE, 32)[t], "word " + t);
        }
    }

    @ParameterizedTest
    @MethodSource("species")
    void partsOfTheMemoryDoNotOverlap(VectorSpecies<Integer> species) {
        LaneMemory memory = new LaneMemory(species.vectorByteSize(), 10);
        long[] parts = Stream.generate(memory::borrow)
                .takeWhile(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        for (int i = 0; i < parts.length; i++) {
            long end = i + 1 < parts.length ? parts[i + 1] : memory.segment().byteSize();
            assertEquals(10L * species.vectorByteSize(), end - parts[i]);
            assertEquals(0, parts[i] % species.vectorByteSize());
        }
        memory.giveBack(parts[3]);
        assertEquals(parts[3], memory.borrow());
    }

    /** The terms of word t that are words of the block, in each lane. */
    private static int[] knownTerms(int[][] words, int t) {
        int[] sum = new int[words[0].length];
        for (int lane = 0; lane < sum.length; lane++) {
            sum[lane] = (t - 2 < 16 ? Sha256.sigma1(words[t - 2][lane]) : 0) + (t - 7 < 16 ? words[t - 7][lane] : 0)
                    + (t - 15 < 16 ? Sha256.sigma0(words[t - 15][lane]) : 0) + words[t - 16][lane];
        }
        return sum;
    }

    private static int[][] after(int[][] variables, int[][] words, int from, int to) {
        int[][] after = new int[8][variables[0].length];
        for (int lane = 0; lane < variables[0].length; lane++) {
            int[] one = lane(variables, lane);
            Sha256.rounds(one, lane(words, lane), from, to);
            for (int i = 0; i < 8; i++) {
                after[i][lane] = one[i];
            }
        }
        return after;
    }

    private static int[][] schedules(int[][] blocks) {
        int[][] schedules = new int[Sha256.ROUNDS][blocks[0].length];
        for (int lane = 0; lane < blocks[0].length; lane++) {
            int[] schedule = Sha256.schedule(lane(blocks, lane));
            for (int t = 0; t < schedule.length; t++) {
                schedules[t][lane] = schedule[t];
            }
        }
        return schedules;
    }

    private static int[][] withK(int[][] words) {
        return IntStream.range(0, words.length)
                .mapToObj(t -> Arrays.stream(words[t]).map(word -> word + Sha256.k(t)).toArray())
                .toArray(int[][]::new);
    }

    private static int[] lane(int[][] vectors, int lane) {
        return Arrays.stream(vectors).mapToInt(vector -> vector[lane]).toArray();
    }

    private static int[] sum(int[] one, int[] other) {
        return IntStream.range(0, one.length).map(lane -> one[lane] + other[lane]).toArray();
    }

    private static int[] all(VectorSpecies<Integer> species, int word) {
        int[] all = new int[species.length()];
        Arrays.fill(all, word);
        return all;
    }

    private int[][] randomBlocks(VectorSpecies<Integer> species) {
        return random(species, Sha256.BLOCK_WORDS);
    }

    private int[][] randomStates(VectorSpecies<Integer> species) {
        return random(species, Sha256.STATE_WORDS);
    }

    private int[][] random(VectorSpecies<Integer> species, int count) {
        return Stream.generate(() -> random.ints(species.length()).toArray()).limit(count).toArray(int[][]::new);
    }

    /** A part of the memory, and the rounds on it. */
    private static final class Memory {
        final Rounds rounds;
        final long part;
        private final MemorySegment segment;
        private final int vectorBytes;

        Memory(VectorSpecies<Integer> species) throws Throwable {
            VectorSearch.Width width = VectorKernel.width(species);
            this.rounds = width.rounds();
            this.segment = width.memory().segment();
            this.part = Objects.requireNonNull(width.memory().borrow());
            this.vectorBytes = species.vectorByteSize();
        }

        long at(int vector) {
            return part + (long) vector * vectorBytes;
        }

        void put(int first, int[][] vectors) {
            for (int i = 0; i < vectors.length; i++) {
                MemorySegment.copy(vectors[i], 0, segment, ValueLayout.JAVA_INT, at(first + i), vectors[i].length);
            }
        }

        int[][] get(int first, int count) {
            return IntStream.range(first, first + count)
                    .mapToObj(i -> segment.asSlice(at(i), vectorBytes).toArray(ValueLayout.JAVA_INT))
                    .toArray(int[][]::new);
        }
    }
}
