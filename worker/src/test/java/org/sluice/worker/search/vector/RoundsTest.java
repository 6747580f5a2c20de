package org.sluice.worker.search.vector;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.sluice.worker.search.Sha256;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** Every piece that {@link RoundsWriter} writes does in each lane what {@link Sha256#rounds} does. */
class RoundsTest {
    private static final int TABLE = Rounds.SIZE;
    private static final int DIGEST_STATE = TABLE + Sha256.ROUNDS;

    private final RandomGenerator random = new SplittableRandom(4);

    static List<RoundsForm> forms() {
        return VectorKernel.FORMS;
    }

    @ParameterizedTest
    @MethodSource("forms")
    void begins(RoundsForm form) throws Throwable {
        Memory memory = new Memory(form);
        for (int from = 1; from <= 16; from++) {
            int[][] words = randomBlocks(form);
            int[][] variables = randomStates(form);
            memory.put(Rounds.START, variables);
            memory.put(TABLE, withK(words));

            memory.rounds.begin(memory.part, from, memory.at(TABLE));

            assertArrayEquals(after(variables, words, from, form.endOfPiece(from)), memory.get(Rounds.STATE, 8));
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void doesKnownRounds(RoundsForm form) throws Throwable {
        Memory memory = new Memory(form);
        int[][] words = schedules(randomBlocks(form));
        int[][] variables = randomStates(form);
        memory.put(TABLE, withK(words));
        memory.put(Rounds.STATE, variables);

        memory.rounds.known(memory.part, 32, memory.at(TABLE));

        assertArrayEquals(after(variables, words, 32, 32 + form.rounds()), memory.get(Rounds.STATE, 8));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void doesTheRestOfACompression(RoundsForm form) throws Throwable {
        Memory memory = new Memory(form);
        int[][] words = schedules(randomBlocks(form));
        int[][] variables = randomStates(form);
        memory.put(TABLE + 16, IntStream.range(16, 32).mapToObj(t -> knownTerms(words, t)).toArray(int[][]::new));
        memory.put(Rounds.STATE, variables);

        for (int round = 16; round < 32; round += form.rounds()) {
            memory.rounds.halfKnown(memory.part, round, memory.at(TABLE));
        }
        assertArrayEquals(after(variables, words, 16, 32), memory.get(Rounds.STATE, 8));
        int last = Sha256.ROUNDS - form.rounds();
        for (int round = 32; round < last; round += form.rounds()) {
            memory.rounds.scheduled(memory.part, round);
        }
        int[][] beforeLast = after(variables, words, 16, last);
        assertArrayEquals(beforeLast, memory.get(Rounds.STATE, 8));
        int[][] wordsBeforeLast = memory.get(Rounds.WORDS, Sha256.ROUNDS);
        memory.rounds.scheduled(memory.part, last);
        int[][] expected = after(variables, words, 16, 64);
        assertArrayEquals(expected, memory.get(Rounds.STATE, 8));

        memory.put(Rounds.STATE, beforeLast);
        memory.put(Rounds.WORDS, wordsBeforeLast);
        memory.rounds.lastWord(memory.part, last);
        assertArrayEquals(expected[7], memory.get(Rounds.STATE, 8)[7]);
    }

    @ParameterizedTest
    @MethodSource("forms")
    void beginsTheHashOfADigest(RoundsForm form) throws Throwable {
        Memory memory = new Memory(form);
        int[][] state = randomStates(form);
        int[][] variables = randomStates(form);
        memory.put(DIGEST_STATE, state);
        memory.put(Rounds.STATE, variables);
        LaneBlock block = LaneBlock.ofDigest();
        memory.put(TABLE, IntStream.range(0, 32).mapToObj(t -> all(form, block.table(t))).toArray(int[][]::new));
        int[][] words = new int[16][];
        Arrays.setAll(words, t -> t < 8 ? sum(state[t], variables[t]) : all(form, block.word(t)));
        int[][] initial = Arrays.stream(Sha256.initialState()).mapToObj(word -> all(form, word)).toArray(int[][]::new);

        memory.rounds.digest(memory.part, 0, memory.at(TABLE), memory.at(DIGEST_STATE));

        assertArrayEquals(after(initial, words, 0, form.rounds()), memory.get(Rounds.STATE, 8));
        int[][] schedule = schedules(words);
        int[][] table = memory.get(TABLE, 32);
        for (int t = 1; t < 8; t++) {
            assertArrayEquals(sum(words[t], all(form, Sha256.k(t))), table[t], "word " + t);
        }
        for (int t = 16; t < 32; t++) {
            assertArrayEquals(knownTerms(schedule, t), table[t], "word " + t);
        }
    }

    /** The rounds read and write without checks of the bounds: whatever they are asked for must lie within the memory. */
    @ParameterizedTest
    @MethodSource("forms")
    void staysInItsMemoryWhateverItIsAskedFor(RoundsForm form) throws Throwable {
        VectorSearch.Context context = VectorKernel.context(form);
        Rounds rounds = context.rounds();
        for (long wrong : new long[]{-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, context.memory().mask()}) {
            for (int round : new int[]{0, 16, 63, 64, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
                rounds.begin(wrong, round, wrong);
                rounds.known(wrong, round, wrong);
                rounds.halfKnown(wrong, round, wrong);
                rounds.digest(wrong, round, wrong, wrong);
                rounds.scheduled(wrong, round);
                rounds.lastWord(wrong, round);
            }
        }
        // A segment ends where the mask has it, and a part's size behind.
        long part = (long) form.groups() * VectorSearch.GROUP * form.species().vectorByteSize();
        assertEquals(context.memory().mask() + 1 + part, context.memory().segment().byteSize());
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 64})
    void partsOfTheMemoryDoNotOverlap(int vectorBytes) {
        LaneMemory memory = new LaneMemory(vectorBytes, 10);
        long size = 10L * vectorBytes;
        long[] parts = Stream.generate(memory::borrow)
                .takeWhile(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        for (int i = 0; i < parts.length; i++) {
            long end = i + 1 < parts.length ? parts[i + 1] : memory.mask() + 1 + size;
            assertTrue(end - parts[i] >= size, "parts " + i + " and " + (i + 1));
            assertEquals(0, parts[i] % vectorBytes);
            assertEquals(parts[i], parts[i] & memory.mask());
        }
        assertEquals(memory.mask() + 1 + size, memory.segment().byteSize());
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

    private static int[] all(RoundsForm form, int word) {
        int[] all = new int[lanes(form)];
        Arrays.fill(all, word);
        return all;
    }

    /** The lanes of all vectors that go abreast. */
    private static int lanes(RoundsForm form) {
        return form.abreast() * form.species().length();
    }

    private int[][] randomBlocks(RoundsForm form) {
        return random(form, Sha256.BLOCK_WORDS);
    }

    private int[][] randomStates(RoundsForm form) {
        return random(form, Sha256.STATE_WORDS);
    }

    private int[][] random(RoundsForm form, int count) {
        return Stream.generate(() -> random.ints(lanes(form)).toArray()).limit(count).toArray(int[][]::new);
    }

    /** A part of the memory, and the rounds on it. */
    private static final class Memory {
        final Rounds rounds;
        final long part;
        private final MemorySegment segment;
        private final RoundsForm form;

        Memory(RoundsForm form) throws Throwable {
            VectorSearch.Context context = VectorKernel.context(form);
            this.rounds = context.rounds();
            this.segment = context.memory().segment();
            this.part = Objects.requireNonNull(context.memory().borrow());
            this.form = form;
        }

        long at(int vector) {
            return part + (long) vector * form.species().vectorByteSize();
        }

        void put(int first, int[][] vectors) {
            for (int i = 0; i < vectors.length; i++) {
                for (int lane = 0; lane < lanes(form); lane++) {
                    segment.set(ValueLayout.JAVA_INT, at(first + i, lane), vectors[i][lane]);
                }
            }
        }

        int[][] get(int first, int count) {
            int[][] vectors = new int[count][lanes(form)];
            for (int i = 0; i < count; i++) {
                for (int lane = 0; lane < lanes(form); lane++) {
                    vectors[i][lane] = segment.get(ValueLayout.JAVA_INT, at(first + i, lane));
                }
            }
            return vectors;
        }

        private long at(int vector, int lane) {
            int length = form.species().length();
            return at(lane / length * VectorSearch.GROUP + vector) + (long) lane % length * Integer.BYTES;
        }
    }
}
