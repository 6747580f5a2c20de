package org.sluice.worker.search.vector;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;

import org.sluice.worker.search.Sha256;
import org.sluice.worker.search.vector.Lanes.Names;

import static org.sluice.worker.search.vector.Lanes.choice;
import static org.sluice.worker.search.vector.Lanes.constant;
import static org.sluice.worker.search.vector.Lanes.majority;
import static org.sluice.worker.search.vector.Lanes.majorityByDifferences;
import static org.sluice.worker.search.vector.Lanes.sigma0;
import static org.sluice.worker.search.vector.Lanes.sigma1;
import static org.sluice.worker.search.vector.Lanes.sum;
import static org.sluice.worker.search.vector.Lanes.sum0;
import static org.sluice.worker.search.vector.Lanes.sum1;
import static org.sluice.worker.search.vector.Lanes.variable;
import static org.sluice.worker.search.vector.Lanes.xor;

/**
 * What a piece of {@link Rounds} does with one vector: FIPS 180-4, section 6.2.2, and the memory around it. Where several
 * vectors go abreast, {@link RoundsWriter} takes one column for each of them.
 *
 * <p>Working variables are local variables. In the standard every working variable moves to the next name after a round;
 * here the names move instead: what is a in one round is b in the next.
 *
 * <p>A round is named by {@code i}, its number behind the first one of the piece, which is the parameter {@link #ROUND}.
 *
 * <p>The memory is read and written by address, in a segment of all the memory that there is: so an instruction needs no
 * more than a register and a displacement. Addresses are made of the parameters so that they cannot but lie in the
 * {@link LaneMemory}, whatever the parameters are, see {@link #addresses}.
 */
final class Column {
    // Parameters of every method, of which not all have the last two; behind addresses(), addresses.
    static final int THIS = 0;
    static final int MEMORY = 1;
    static final int ROUND = 3;
    static final int TABLE = 4;
    static final int STATE = 6;

    // Local variables that all columns share.
    private static final int K = 8;
    private static final int BASE = 9;
    private static final int TABLE_OF_ROUND = 11;
    private static final int OLDEST_WORD = 13;

    // Local variables that each column has for itself.
    private static final int FIRST = 15;
    private static final int VARIABLES = 0;
    private static final int T1 = VARIABLES + Sha256.STATE_WORDS;
    /** Two that take turns: b ^ c, and a ^ b, which is b ^ c one round later. */
    private static final int DIFFERENCES = T1 + 1;
    private static final int WORDS = DIFFERENCES + 2;
    // Where words lie in memory, three of those variables serve otherwise.
    private static final int WORD = WORDS;
    private static final int WORD_2 = WORDS + 1;
    private static final int WORD_15 = WORDS + 2;
    private static final int COUNT = WORDS + Sha256.BLOCK_WORDS;

    /** All memory: the class data. */
    private static final DynamicConstantDesc<?> SEGMENT = DynamicConstantDesc.ofNamed(
            ConstantDescs.ofConstantBootstrap(MethodHandles.class.describeConstable().orElseThrow(), "classData",
                    ConstantDescs.CD_Object),
            ConstantDescs.DEFAULT_NAME, Names.SEGMENT);
    /** As many bits as addresses have here at most; so the compiler knows that an address is not negative. */
    private static final long ADDRESS = (1L << 57) - 1;

    private final CodeBuilder code;
    private final RoundsForm form;
    private final String species;
    private final int vectorBytes;
    /** Where this column's memory begins behind that of the first one, in vectors. */
    private final int memory;
    private final int variables;

    /** @param index which of the vectors that go abreast, from 0 on */
    Column(CodeBuilder code, RoundsForm form, int index) {
        this.code = code;
        this.form = form;
        this.species = "SPECIES_" + form.species().vectorBitSize();
        this.vectorBytes = form.species().vectorByteSize();
        this.memory = index * VectorSearch.GROUP;
        this.variables = FIRST + index * COUNT;
    }

    // ---- FIPS 180-4, section 6.2.2

    /** Step 1 for a round t from 32 on. */
    Lanes nextWord(int i) {
        return keepWord(i,
                sum(word(i - 16), word(i - 7), sigma0(readOnce(WORD_15, i - 15)), sigma1(readOnce(WORD_2, i - 2))));
    }

    /** Step 1 for a round t from 16 to 31; the table has the sum of those terms that are words of the message. */
    Lanes halfKnownWord(int i, int t) {
        Lanes word = inTable(i);
        word = t - 7 < 16 ? word : sum(word, word(i - 7));
        word = t - 15 < 16 ? word : sum(word, sigma0(readOnce(WORD_15, i - 15)));
        word = t - 2 < 16 ? word : sum(word, sigma1(readOnce(WORD_2, i - 2)));
        return keepWord(i, word);
    }

