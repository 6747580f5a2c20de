package org.sluice.worker.search.vector;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.BooleanSupplier;

import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Hits;
import org.sluice.worker.search.LastWord;
import org.sluice.worker.search.MessageDigestSearch;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.Search;
import org.sluice.worker.search.Sha256;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 (FIPS 180-4) of as many consecutive integers at once as a vector has lanes.
 *
 * <p>A vector holds one 32-bit word of the message, or of the state, of all its lanes. Integers go by in runs in which
 * their high bits are constant. {@link LaneLayout} says what differs between lanes, and {@link LaneBlock} what follows
 * from the rest; it is computed once for a run and kept in memory, spread over whole vectors. {@link Rounds} does the
 * rounds. The miners' shortcuts in it:
 * <ul>
 * <li>Blocks before the first in which lanes differ are hashed once, and in that block the rounds up to the first word
 * in which they differ. Such a word enters its round only by addition to T1, and so the new a and e: the round is done
 * without it, and it is added to both.
 * <li>Where a word is constant, it is added to K beforehand, and so are the constant terms of words 16 to 31.
 * <li>With a rolled version lanes share the whole schedule of the second block: {@link VersionStates}.
 * <li>The last compression ends after round 60, whose e is the digest's last word but for the addition of the state.
 * Lanes test that word alone; an integer that passes is hashed once more by the portable kernel, which decides.
 * </ul>
 *
 * <p>{@link VectorKernel} defines this class once for each {@link RoundsForm}.
 */
final class VectorSearch implements Search {
    /** What a class for one form of the rounds is made for. */
    record Context(RoundsForm form, LaneMemory memory, Rounds rounds) {}

    private static final Context CONTEXT = VectorKernel.context(MethodHandles.lookup());
    private static final VectorSpecies<Integer> SPECIES = CONTEXT.form().species();
    private static final Rounds ROUNDS = CONTEXT.rounds();
    private static final MemorySegment MEMORY = CONTEXT.memory().segment();
    private static final int LANES = SPECIES.length();
    private static final long BYTES = SPECIES.vectorByteSize();
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();
    private static final IntVector LANE_NUMBERS = IntVector.zero(SPECIES).addIndex(1);
    private static final int GROUPS = CONTEXT.form().groups();
    private static final int ABREAST = CONTEXT.form().abreast();
    private static final int PIECE = CONTEXT.form().rounds();
    /** Integers between two looks at the stop signal: few, because the loop is slow until it is compiled. */
    private static final int STRIDE = 256;

    // The memory of a group, in vectors: that of the rounds, what the low bits add to two words, and then for each
    // block the state before it and a table.
    private static final int LOW_BITS = Rounds.SIZE;
    private static final int BLOCKS = LOW_BITS + 2;
    private static final int TABLE = Sha256.STATE_WORDS;
    private static final int BLOCK = TABLE + Sha256.ROUNDS;
    /** The size of a group's memory, in vectors. A search borrows that of all its groups. */
    static final int GROUP = BLOCKS + (LaneLayout.MOST_BLOCKS + 1) * BLOCK;

    private final MessageDigestSearch portable;
    private final LastWord lastWord;
    private final LaneLayout layout;
    private final List<LaneBlock> blocks;
    private final boolean twice;
    private final @Nullable VersionStates versions;
    /** Where the parts of the memory begin, one for each group, in bytes. */
    private final long[] memories = new long[GROUPS];
    /** Of those, the first of each that go abreast. */
    private final long[] abreast = new long[GROUPS / ABREAST];
    /** The a and e before the first round that differs between lanes, but for the low bits. */
    private int startA;
    private int startE;

    VectorSearch(Work.Plain work, Goal goal) {
        this.portable = new MessageDigestSearch(work, goal);
        this.lastWord = LastWord.of(goal);
        this.layout = LaneLayout.of(work);
        this.blocks = layout.blocks();
        this.twice = Reference.isDouble(work);
        this.versions = layout.isRolled() ? new VersionStates((Work.Header) work, GROUPS * LANES) : null;
    }

    @Override
    public long run(long start, long end, Hits hits, BooleanSupplier stop) {
        Long part = CONTEXT.memory().borrow();
        if (part == null) {
            return portable.run(start, end, hits, stop);
        }
        try {
            return run(part, start, end, hits, stop);
        } finally {
            CONTEXT.memory().giveBack(part);
        }
    }

    private long run(long part, long start, long end, Hits hits, BooleanSupplier stop) {
        for (int group = 0; group < GROUPS; group++) {
            memories[group] = part + (long) group * GROUP * BYTES;
            abreast[group / ABREAST] = memories[group - group % ABREAST];
        }
        writeTable(blocks.size(), LaneBlock.ofDigest()); // Where the digest is hashed again.
        writeState(state(blocks.size()), Sha256.initialState());
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
        layout.beginRun(integer);
        for (int block = 0; block < blocks.size(); block++) {
            writeTable(block, blocks.get(block));
        }
        if (versions == null) {
            LaneBlock first = blocks.getFirst();
            int[] start = first.variablesAfter(first.firstDiffering(), layout.midstate());
            writeState(state(0), layout.midstate());
            writeState(Rounds.START, start);
            startA = start[0];
            startE = start[4];
        }
    }

