package org.sluice.worker.search;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.IntUnaryOperator;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROR;
import static jdk.incubator.vector.VectorOperators.XOR;

/**
 * SHA-256 (FIPS 180-4) of as many consecutive integers at once as a vector has lanes.
 *
 * <p>A vector holds one 32-bit word of the message schedule, or of the state, of all its lanes. Between methods words
 * live in arrays, lanes side by side: a vector that is handed to a method that the compiler does not inline becomes an
 * object.
 *
 * <p>Integers go by in runs in which their high bits are constant; {@link LaneLayout} says what differs from lane to
 * lane: a word of the message, or, where the version is rolled, the state behind the first block. Then the whole run
 * shares one message schedule.
 *
 * <p>The lanes test only the digest's last word. An integer that passes is hashed once more by the portable kernel,
 * which decides. {@link VectorKernel} defines this class once for each width.
 */
final class VectorSearch implements Search {
    private static final VectorSpecies<Integer> SPECIES = VectorKernel.species(MethodHandles.lookup());
    private static final int LANES = SPECIES.length();
    /** Integers between two looks at the stop signal: few, because the loop is slow until it is compiled. */
    private static final int STRIDE = 256;
    private static final IntVector LANE_NUMBERS = IntVector.zero(SPECIES).addIndex(1);
    private static final int[] K = spread(Sha256::k, Sha256.ROUNDS);
    private static final int[] INITIAL_STATE = spread(Sha256::initial, Sha256.STATE_WORDS);

    private final MessageDigestSearch portable;
    private final LastWord lastWord;
    private final LaneLayout layout;
    private final boolean twice;
    /** The schedules of the blocks behind the midstate. */
    private final int[][] schedules;
    /** The schedule of the block that holds the first digest. */
    private final int[] digestSchedule;
    private final int[] midstate;
    private final int[] state = new int[Sha256.STATE_WORDS * LANES];

    VectorSearch(Work work, Goal goal) {
        this.portable = new MessageDigestSearch(work, goal);
        this.lastWord = LastWord.of(goal);
        this.layout = LaneLayout.of(work, LANES);
        this.twice = Reference.isDouble(work);
        this.schedules = new int[layout.tailBlocks()][Sha256.ROUNDS * LANES];
        this.midstate = layout.statePerLane() ? new int[0] : spread(layout::midstate, Sha256.STATE_WORDS);
        this.digestSchedule = spread(Sha256::paddingOfDigest, Sha256.ROUNDS);
    }

    @Override
    public long run(long start, long end, Hits hits, BooleanSupplier stop) {
        long next = start;
        while (next < end && !stop.getAsBoolean()) {
            long lastOfRun = Math.min(end - 1, layout.lastOfRun(next));
            beginRun(next);
            while (next <= lastOfRun && !stop.getAsBoolean()) {
                int count = (int) Math.min(STRIDE, lastOfRun - next + 1);
                long enough = search(next, count, hits);
                if (enough >= 0) {
                    return enough + 1;
                }
                next += count;
            }
        }
        return next;
    }

    /** Writes what is constant while the high bits of integers are. */
    private void beginRun(long integer) {
        int[] words = layout.wordsOfRun(integer);
        for (int block = 0; block < schedules.length; block++) {
            int from = block * Sha256.BLOCK_WORDS;
            spread(word -> words[from + word], Sha256.BLOCK_WORDS, schedules[block]);
            if (!layout.variesInBlock(block)) {
                expand(schedules[block]);
            }
        }
    }

    /** Searches integers of one run; returns the hit that was enough, or -1. */
    private long search(long start, int count, Hits hits) {
        if (layout.statePerLane()) {
            layout.needStates(start, count);
        }
        for (int done = 0; done < count; done += LANES) {
            hash((int) start + done);
            if (anyLanePasses()) {
                long enough = tell(start + done, Math.min(LANES, count - done), hits);
                if (enough >= 0) {
                    return enough;
                }
            }
        }
        return -1;
    }

    private long tell(long start, int count, Hits hits) {
        for (long integer = start; integer < start + count; integer++) {
            if (passes(state[(Sha256.STATE_WORDS - 1) * LANES + (int) (integer - start)]) && portable.isHit(integer)
                    && !hits.found(integer)) {
                return integer;
            }
        }
        return -1;
    }