    /** Step 3, K + W being given. */
    void round(int i, Lanes kAndW) {
        Lanes a = state(i, 0);
        Lanes b = state(i, 1);
        Lanes c = state(i, 2);
        nextE(i, kAndW);
        Lanes majority = majority(a, b, c);
        if (!form.threeOperands()) {
            set(differences(i + 1), xor(a, b));
            majority = majorityByDifferences(b, own(differences(i + 1)), own(differences(i)));
        }
        setState(i, 7, sum(own(T1), majority, sum0(a)));
    }

    /** The part of step 3 that leaves T1, and d + T1 in d, which will be called e. */
    void nextE(int i, Lanes kAndW) {
        Lanes e = state(i, 4);
        set(T1, sum(state(i, 7), kAndW, choice(e, state(i, 5), state(i, 6)), sum1(e)));
        setState(i, 3, sum(state(i, 3), own(T1)));
    }

    /** What the table has for a round. */
    Lanes inTable(int i) {
        return memory == 0 ? checked(TABLE, i) : at(TABLE_OF_ROUND, memory + i);
    }

    /** Lets the variable that all columns share have K of a round. */
    void setK(int i) {
        checked(BASE, i).push(code);
        code.astore(K);
    }

    /** K of the round for which it was set last. */
    static Lanes k() {
        return variable(K);
    }

    /**
     * Step 2 and what is before round 1, in a piece that begins with round 0 and whose message is a digest: the sum of a state
     * and of the working variables.
     */
    void beginDigest() {
        LaneBlock block = LaneBlock.ofDigest();
        for (int t = 0; t < Sha256.STATE_WORDS; t++) {
            set(WORDS + t, sum(at(MEMORY, memory + Rounds.STATE + t), at(STATE, memory + t)));
        }
        for (int t = 0; t < Sha256.STATE_WORDS; t++) {
            Lanes word = own(WORDS + t);
            if (t > 0) {
                store(TABLE_OF_ROUND, t, sum(word, constant(species, Sha256.k(t))));
            }
            int sums = block.table(t + 16);
            Lanes known = sums == 0 ? word : sum(word, constant(species, sums));
            boolean isLast = t == Sha256.STATE_WORDS - 1;
            store(TABLE_OF_ROUND, t + 16, isLast ? known : sum(known, sigma0(own(WORDS + t + 1))));
        }
        int[] known = block.variablesAfter(0, Sha256.initialState());
        for (int variable = 0; variable < Sha256.STATE_WORDS; variable++) {
            Lanes value = constant(species, known[variable]);
            setState(1, variable, variable % 4 == 0 ? sum(value, own(WORDS)) : value); // a and e have word 0 in them
        }
        beginRounds(1);
    }

    /** Prepares {@link #round} for a first round, whose working variables are set. */
    private void beginRounds(int i) {
        if (!form.threeOperands()) {
            set(differences(i), xor(state(i, 1), state(i, 2)));
        }
    }

    /** Where b ^ c is in a round that is i modulo 2. */
    private static int differences(int i) {
        return DIFFERENCES + i % 2;
    }

    /** A working variable, a being 0 and h 7, in a round that is i modulo 8. */
    private Lanes state(int i, int variable) {
        return own(stateAt(i, variable));
    }

    private void setState(int i, int variable, Lanes value) {
        set(stateAt(i, variable), value);
    }

    private static int stateAt(int i, int variable) {
        return VARIABLES + Math.floorMod(variable - i, Sha256.STATE_WORDS);
    }

    // ---- the words of the message schedule

    /** The word of a round, -16 being the oldest that is needed. */
    private Lanes word(int i) {
        return form.wordsInVariables() ? own(wordAt(i)) : at(OLDEST_WORD, memory + Sha256.BLOCK_WORDS + i);
    }

    /** The word of a round, for a formula that needs it more than once. */
    private Lanes readOnce(int variable, int i) {
        if (form.wordsInVariables()) {
            return word(i);
        }
        set(variable, word(i));
        return own(variable);
    }

    /** Keeps the word of a round for {@link #word}; what is returned is good until the next word. */
    private Lanes keepWord(int i, Lanes word) {
        if (form.wordsInVariables()) { // It takes the place of that of 16 rounds before.
            set(wordAt(i), word);
            return own(wordAt(i));
        }
        set(WORD, word);
        store(OLDEST_WORD, Sha256.BLOCK_WORDS + i, own(WORD));
        return own(WORD);
    }

    private static int wordAt(int i) {
        return WORDS + Math.floorMod(i, Sha256.BLOCK_WORDS);
    }

    // ---- the memory