    /** Searches integers of one run; returns the hit that was enough, or -1. */
    private long search(long start, int count, Hits hits) {
        if (versions != null) {
            versions.need((int) start & layout.lowMask(), count);
        }
        for (int done = 0; done < count; done += GROUPS * LANES) {
            hash((int) start + done);
            for (int group = 0; group < GROUPS; group++) {
                int before = done + group * LANES;
                if (anyPasses(memories[group]) && before < count) {
                    long enough = tell(memories[group], start + before, Math.min(LANES, count - before), hits);
                    if (enough >= 0) {
                        return enough;
                    }
                }
            }
        }
        return -1;
    }

    /** Tells of hits among the lanes just hashed; returns the one that was enough, or -1. */
    private long tell(long memory, long start, int count, Hits hits) {
        for (int lane = 0; lane < count; lane++) {
            if (passes(lastWord(memory).lane(lane)) && portable.isHit(start + lane) && !hits.found(start + lane)) {
                return start + lane;
            }
        }
        return -1;
    }

    private boolean passes(int word) {
        return Integer.compareUnsigned(Integer.reverseBytes(word) & lastWord.mask(), lastWord.limit()) <= 0;
    }

    private boolean anyPasses(long memory) {
        return lastWord(memory).lanewise(VectorOperators.REVERSE_BYTES)
                .and(lastWord.mask())
                .compare(VectorOperators.ULE, lastWord.limit())
                .anyTrue();
    }

    /** The last word of the digests that were computed last. */
    private IntVector lastWord(long memory) {
        int lastBlock = twice ? blocks.size() : blocks.size() - 1;
        return load(memory, state(lastBlock), Sha256.STATE_WORDS - 1)
                .add(load(memory, Rounds.STATE, Sha256.STATE_WORDS - 1));
    }

    /** Hashes the integers whose low bits are {@code low} and those that follow. */
    private void hash(int low) {
        for (int block = 0; block < blocks.size(); block++) {
            LaneBlock words = blocks.get(block);
            boolean last = !twice && block == blocks.size() - 1;
            for (int group = 0; group < GROUPS; group++) {
                begin(memories[group], low + group * LANES, block, words);
            }
            beginRounds(block, words);
            if (words.differs()) {
                compressRest(block, last);
            } else {
                compressKnown(block, Sha256.BLOCK_WORDS, Sha256.ROUNDS);
            }
        }
        if (twice) {
            for (long memory : abreast) {
                ROUNDS.digest(memory, 0, memory + table(blocks.size()) * BYTES,
                        memory + state(blocks.size() - 1) * BYTES);
            }
            compressKnown(blocks.size(), PIECE, Sha256.BLOCK_WORDS);
            compressRest(blocks.size(), true);
        }
    }

    /** Rounds 0 to 15 of a block, without those in which lanes do not differ. */
    private void beginRounds(int block, LaneBlock words) {
        if (block > 0) {
            compressKnown(block, 0, Sha256.BLOCK_WORDS);
            return;
        }
        int from = words.differs() ? words.firstDiffering() + 1 : VersionStates.NEXT_ROUND;
        for (long memory : abreast) {
            ROUNDS.begin(memory, from, memory + table(block) * BYTES);
        }
        compressKnown(block, CONTEXT.form().endOfPiece(from), Sha256.BLOCK_WORDS);
    }

    /** Rounds 16 to 63 of a block in which lanes differ; only what the last word of the state needs, if that is enough. */
    private void compressRest(int block, boolean lastWordIsEnough) {
        for (int round = 16; round < 32; round += PIECE) {
            for (long memory : abreast) {
                ROUNDS.halfKnown(memory, round, memory + table(block) * BYTES);
            }
        }
        int last = Sha256.ROUNDS - PIECE;
        for (int round = 32; round < last; round += PIECE) {
            for (long memory : abreast) {
                ROUNDS.scheduled(memory, round);
            }
        }
        for (long memory : abreast) {
            if (lastWordIsEnough) {
                ROUNDS.lastWord(memory, last);
            } else {
                ROUNDS.scheduled(memory, last);
            }
        }
    }

    /** Rounds of a block whose words are known. */
    private void compressKnown(int block, int from, int to) {
        for (int round = from; round < to; round += PIECE) {
            for (long memory : abreast) {
                ROUNDS.known(memory, round, memory + table(block) * BYTES);
            }
        }
    }

    /** Prepares the words and the working variables of a block. */
    private void begin(long memory, int low, int block, LaneBlock words) {
        if (words.differs()) {
            writeLowBits(memory, low, block, words);
        }
        if (block > 0) {
            carryOn(memory, block);
        } else if (versions != null) {
            beginVersions(memory, versions, low & layout.lowMask(), words.word(VersionStates.NEXT_ROUND - 1));
        } else {
            IntVector bits = load(memory, LOW_BITS, 0);
            store(bits.add(startA), memory, Rounds.START, 0);
            store(bits.add(startE), memory, Rounds.START, 4);
        }
    }

