package org.sluice.worker.search.vector;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import org.sluice.worker.search.Sha256;

import static org.sluice.worker.search.vector.Lanes.sum;

/**
 * Writes the class that implements {@link Rounds} in one {@link RoundsForm}.
 *
 * <p>Why not in Java: the compiler stops inlining our own methods when the method around them has grown so large, and a
 * vector that is handed to a method that is not inlined becomes an object. So 37 rounds and more would have to be written
 * out, and nobody would recognise the standard in them. Here each formula of FIPS 180-4 stands once ({@link Lanes}), the
 * rounds are put together as in section 6.2.2 ({@link Column}), and the pieces of them below. What comes out is the bytecode
 * that javac would make of the rounds written out.
 */
final class RoundsWriter {
    /** The only field: the address at which the memory begins, with the table of K. */
    static final String BASE = "base";

    private static final ClassDesc WRITTEN = ClassDesc.of(RoundsWriter.class.getPackageName(), "WrittenRounds");

    private static final MethodTypeDesc WITHOUT_TABLE = MethodTypeDesc
            .of(ConstantDescs.CD_void, ConstantDescs.CD_long, ConstantDescs.CD_int);
    private static final MethodTypeDesc WITH_TABLE = WITHOUT_TABLE
            .insertParameterTypes(WITHOUT_TABLE.parameterCount(), ConstantDescs.CD_long);
    private static final MethodTypeDesc WITH_STATE = WITH_TABLE
            .insertParameterTypes(WITH_TABLE.parameterCount(), ConstantDescs.CD_long);

    private final RoundsForm form;
    private final long mask;

    private RoundsWriter(RoundsForm form, long mask) {
        this.form = form;
        this.mask = mask;
    }

    /**
     * The class's bytes. It has a constructor whose parameter is the address at which a {@link LaneMemory} begins; its class data
     * must be a segment of which an offset is an address.
     *
     * @param mask that of the memory
     */
    static byte[] write(RoundsForm form, long mask) {
        RoundsWriter writer = new RoundsWriter(form, mask);
        return ClassFile.of().build(WRITTEN, type -> {
            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER)
                    .withInterfaceSymbols(Rounds.class.describeConstable().orElseThrow())
                    .withField(BASE, ConstantDescs.CD_long, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                    .withMethodBody(ConstantDescs.INIT_NAME,
                            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long), 0,
                            code -> code.aload(Column.THIS)
                                    .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME,
                                            ConstantDescs.MTD_void)
                                    .aload(Column.THIS)
                                    .lload(1)
                                    .putfield(WRITTEN, BASE, ConstantDescs.CD_long)
                                    .return_());
            writer.methods(type, "begin", 1, Sha256.BLOCK_WORDS, 1, RoundsWriter::begin);
            writer.method(type, "digest", WITH_STATE, RoundsWriter::digest);
            writer.method(type, "known", WITH_TABLE, RoundsWriter::known);
            writer.methods(type, "halfKnown", 16, 31, form.rounds(), RoundsWriter::halfKnown);
            writer.method(type, "scheduled", WITHOUT_TABLE, RoundsWriter::scheduled);
            writer.method(type, "lastWord", WITHOUT_TABLE, RoundsWriter::lastWord);
        });
    }

    /** What a piece of the rounds does with the vectors that go abreast. */
    private interface Piece {
        void write(RoundsWriter writer, List<Column> columns);
    }

    /** The same, where the first round must be known. */
    private interface PieceFrom {
        void write(RoundsWriter writer, List<Column> columns, int from);
    }

    private void method(ClassBuilder type, String name, MethodTypeDesc descriptor, Piece piece) {
        type.withMethodBody(name, descriptor, ClassFile.ACC_PUBLIC, code -> {
            List<Column> columns = IntStream.range(0, form.abreast())
                    .mapToObj(index -> new Column(code, form, index))
                    .toList();
            columns.getFirst().addresses(descriptor.parameterCount() - 1, WRITTEN, mask);
            piece.write(this, columns);
            code.return_();
        });
    }

    /** A method for each first round that the parameter may name, and one that calls the right one. */
    private void methods(ClassBuilder type, String name, int first, int last, int step, PieceFrom piece) {
        type.withMethodBody(name, WITH_TABLE, ClassFile.ACC_PUBLIC, code -> {
            List<SwitchCase> cases = new ArrayList<>();
            for (int from = first; from <= last; from += step) {
                cases.add(SwitchCase.of(from, code.newLabel()));
            }
            Label nothing = code.newLabel();
            code.iload(Column.ROUND).lookupswitch(nothing, cases);
            for (SwitchCase one : cases) {
                code.labelBinding(one.target())
                        .aload(Column.THIS)
                        .lload(Column.MEMORY)
                        .iload(Column.ROUND)
                        .lload(Column.TABLE)
                        .invokevirtual(WRITTEN, name + one.caseValue(), WITH_TABLE)
                        .return_();
            }
            code.labelBinding(nothing).return_();
        });
        for (int from = first; from <= last; from += step) {
            int round = from;
            method(type, name + from, WITH_TABLE, (writer, columns) -> piece.write(writer, columns, round));
        }
    }

    // ---- the pieces

    private void begin(List<Column> columns, int from) {
        columns.forEach(column -> column.loadState(Rounds.START, from));
        for (int round = from; round < form.endOfPiece(from); round++) {
            for (Column column : columns) {
                column.round(round, column.inTable(round - from));
            }
        }
        columns.forEach(Column::storeState);
    }

    private void digest(List<Column> columns) {
        columns.forEach(Column::beginDigest);
        for (int i = 1; i < form.rounds(); i++) {
            for (Column column : columns) {
                column.round(i, column.inTable(i));
            }
        }
        columns.forEach(Column::storeState);
    }

    private void known(List<Column> columns) {
        columns.forEach(Column::loadState);
        for (int i = 0; i < form.rounds(); i++) {
            for (Column column : columns) {
                column.round(i, column.inTable(i));
            }
        }
        columns.forEach(Column::storeState);
    }

    private void halfKnown(List<Column> columns, int from) {
        columns.forEach(Column::loadState);
        for (int i = 0; i < form.rounds(); i++) {
            columns.getFirst().setK(i);
            for (Column column : columns) {
                column.round(i, sum(column.halfKnownWord(i, from + i), Column.k()));
            }
        }
        columns.forEach(Column::storeState);
        columns.forEach(Column::storeWords);
    }

    private void scheduled(List<Column> columns) {
        columns.forEach(Column::loadState);
        columns.forEach(Column::loadWords);
        for (int i = 0; i < form.rounds(); i++) {
            columns.getFirst().setK(i);
            for (Column column : columns) {
                column.round(i, sum(column.nextWord(i), Column.k()));
            }
        }
        columns.forEach(Column::storeState);
        columns.forEach(Column::storeWords);
    }

    private void lastWord(List<Column> columns) {
        columns.forEach(Column::loadState);
        columns.forEach(Column::loadWords);
        int last = form.rounds() - 4;
        for (int i = 0; i <= last; i++) {
            columns.getFirst().setK(i);
            for (Column column : columns) {
                Lanes kAndW = sum(column.nextWord(i), Column.k());
                if (i < last - 3) {
                    column.round(i, kAndW);
                } else { // The new a would come too late to become the last e.
                    column.nextE(i, kAndW);
                }
            }
        }
        columns.forEach(column -> column.storeLastWord(last));
    }
}
