package org.sluice.worker.search;

import org.sluice.protocol.value.BlockSpace;
import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;

/** The kinds of work that kernels may differ in, each with a sample to measure. */
public enum WorkKind {
    /** A block header with one version. */
    HEADER("header"),
    /** A block header whose version is searched too. */
    HEADER_ROLLING("header-rolling"),
    /** SHA-256 of an integer. */
    INTEGER("integer");

    private final String label;

    WorkKind(String label) {
        this.label = label;
    }

    /** The kind's name as people read it. */
    public String label() {
        return label;
    }

    /**
     * The kind of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static WorkKind labelled(String label) {
        for (WorkKind kind : values()) {
            if (kind.label.equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no kind of work: " + label);
    }

    /** A work of this kind. */
    public Work.Plain sample() {
        return switch (this) {
            case HEADER -> new Work.Header(block125552(), false);
            case HEADER_ROLLING -> new Work.Header(block125552(), true);
            case INTEGER -> new Work.Integers("SHA-256", Bytes.EMPTY);
        };
    }

    /** The kind that the work is most like. */
    public static WorkKind of(Work work) {
        return switch (work) {
            case Work.Integers _ -> INTEGER;
            case Work.Header header -> header.rollVersion() ? HEADER_ROLLING : HEADER;
            case Work.Block(BlockSpace space) -> of(space.header());
        };
    }

    /** The header of Bitcoin's block 125552 without its nonce: version, parent, transactions, time, bits. */
    private static Bytes block125552() {
        return Bytes.fromHex("01000000"
                + "81cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000"
                + "e320b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122b"
                + "c7f5d74d"
                + "f2b9441a");
    }
}
