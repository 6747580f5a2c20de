package org.sluice.worker.search;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.sluice.worker.search.Lanes.Names;

import jdk.incubator.vector.VectorSpecies;

import static org.sluice.worker.search.Lanes.choice;
import static org.sluice.worker.search.Lanes.constant;
import static org.sluice.worker.search.Lanes.majority;
import static org.sluice.worker.search.Lanes.majorityByDifferences;
import static org.sluice.worker.search.Lanes.sigma0;
import static org.sluice.worker.search.Lanes.sigma1;
import static org.sluice.worker.search.Lanes.sum;
import static org.sluice.worker.search.Lanes.sum0;
import static org.sluice.worker.search.Lanes.sum1;
import static org.sluice.worker.search.Lanes.variable;
import static org.sluice.worker.search.Lanes.xor;

/**
 * Writes the class that implements {@link Rounds} for vectors of one width.
 *
 * <p>Why not in Java: the compiler stops inlining our own methods when the method around them has grown so large, and a
 * vector that is handed to a method that is not inlined becomes an object. So 37 rounds would have to be written out,
 * and nobody would recognise the standard in them. Here each formula of FIPS 180-4 stands once ({@link Lanes}), and the
 * rounds are put together as in section 6.2.2. What comes out is the bytecode that javac would make of the rounds
 * written out.
 *
 * <p>Working variables and words are local variables. In the standard every working variable moves to the next name
 * after a round; here the names move instead: what is a in one round is b in the next.
 *
 * <p>AVX-512 has 32 registers, and operations of three operands. Elsewhere there are half as many, so words are not kept
 * in local variables there: each lies in memory at the place of its round, and a piece of 8 rounds then serves for all
 * of them, so that nearly all the code stays in the instruction cache.
 *
 * <p>Tables are read at an index that the compiler does not know, although it could: the check of the bounds that it
 * makes then keeps it from shuffling the instructions of different rounds, after which the registers do not suffice.
 */
final class RoundsWriter {
    private static final ClassDesc WRITTEN = ClassDesc.of(RoundsWriter.class.getPackageName(), "WrittenRounds");
    /** The memory's segment, which begins with the table of K: the class data. */
    private static final DynamicConstantDesc<?> SEGMENT = DynamicConstantDesc.ofNamed(
            ConstantDescs.ofConstantBootstrap(MethodHandles.class.describeConstable().orElseThrow(), "classData",
                    ConstantDescs.CD_Object),
            ConstantDescs.DEFAULT_NAME, Names.SEGMENT);

    // Parameters and local variables of every method.
    private static final int THIS = 0;
    private static final int MEMORY = 1;
    private static final int ROUND = 3;
    private static final int TABLE = 4;
    private static final int STATE_AT = 6;
    private static final int STATE = 8;
    private static final int T1 = STATE + Sha256.STATE_WORDS;
    private static final int WORDS = T1 + 1;
    private static final int WORDS_AT = WORDS + Sha256.BLOCK_WORDS;
    /** Two variables that take turns: b ^ c, and a ^ b, which is b ^ c one round later. */
    private static final int DIFFERENCES = WORDS_AT + 2;

    private static final MethodTypeDesc WITHOUT_TABLE = MethodTypeDesc
            .of(ConstantDescs.CD_void, ConstantDescs.CD_long, ConstantDescs.CD_int);
    private static final MethodTypeDesc WITH_TABLE = MethodTypeDesc
            .of(ConstantDescs.CD_void, ConstantDescs.CD_long, ConstantDescs.CD_int, ConstantDescs.CD_long);

    private static final MethodTypeDesc WITH_STATE = WITH_TABLE
            .insertParameterTypes(WITH_TABLE.parameterCount(), ConstantDescs.CD_long);

    private final int vectorBytes;
    private final String species;
    /** Whether there are AVX-512's registers and operations. */
    private final boolean wide;
    /** How many rounds {@link Rounds#scheduled} does. */
    private final int scheduledRounds;

    private RoundsWriter(VectorSpecies<Integer> species) {
        this.vectorBytes = species.vectorByteSize();
        this.species = "SPECIES_" + species.vectorBitSize();
        this.wide = species.vectorBitSize() == 512;
        this.scheduledRounds = wide ? 16 : 8;
    }