    private boolean passes(int word) {
        return Integer.compareUnsigned(Integer.reverseBytes(word) & lastWord.mask(), lastWord.limit()) <= 0;
    }

    private boolean anyLanePasses() {
        IntVector word = IntVector.fromArray(SPECIES, state, (Sha256.STATE_WORDS - 1) * LANES);
        return word.lanewise(VectorOperators.REVERSE_BYTES)
                .and(lastWord.mask())
                .compare(VectorOperators.ULE, lastWord.limit())
                .anyTrue();
    }

    /** Leaves in {@link #state} the digests of the integers whose low bits are {@code low} and those that follow. */
    private void hash(int low) {
        for (int block = 0; block < schedules.length; block++) {
            int[] schedule = schedules[block];
            if (layout.variesInBlock(block)) {
                writeLowBits(low, block, schedule);
                expand(schedule);
            }
            if (block > 0) {
                compress(state, 0, LANES, schedule, state);
            } else if (layout.statePerLane()) {
                compress(layout.states(), low & layout.lowMask(), layout.stateStride(), schedule, state);
            } else {
                compress(midstate, 0, LANES, schedule, state);
            }
        }
        if (twice) {
            System.arraycopy(state, 0, digestSchedule, 0, state.length);
            expand(digestSchedule);
            compress(INITIAL_STATE, 0, LANES, digestSchedule, state);
        }
    }

    /** Writes the low 32 bits of the integers into their one or two words of a block. */
    private void writeLowBits(int low, int block, int[] schedule) {
        IntVector integers = LANE_NUMBERS.add(low);
        IntVector bits = layout.littleEndian() ? integers.lanewise(VectorOperators.REVERSE_BYTES) : integers;
        int word = layout.lowWord() - block * Sha256.BLOCK_WORDS;
        int shift = layout.lowShift();
        if (word >= 0 && word < Sha256.BLOCK_WORDS) {
            bits.lanewise(LSHR, shift)
                    .or(layout.wordOfRun(layout.lowWord()))
                    .intoArray(schedule,
                            word * LANES);
        }
        if (shift > 0 && word + 1 >= 0 && word + 1 < Sha256.BLOCK_WORDS) {
            bits.lanewise(VectorOperators.LSHL, Integer.SIZE - shift)
                    .or(layout.wordOfRun(layout.lowWord() + 1))
                    .intoArray(schedule, (word + 1) * LANES);
        }
    }

    /** Computes words 16 to 63 of a message schedule from the first 16 (FIPS 180-4, section 6.2.2, step 1). */
    private static void expand(int[] w) {
        for (int t = Sha256.BLOCK_WORDS * LANES; t < Sha256.ROUNDS * LANES; t += LANES) {
            IntVector w2 = IntVector.fromArray(SPECIES, w, t - 2 * LANES);
            IntVector w7 = IntVector.fromArray(SPECIES, w, t - 7 * LANES);
            IntVector w15 = IntVector.fromArray(SPECIES, w, t - 15 * LANES);
            IntVector w16 = IntVector.fromArray(SPECIES, w, t - 16 * LANES);
            sigma1(w2).add(w7).add(sigma0(w15)).add(w16).intoArray(w, t);
        }
    }