    /**
     * Makes addresses of the parameters, for all columns: to begin with at the beginning of a method.
     *
     * <p>To an address that is made with {@link #ADDRESS} something small can be added, and the compiler still knows that it is
     * within the segment. Of the others it does not know it, and checks them.
     *
     * @param parameters how many long parameters there are, of {@link #MEMORY}, {@link #TABLE} and {@link #STATE} the first
     * @param written the class that is written, which has the field {@link RoundsWriter#BASE}
     * @param mask see {@link LaneMemory#mask}
     */
    void addresses(int parameters, ClassDesc written, long mask) {
        code.aload(THIS).getfield(written, RoundsWriter.BASE, ConstantDescs.CD_long).lstore(BASE);
        code.iload(ROUND).loadConstant(Sha256.ROUNDS - 1).iand().istore(ROUND);
        pushAddress(MEMORY, mask);
        code.loadConstant(ADDRESS).land().lstore(MEMORY);
        code.lload(MEMORY);
        pushOffsetOfRound(Rounds.WORDS - Sha256.BLOCK_WORDS);
        code.ladd().loadConstant(ADDRESS).land().lstore(OLDEST_WORD);
        if (parameters > 1) {
            pushAddress(TABLE, mask);
            code.lstore(TABLE);
            code.lload(TABLE);
            pushOffsetOfRound(0);
            code.ladd().loadConstant(ADDRESS).land().lstore(TABLE_OF_ROUND);
        }
        if (parameters > 2) {
            pushAddress(STATE, mask);
            code.loadConstant(ADDRESS).land().lstore(STATE);
        }
    }

    private void pushAddress(int parameter, long mask) {
        code.lload(parameter).loadConstant(mask).land().lload(BASE).ladd();
    }

    /** Loads the working variables. */
    void loadState() {
        loadState(Rounds.STATE, 0);
    }

    /** Loads the working variables, which lie from the given vector on, as they are called in a round i modulo 8. */
    void loadState(int vector, int i) {
        for (int variable = 0; variable < Sha256.STATE_WORDS; variable++) {
            setState(i, variable, at(MEMORY, memory + vector + variable));
        }
        beginRounds(i);
    }

    /** Stores the working variables as they are called behind a round that is 7 modulo 8. */
    void storeState() {
        for (int variable = 0; variable < Sha256.STATE_WORDS; variable++) {
            store(MEMORY, Rounds.STATE + variable, state(0, variable));
        }
    }

    /** Stores e as it is called behind a round where h is looked for three rounds later. */
    void storeLastWord(int i) {
        store(MEMORY, Rounds.STATE + Sha256.STATE_WORDS - 1, state(i, 3));
    }

    /** Loads the last 16 words, where they are variables. */
    void loadWords() {
        for (int i = -Sha256.BLOCK_WORDS; i < 0 && form.wordsInVariables(); i++) {
            set(wordAt(i), at(OLDEST_WORD, memory + Sha256.BLOCK_WORDS + i));
        }
    }

    /** Stores the 16 words of this piece, where they are variables. */
    void storeWords() {
        for (int i = 0; i < Sha256.BLOCK_WORDS && form.wordsInVariables(); i++) {
            store(OLDEST_WORD, Sha256.BLOCK_WORDS + i, own(wordAt(i)));
        }
    }

    /** The vector at an address, so many vectors behind it. */
    private Lanes at(int address, int vector) {
        return to -> {
            to.getstatic(Names.VECTOR, species, Names.SPECIES).ldc(SEGMENT);
            to.lload(address).loadConstant((long) vector * vectorBytes).ladd();
            read(to);
        };
    }

    /**
     * The vector for a round in the table at an address. The compiler cannot know that it is within the segment; the check that
     * it makes keeps it from shuffling the instructions of different rounds, after which the registers do not suffice.
     */
    private Lanes checked(int table, int i) {
        return to -> {
            to.getstatic(Names.VECTOR, species, Names.SPECIES).ldc(SEGMENT);
            to.lload(table);
            to.iload(ROUND).loadConstant(i).iadd().loadConstant(vectorBytes).imul().i2l().ladd();
            read(to);
        };
    }

    private void store(int address, int vector, Lanes value) {
        value.push(code);
        code.ldc(SEGMENT).lload(address).loadConstant((long) (memory + vector) * vectorBytes).ladd();
        pushNativeOrder(code);
        code.invokevirtual(Names.VECTOR, "intoMemorySegment", Names.INTO_SEGMENT);
    }

    private static void read(CodeBuilder to) {
        pushNativeOrder(to);
        to.invokestatic(Names.VECTOR, "fromMemorySegment", Names.FROM_SEGMENT);
    }

    /** A field, for the compiler inlines only so many calls of {@link ByteOrder#nativeOrder}. */
    private static void pushNativeOrder(CodeBuilder to) {
        to.getstatic(Names.ORDER, ByteOrder.nativeOrder().toString(), Names.ORDER);
    }

    /** The bytes up to what a table, which begins so many vectors behind something, has for the first round. */
    private void pushOffsetOfRound(int vectors) {
        code.iload(ROUND).loadConstant(vectors).iadd().loadConstant(vectorBytes).imul().i2l();
    }

    private Lanes own(int variable) {
        return variable(variables + variable);
    }

    private void set(int variable, Lanes value) {
        value.push(code);
        code.astore(variables + variable);
    }
}