    /** The class's bytes. It has a constructor without parameters; its class data must be the segment of a {@link LaneMemory}. */
    static byte[] write(VectorSpecies<Integer> species) {
        RoundsWriter writer = new RoundsWriter(species);
        return ClassFile.of().build(WRITTEN, type -> {
            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                    .withInterfaceSymbols(Rounds.class.describeConstable().orElseThrow())
                    .withMethodBody(ConstantDescs.INIT_NAME, ConstantDescs.MTD_void, 0,
                            code -> code.aload(THIS)
                                    .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME,
                                            ConstantDescs.MTD_void)
                                    .return_());
            method(type, "begin", WITH_TABLE, writer::begin);
            for (int from = 1; from <= Sha256.BLOCK_WORDS; from++) {
                int first = from;
                method(type, "begin" + from, WITH_TABLE, code -> writer.beginFrom(code, first));
            }
            method(type, "digest", WITH_STATE, writer::digest);
            method(type, "known", WITH_TABLE, writer::known);
            method(type, "halfKnown", WITH_TABLE, writer::halfKnown);
            type.withMethodBody("scheduledRounds", MethodTypeDesc.of(ConstantDescs.CD_int), ClassFile.ACC_PUBLIC,
                    code -> code.loadConstant(writer.scheduledRounds).ireturn());
            method(type, "scheduled", WITHOUT_TABLE, writer::scheduled);
            method(type, "lastWord", WITHOUT_TABLE, writer::lastWord);
        });
    }

    private static void method(ClassBuilder type, String name, MethodTypeDesc descriptor, Consumer<CodeBuilder> body) {
        type.withMethodBody(name, descriptor, ClassFile.ACC_PUBLIC, body);
    }

    // ---- the methods

    private void begin(CodeBuilder code) {
        List<SwitchCase> cases = new ArrayList<>();
        for (int from = 1; from <= Sha256.BLOCK_WORDS; from++) {
            cases.add(SwitchCase.of(from, code.newLabel()));
        }
        Label nothing = code.newLabel();
        code.iload(ROUND).tableswitch(nothing, cases);
        for (SwitchCase one : cases) {
            code.labelBinding(one.target())
                    .aload(THIS)
                    .lload(MEMORY)
                    .iconst_0()
                    .lload(TABLE)
                    .invokevirtual(WRITTEN, "begin" + one.caseValue(), WITH_TABLE)
                    .return_();
        }
        code.labelBinding(nothing).return_();
    }

    private void beginFrom(CodeBuilder code, int from) {
        loadState(code, Rounds.START, from);
        for (int i = from; i < Sha256.BLOCK_WORDS; i++) {
            round(code, i, inTable(i));
        }
        storeState(code);
        code.return_();
    }

    private void digest(CodeBuilder code) {
        LaneBlock block = LaneBlock.ofDigest();
        for (int i = 0; i < Sha256.STATE_WORDS; i++) {
            loadFromMemory(code, Rounds.STATE + i);
            code.astore(WORDS + i);
            store(code, WORDS + i, sum(word(i), load(offset -> offset.lload(STATE_AT), i)));
        }
        for (int i = 0; i < Sha256.STATE_WORDS; i++) {
            Lanes known = block.table(16 + i) == 0 ? word(i) : sum(word(i), constant(species, block.table(16 + i)));
            storeInTable(code, 16 + i, i < 7 ? sum(known, sigma0(word(i + 1))) : known);
        }
        int[] variables = block.variablesAfter(0, Sha256.initialState());
        for (int i = 0; i < Sha256.STATE_WORDS; i++) {
            Lanes variable = constant(species, variables[i]);
            store(code, state(1, i), i % 4 == 0 ? sum(variable, word(0)) : variable); // a and e have word 0 in them
        }
        beginRounds(code, 1);
        for (int i = 1; i < Sha256.BLOCK_WORDS; i++) {
            if (i < Sha256.STATE_WORDS) {
                round(code, i, sum(word(i), k(i)));
            } else {
                round(code, i, inTable(i));
            }
        }
        storeState(code);
        code.return_();
    }

    private void known(CodeBuilder code) {
        loadState(code);
        for (int i = 0; i < Sha256.BLOCK_WORDS; i++) {
            round(code, i, inTable(i));
        }
        storeState(code);
        code.return_();
    }

    private void halfKnown(CodeBuilder code) {
        loadState(code);
        for (int i = 0; i < Sha256.BLOCK_WORDS; i++) {
            // Of W(t) = sigma1(W(t-2)) + W(t-7) + sigma0(W(t-15)) + W(t-16), what is not a word of the message.
            Lanes word = inTable(i);
            word = i < 7 ? word : sum(word, word(i - 7));
            word = i < 15 ? word : sum(word, sigma0(word(i - 15)));
            word = i < 2 ? word : sum(word, sigma1(word(i - 2)));
            store(code, WORDS + i, word);
            if (!wide) {
                storeInMemory(code, Rounds.WORDS + i, word(i));
            }
            round(code, i, sum(word(i), k(i)));
        }
        storeState(code);
        if (wide) {
            storeWords(code);
        }
        code.return_();
    }

    private void scheduled(CodeBuilder code) {
        loadState(code);
        beginWords(code);
        for (int i = 0; i < scheduledRounds; i++) {
            round(code, i, sum(nextWord(code, i), k(i)));
        }
        storeState(code);
        if (wide) {
            storeWords(code);
        }
        code.return_();
    }

    private void lastWord(CodeBuilder code) {
        loadState(code);
        beginWords(code);
        int last = scheduledRounds - 4;
        for (int i = 0; i <= last; i++) {
            Lanes kAndW = sum(nextWord(code, i), k(i));
            if (i < last - 3) {
                round(code, i, kAndW);
            } else { // The new a would come too late to become the last e.
                nextE(code, i, kAndW);
            }
        }
        storeInMemory(code, Rounds.STATE + 7, variable(state(last, 3)));
        code.return_();
    }

    // ---- FIPS 180-4, section 6.2.2

    /** Step 1 for the i-th round t of a piece; what it returns is good until the next step 1. */
    private Lanes nextWord(CodeBuilder code, int i) {
        if (wide) { // The word of round t takes the place of that of round t-16.
            store(code, WORDS + i, sum(word(i), word(i - 7), sigma0(word(i - 15)), sigma1(word(i - 2))));
            return word(i);
        }
        store(code, WORDS, recentWord(i - 15)); // read once, used thrice
        store(code, WORDS + 1, recentWord(i - 2));
        store(code, WORDS,
                sum(recentWord(i - 16), recentWord(i - 7), sigma0(variable(WORDS)), sigma1(variable(WORDS + 1))));
        code.aload(WORDS);
        pushPlaceOfWord(code, i);
        code.invokevirtual(Names.VECTOR, "intoMemorySegment", Names.INTO_SEGMENT);
        return variable(WORDS);
    }

    /** Step 3 for a round that is i modulo 8, its K + W being given. */
    private void round(CodeBuilder code, int i, Lanes kAndW) {
        Lanes a = variable(state(i, 0));
        Lanes b = variable(state(i, 1));
        Lanes c = variable(state(i, 2));
        nextE(code, i, kAndW);
        Lanes majority = majority(a, b, c);
        if (!wide) {
            store(code, differences(i + 1), xor(a, b));
            majority = majorityByDifferences(b, variable(differences(i + 1)), variable(differences(i)));
        }
        store(code, state(i, 7), sum(variable(T1), majority, sum0(a)));
    }

    /** Prepares {@link #round} for a first round that is i modulo 8, whose working variables are known. */
    private void beginRounds(CodeBuilder code, int i) {
        if (!wide) {
            store(code, differences(i), xor(variable(state(i, 1)), variable(state(i, 2))));
        }
    }

    /** The part of step 3 that leaves T1, and d + T1 in d, which will be called e. */
    private static void nextE(CodeBuilder code, int i, Lanes kAndW) {
        Lanes d = variable(state(i, 3));
        Lanes e = variable(state(i, 4));
        Lanes f = variable(state(i, 5));
        Lanes g = variable(state(i, 6));
        Lanes h = variable(state(i, 7));
        store(code, T1, sum(h, kAndW, choice(e, f, g), sum1(e)));
        store(code, state(i, 3), sum(d, variable(T1)));
    }

    /** Where b ^ c is in a round that is i modulo 2. */
    private static int differences(int i) {
        return DIFFERENCES + i % 2;
    }

    /** Where the working variable is, a being 0 and h 7, in a round that is i modulo 8. */
    private static int state(int i, int variable) {
        return STATE + Math.floorMod(variable - i, Sha256.STATE_WORDS);
    }

    /** The word of a round that is i modulo 16. */
    private static Lanes word(int i) {
        return variable(WORDS + Math.floorMod(i, Sha256.BLOCK_WORDS));
    }

    /** K of the i-th round behind the one that a parameter names. */
    private Lanes k(int i) {
        return load(CodeBuilder::lconst_0, i);
    }

    /** What a table has for the i-th round behind the one that a parameter names. */
    private Lanes inTable(int i) {
        return load(code -> code.lload(TABLE), i);
    }

    // ---- loading, storing and moving

    /** The vector at offset + (round + i) vectors. */
    private Lanes load(Consumer<CodeBuilder> offset, int i) {
        return code -> {
            code.getstatic(Names.VECTOR, species, Names.SPECIES).ldc(SEGMENT);
            offset.accept(code);
            code.iload(ROUND).loadConstant(i).iadd().loadConstant(vectorBytes).imul().i2l().ladd();
            pushNativeOrder(code);
            code.invokestatic(Names.VECTOR, "fromMemorySegment", Names.FROM_SEGMENT);
        };
    }

    private void loadState(CodeBuilder code) {
        loadState(code, Rounds.STATE, 0);
    }

    /** Loads the working variables, which lie from the given vector on, as they are called in a round i modulo 8. */
    private void loadState(CodeBuilder code, int vector, int i) {
        for (int variable = 0; variable < Sha256.STATE_WORDS; variable++) {
            loadFromMemory(code, vector + variable);
            code.astore(state(i, variable));
        }
        beginRounds(code, i);
    }

    private void storeState(CodeBuilder code) {
        for (int variable = 0; variable < Sha256.STATE_WORDS; variable++) {
            storeInMemory(code, Rounds.STATE + variable, variable(state(0, variable)));
        }
    }

    /** Makes the last 16 words available to {@link #nextWord}. */
    private void beginWords(CodeBuilder code) {
        if (wide) {
            loadWords(code);
            return;
        }
        code.lload(MEMORY)
                .iload(ROUND)
                .loadConstant(Rounds.WORDS - 2 * Sha256.BLOCK_WORDS) // W(t) lies at WORDS + t - 16.
                .iadd()
                .loadConstant(vectorBytes)
                .imul()
                .i2l()
                .ladd()
                .lstore(WORDS_AT);
    }

    /** The word of the i-th round of a piece, -16 being the oldest that it needs. */
    private Lanes recentWord(int i) {
        return code -> {
            code.getstatic(Names.VECTOR, species, Names.SPECIES);
            pushPlaceOfWord(code, i);
            code.invokestatic(Names.VECTOR, "fromMemorySegment", Names.FROM_SEGMENT);
        };
    }

    private void pushPlaceOfWord(CodeBuilder code, int i) {
        code.ldc(SEGMENT).lload(WORDS_AT).loadConstant((long) (Sha256.BLOCK_WORDS + i) * vectorBytes).ladd();
        pushNativeOrder(code);
    }

    private void loadWords(CodeBuilder code) {
        for (int i = 0; i < Sha256.BLOCK_WORDS; i++) {
            loadFromMemory(code, Rounds.WORDS + i);
            code.astore(WORDS + i);
        }
    }

    private void storeWords(CodeBuilder code) {
        for (int i = 0; i < Sha256.BLOCK_WORDS; i++) {
            storeInMemory(code, Rounds.WORDS + i, word(i));
        }
    }

    private void loadFromMemory(CodeBuilder code, int vector) {
        code.getstatic(Names.VECTOR, species, Names.SPECIES).ldc(SEGMENT);
        code.lload(MEMORY).loadConstant((long) vector * vectorBytes).ladd();
        pushNativeOrder(code);
        code.invokestatic(Names.VECTOR, "fromMemorySegment", Names.FROM_SEGMENT);
    }

    private void storeInMemory(CodeBuilder code, int vector, Lanes value) {
        value.push(code);
        code.ldc(SEGMENT).lload(MEMORY).loadConstant((long) vector * vectorBytes).ladd();
        pushNativeOrder(code);
        code.invokevirtual(Names.VECTOR, "intoMemorySegment", Names.INTO_SEGMENT);
    }

    private void storeInTable(CodeBuilder code, int i, Lanes value) {
        value.push(code);
        code.ldc(SEGMENT).lload(TABLE).loadConstant((long) i * vectorBytes).ladd();
        pushNativeOrder(code);
        code.invokevirtual(Names.VECTOR, "intoMemorySegment", Names.INTO_SEGMENT);
    }

    private static void pushNativeOrder(CodeBuilder code) {
        code.invokestatic(Names.ORDER, "nativeOrder", MethodTypeDesc.of(Names.ORDER));
    }

    private static void store(CodeBuilder code, int slot, Lanes value) {
        value.push(code);
        code.astore(slot);
    }
}