    /**
     * Compresses a block (FIPS 180-4, section 6.2.2, steps 2 to 4).
     *
     * <p>Eight rounds make one turn of the loop, after which each working variable has its own name again. In each, T1
     * is h + W + K + sum1(e) + choice(e, f, g), and sum0(a) + majority(a, b, c) is T2 (sections 4.1.2 and 6.2.2); they
     * stand here in full because the compiler stops inlining our own methods, though not the Vector API's, when a
     * method has grown so large.
     *
     * @param from holds the state before, its first word at {@code at} and the next ones {@code stride} behind each
     *     other
     * @param w the message schedule
     * @param to is given the state behind
     */
    private static void compress(int[] from, int at, int stride, int[] w, int[] to) {
        IntVector a = IntVector.fromArray(SPECIES, from, at);
        IntVector b = IntVector.fromArray(SPECIES, from, at + stride);
        IntVector c = IntVector.fromArray(SPECIES, from, at + 2 * stride);
        IntVector d = IntVector.fromArray(SPECIES, from, at + 3 * stride);
        IntVector e = IntVector.fromArray(SPECIES, from, at + 4 * stride);
        IntVector f = IntVector.fromArray(SPECIES, from, at + 5 * stride);
        IntVector g = IntVector.fromArray(SPECIES, from, at + 6 * stride);
        IntVector h = IntVector.fromArray(SPECIES, from, at + 7 * stride);
        for (int t = 0; t < Sha256.ROUNDS * LANES; t += 8 * LANES) {
            IntVector t1 = h.add(IntVector.fromArray(SPECIES, w, t))
                    .add(IntVector.fromArray(SPECIES, K, t))
                    .add(e.lanewise(ROR, 6).lanewise(XOR, e.lanewise(ROR, 11)).lanewise(XOR, e.lanewise(ROR, 25)))
                    .add(e.and(f.lanewise(XOR, g)).lanewise(XOR, g));
            d = d.add(t1);
            h = t1.add(a.lanewise(ROR, 2).lanewise(XOR, a.lanewise(ROR, 13)).lanewise(XOR, a.lanewise(ROR, 22)))
                    .add(a.and(b).or(c.and(a.or(b))));

            t1 = g.add(IntVector.fromArray(SPECIES, w, t + LANES))
                    .add(IntVector.fromArray(SPECIES, K, t + LANES))
                    .add(d.lanewise(ROR, 6).lanewise(XOR, d.lanewise(ROR, 11)).lanewise(XOR, d.lanewise(ROR, 25)))
                    .add(d.and(e.lanewise(XOR, f)).lanewise(XOR, f));
            c = c.add(t1);
            g = t1.add(h.lanewise(ROR, 2).lanewise(XOR, h.lanewise(ROR, 13)).lanewise(XOR, h.lanewise(ROR, 22)))
                    .add(h.and(a).or(b.and(h.or(a))));

            t1 = f.add(IntVector.fromArray(SPECIES, w, t + 2 * LANES))
                    .add(IntVector.fromArray(SPECIES, K, t + 2 * LANES))
                    .add(c.lanewise(ROR, 6).lanewise(XOR, c.lanewise(ROR, 11)).lanewise(XOR, c.lanewise(ROR, 25)))
                    .add(c.and(d.lanewise(XOR, e)).lanewise(XOR, e));
            b = b.add(t1);
            f = t1.add(g.lanewise(ROR, 2).lanewise(XOR, g.lanewise(ROR, 13)).lanewise(XOR, g.lanewise(ROR, 22)))
                    .add(g.and(h).or(a.and(g.or(h))));

            t1 = e.add(IntVector.fromArray(SPECIES, w, t + 3 * LANES))
                    .add(IntVector.fromArray(SPECIES, K, t + 3 * LANES))
                    .add(b.lanewise(ROR, 6).lanewise(XOR, b.lanewise(ROR, 11)).lanewise(XOR, b.lanewise(ROR, 25)))
                    .add(b.and(c.lanewise(XOR, d)).lanewise(XOR, d));
            a = a.add(t1);
            e = t1.add(f.lanewise(ROR, 2).lanewise(XOR, f.lanewise(ROR, 13)).lanewise(XOR, f.lanewise(ROR, 22)))
                    .add(f.and(g).or(h.and(f.or(g))));

            t1 = d.add(IntVector.fromArray(SPECIES, w, t + 4 * LANES))
                    .add(IntVector.fromArray(SPECIES, K, t + 4 * LANES))
                    .add(a.lanewise(ROR, 6).lanewise(XOR, a.lanewise(ROR, 11)).lanewise(XOR, a.lanewise(ROR, 25)))
                    .add(a.and(b.lanewise(XOR, c)).lanewise(XOR, c));
            h = h.add(t1);
            d = t1.add(e.lanewise(ROR, 2).lanewise(XOR, e.lanewise(ROR, 13)).lanewise(XOR, e.lanewise(ROR, 22)))
                    .add(e.and(f).or(g.and(e.or(f))));

            t1 = c.add(IntVector.fromArray(SPECIES, w, t + 5 * LANES))
                    .add(IntVector.fromArray(SPECIES, K, t + 5 * LANES))
                    .add(h.lanewise(ROR, 6).lanewise(XOR, h.lanewise(ROR, 11)).lanewise(XOR, h.lanewise(ROR, 25)))
                    .add(h.and(a.lanewise(XOR, b)).lanewise(XOR, b));
            g = g.add(t1);
            c = t1.add(d.lanewise(ROR, 2).lanewise(XOR, d.lanewise(ROR, 13)).lanewise(XOR, d.lanewise(ROR, 22)))
                    .add(d.and(e).or(f.and(d.or(e))));

            t1 = b.add(IntVector.fromArray(SPECIES, w, t + 6 * LANES))
                    .add(IntVector.fromArray(SPECIES, K, t + 6 * LANES))
                    .add(g.lanewise(ROR, 6).lanewise(XOR, g.lanewise(ROR, 11)).lanewise(XOR, g.lanewise(ROR, 25)))
                    .add(g.and(h.lanewise(XOR, a)).lanewise(XOR, a));
            f = f.add(t1);
            b = t1.add(c.lanewise(ROR, 2).lanewise(XOR, c.lanewise(ROR, 13)).lanewise(XOR, c.lanewise(ROR, 22)))
                    .add(c.and(d).or(e.and(c.or(d))));

            t1 = a.add(IntVector.fromArray(SPECIES, w, t + 7 * LANES))
                    .add(IntVector.fromArray(SPECIES, K, t + 7 * LANES))
                    .add(f.lanewise(ROR, 6).lanewise(XOR, f.lanewise(ROR, 11)).lanewise(XOR, f.lanewise(ROR, 25)))
                    .add(f.and(g.lanewise(XOR, h)).lanewise(XOR, h));
            e = e.add(t1);
            a = t1.add(b.lanewise(ROR, 2).lanewise(XOR, b.lanewise(ROR, 13)).lanewise(XOR, b.lanewise(ROR, 22)))
                    .add(b.and(c).or(d.and(b.or(c))));
        }
        IntVector.fromArray(SPECIES, from, at).add(a).intoArray(to, 0);
        IntVector.fromArray(SPECIES, from, at + stride).add(b).intoArray(to, LANES);
        IntVector.fromArray(SPECIES, from, at + 2 * stride).add(c).intoArray(to, 2 * LANES);
        IntVector.fromArray(SPECIES, from, at + 3 * stride).add(d).intoArray(to, 3 * LANES);
        IntVector.fromArray(SPECIES, from, at + 4 * stride).add(e).intoArray(to, 4 * LANES);
        IntVector.fromArray(SPECIES, from, at + 5 * stride).add(f).intoArray(to, 5 * LANES);
        IntVector.fromArray(SPECIES, from, at + 6 * stride).add(g).intoArray(to, 6 * LANES);
        IntVector.fromArray(SPECIES, from, at + 7 * stride).add(h).intoArray(to, 7 * LANES);
    }

    /** FIPS 180-4, section 4.1.2, equation 4.6. */
    private static IntVector sigma0(IntVector x) {
        return x.lanewise(ROR, 7)
                .lanewise(XOR, x.lanewise(ROR, 18))
                .lanewise(XOR, x.lanewise(LSHR, 3));
    }

    /** FIPS 180-4, section 4.1.2, equation 4.7. */
    private static IntVector sigma1(IntVector x) {
        return x.lanewise(ROR, 17)
                .lanewise(XOR, x.lanewise(ROR, 19))
                .lanewise(XOR, x.lanewise(LSHR, 10));
    }

    /** An array in which every lane has the same words. */
    private static int[] spread(IntUnaryOperator words, int count) {
        int[] spread = new int[count * LANES];
        spread(words, count, spread);
        return spread;
    }

    private static void spread(IntUnaryOperator words, int count, int[] into) {
        for (int word = 0; word < count; word++) {
            Arrays.fill(into, word * LANES, (word + 1) * LANES, words.applyAsInt(word));
        }
    }
}