    private static void beginVersions(long memory, VersionStates versions, int index, int nonce) {
        int[] planes = versions.planes();
        int stride = versions.stride();
        for (int word = 0; word < Sha256.STATE_WORDS; word++) {
            store(IntVector.fromArray(SPECIES, planes, index + word * stride), memory, state(0), word);
            store(IntVector.fromArray(SPECIES, planes, index + (Sha256.STATE_WORDS + word) * stride), memory,
                    Rounds.START, word);
        }
        store(load(memory, Rounds.START, 0).add(nonce), memory, Rounds.START, 0);
        store(load(memory, Rounds.START, 4).add(nonce), memory, Rounds.START, 4);
    }

    /** Makes the state behind a block that before the next one (FIPS 180-4, section 6.2.2, step 4). */
    private static void carryOn(long memory, int block) {
        for (int word = 0; word < Sha256.STATE_WORDS; word++) {
            IntVector sum = load(memory, state(block - 1), word).add(load(memory, Rounds.STATE, word));
            store(sum, memory, state(block), word);
            store(sum, memory, Rounds.STATE, word);
        }
    }

    /** Writes what the low bits of the integers add to the words of a block and to its table. */
    private void writeLowBits(long memory, int low, int block, LaneBlock words) {
        IntVector integers = LANE_NUMBERS.add(low);
        int shift = layout.lowShift();
        int first = layout.lowWord() - block * Sha256.BLOCK_WORDS;
        if (first >= 0) {
            store(ordered(integers).lanewise(VectorOperators.LSHR, shift), memory, LOW_BITS, 0);
            writeWord(memory, 0, block, words, first);
        }
        if (shift > 0 && first + 1 < Sha256.BLOCK_WORDS) {
            store(ordered(integers).lanewise(VectorOperators.LSHL, Integer.SIZE - shift), memory, LOW_BITS, 1);
            writeWord(memory, 1, block, words, first + 1);
        }
    }

    private IntVector ordered(IntVector integers) {
        return layout.littleEndian() ? integers.lanewise(VectorOperators.REVERSE_BYTES) : integers;
    }

    /**
     * Writes what a word in which lanes differ adds to the table: to its own round, and to the terms of the schedule.
     *
     * @param bits which of the low bits stand in the word, 0 or 1
     */
    private static void writeWord(long memory, int bits, int block, LaneBlock words, int t) {
        IntVector added = load(memory, LOW_BITS, bits);
        IntVector word = added.add(words.word(t));
        int table = table(block);
        store(added.add(words.table(t)), memory, table, t);
        store(word.add(words.table(t + 16)), memory, table, t + 16);
        if (t >= 1) {
            if (!words.differsIn(t - 1)) { // Else that word has been added to it.
                store(IntVector.broadcast(SPECIES, words.table(t + 15)), memory, table, t + 15);
            }
            store(sigma0(word).add(load(memory, table, t + 15)), memory, table, t + 15);
        }
        if (t >= 9) {
            store(word.add(words.table(t + 7)), memory, table, t + 7);
        }
        if (t >= 14) {
            store(sigma1(word).add(words.table(t + 2)), memory, table, t + 2);
        }
    }

    private void writeTable(int block, LaneBlock words) {
        for (long memory : memories) {
            for (int round = 0; round < words.rounds(); round++) {
                store(IntVector.broadcast(SPECIES, words.table(round)), memory, table(block), round);
            }
        }
    }

    private void writeState(int part, int[] state) {
        for (long memory : memories) {
            for (int word = 0; word < state.length; word++) {
                store(IntVector.broadcast(SPECIES, state[word]), memory, part, word);
            }
        }
    }

    /** Where the state before a block is in the memory, in vectors. */
    private static int state(int block) {
        return BLOCKS + block * BLOCK;
    }

    /** Where a block's table is in the memory, in vectors. */
    private static int table(int block) {
        return state(block) + TABLE;
    }

    private static IntVector load(long memory, int part, int index) {
        return IntVector.fromMemorySegment(SPECIES, MEMORY, memory + (part + index) * BYTES, NATIVE);
    }

    private static void store(IntVector vector, long memory, int part, int index) {
        vector.intoMemorySegment(MEMORY, memory + (part + index) * BYTES, NATIVE);
    }

    /** FIPS 180-4, equation 4.6. */
    private static IntVector sigma0(IntVector x) {
        return x.lanewise(VectorOperators.ROR, 7)
                .lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.ROR, 18))
                .lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 3));
    }

    /** FIPS 180-4, equation 4.7. */
    private static IntVector sigma1(IntVector x) {
        return x.lanewise(VectorOperators.ROR, 17)
                .lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.ROR, 19))
                .lanewise(VectorOperators.XOR, x.lanewise(VectorOperators.LSHR, 10));
    }
}
