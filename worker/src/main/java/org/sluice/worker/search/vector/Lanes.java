package org.sluice.worker.search.vector;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A formula over vectors of 32-bit words, of which {@link RoundsWriter} makes calls of the Vector API.
 *
 * <p>The functions have the names and the definitions of FIPS 180-4, section 4.1.2.
 */
@FunctionalInterface
interface Lanes {
    /** Writes the code that leaves the formula's value on the operand stack. */
    void push(CodeBuilder code);

    /** A local variable. */
    static Lanes variable(int slot) {
        return code -> code.aload(slot);
    }

    /** The same word in all lanes of a vector of the species that {@link IntVector} names so. */
    static Lanes constant(String species, int word) {
        return code -> code.getstatic(Names.VECTOR, species, Names.SPECIES)
                .loadConstant(word)
                .invokestatic(Names.VECTOR, "broadcast",
                        MethodTypeDesc.of(Names.VECTOR, Names.SPECIES, ConstantDescs.CD_int));
    }

    /** The sum modulo 2^32, added up from left to right. */
    static Lanes sum(Lanes first, Lanes... others) {
        return code -> {
            first.push(code);
            for (Lanes other : others) {
                other.push(code);
                code.invokevirtual(Names.VECTOR, "add", Names.OF_VECTOR);
            }
        };
    }

    /** Ch(x, y, z), equation 4.2: each bit is y's where x has a one, else z's. */
    static Lanes choice(Lanes x, Lanes y, Lanes z) {
        return xor(and(x, xor(y, z)), z);
    }

    /** Maj(x, y, z), equation 4.3: each bit is that of two or three of them. */
    static Lanes majority(Lanes x, Lanes y, Lanes z) {
        return or(and(x, y), and(z, or(x, y)));
    }

    /**
     * Maj(x, y, z) by what x and y, and y and z, differ in: y, but where it differs from both. With x ^ y kept for the
     * next round, where it is y ^ z, this is one operation less where the processor has none of three operands.
     */
    static Lanes majorityByDifferences(Lanes y, Lanes xDiffersFromY, Lanes yDiffersFromZ) {
        return xor(y, and(xDiffersFromY, yDiffersFromZ));
    }

    /** Equation 4.4. */
    static Lanes sum0(Lanes x) {
        return xor(xor(rotr(x, 2), rotr(x, 13)), rotr(x, 22));
    }

    /** Equation 4.5. */
    static Lanes sum1(Lanes x) {
        return xor(xor(rotr(x, 6), rotr(x, 11)), rotr(x, 25));
    }

    /** Equation 4.6. */
    static Lanes sigma0(Lanes x) {
        return xor(xor(rotr(x, 7), rotr(x, 18)), shr(x, 3));
    }

    /** Equation 4.7. */
    static Lanes sigma1(Lanes x) {
        return xor(xor(rotr(x, 17), rotr(x, 19)), shr(x, 10));
    }

    private static Lanes and(Lanes x, Lanes y) {
        return code -> {
            x.push(code);
            y.push(code);
            code.invokevirtual(Names.VECTOR, "and", Names.OF_VECTOR);
        };
    }

    private static Lanes or(Lanes x, Lanes y) {
        return code -> {
            x.push(code);
            y.push(code);
            code.invokevirtual(Names.VECTOR, "or", Names.OF_VECTOR);
        };
    }

    /** Bitwise exclusive or. */
    static Lanes xor(Lanes x, Lanes y) {
        return code -> {
            x.push(code);
            code.getstatic(Names.OPERATORS, "XOR", Names.ASSOCIATIVE);
            y.push(code);
            code.invokevirtual(Names.VECTOR, "lanewise",
                    MethodTypeDesc.of(Names.VECTOR, Names.BINARY, Names.ANY_VECTOR));
        };
    }

    /** ROTR: rotated right by {@code n} bits. */
    private static Lanes rotr(Lanes x, int n) {
        return shifted("ROR", x, n);
    }

    /** SHR: shifted right by {@code n} bits, zeros coming in. */
    private static Lanes shr(Lanes x, int n) {
        return shifted("LSHR", x, n);
    }

    private static Lanes shifted(String operator, Lanes x, int n) {
        return code -> {
            x.push(code);
            code.getstatic(Names.OPERATORS, operator, Names.BINARY)
                    .loadConstant(n)
                    .invokevirtual(Names.VECTOR, "lanewise",
                            MethodTypeDesc.of(Names.VECTOR, Names.BINARY, ConstantDescs.CD_int));
        };
    }

    /** The classes and methods of the Vector API as bytecode names them. */
    final class Names {
        static final ClassDesc VECTOR = name(IntVector.class);
        static final ClassDesc ANY_VECTOR = name(Vector.class);
        static final ClassDesc SPECIES = name(VectorSpecies.class);
        static final ClassDesc SEGMENT = name(MemorySegment.class);
        static final ClassDesc ORDER = name(ByteOrder.class);
        static final ClassDesc OPERATORS = name(VectorOperators.class);
        static final ClassDesc BINARY = name(VectorOperators.Binary.class);
        static final ClassDesc ASSOCIATIVE = name(VectorOperators.Associative.class);
        static final MethodTypeDesc OF_VECTOR = MethodTypeDesc.of(VECTOR, ANY_VECTOR);
        static final MethodTypeDesc FROM_SEGMENT = MethodTypeDesc
                .of(VECTOR, SPECIES, SEGMENT, ConstantDescs.CD_long, ORDER);
        static final MethodTypeDesc INTO_SEGMENT = MethodTypeDesc
                .of(ConstantDescs.CD_void, SEGMENT, ConstantDescs.CD_long, ORDER);

        private Names() {}

        private static ClassDesc name(Class<?> type) {
            return type.describeConstable().orElseThrow();
        }
    }
}
