package org.sluice.worker.search;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;

/** The kinds of work that kernels may differ in, each with a sample to measure. */
public enum WorkKind {
    /** A block header with one version. */
    HEADER("header", new Work.Header(Samples.HEADER, false)),
    /** A block header whose version is searched too. */
    HEADER_ROLLING("header-rolling", new Work.Header(Samples.HEADER, true)),
    /** SHA-256 of an integer. */
    INTEGER("integer", new Work.Integers("SHA-256", Bytes.EMPTY));

    private final String label;
    private final Work sample;

    WorkKind(String label, Work sample) {
        this.label = label;
        this.sample = sample;
    }

    /** The kind's name as people read it. */
    public String label() {
        return label;
    }

    /** A work of this kind. */
    public Work sample() {
        return sample;
    }

    /** The kind that the work is most like. */
    public static WorkKind of(Work work) {
        return switch (work) {
            case Work.Integers _ -> INTEGER;
            case Work.Header header -> header.rollVersion() ? HEADER_ROLLING : HEADER;
        };
    }

    private static final class Samples {
        /** Bitcoin's block 125552 without its nonce. */
        static final Bytes HEADER = Bytes.fromHex(String.join("",
                "01000000",
                "81cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000",
                "e320b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122b",
                "c7f5d74d",
                "f2b9441a"));
    }
}
