package org.sluice.worker.search.device;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Work;
import org.sluice.worker.search.Reference;
import org.sluice.worker.search.WorkKind;

/** A form of messages for which {@code search.cl} is built by itself, named as there. */
public enum OpenClForm {
    HEADER(3), ROLLED(0), INTEGER(1), ANY(0);

    private final int firstRound;

    OpenClForm(int firstRound) {
        this.firstRound = firstRound;
    }

    /** The first round of the first block that the device does: those before are the same for all integers. */
    int firstRound() {
        return firstRound;
    }

    /** A work whose messages have this form. */
    public Work.Plain sample() {
        return switch (this) {
            case HEADER -> WorkKind.HEADER.sample();
            case ROLLED -> WorkKind.HEADER_ROLLING.sample();
            case INTEGER -> WorkKind.INTEGER.sample();
            case ANY -> new Work.Integers(Reference.DOUBLE_SHA_256, Bytes.fromHex("736c75696365"));
        };
    }

    public static OpenClForm of(Work.Plain work) {
        return switch (work) {
            case Work.Header header -> header.rollVersion() ? ROLLED : HEADER;
            case Work.Integers integers -> integers.prefix().length() == 0 && !Reference.isDouble(work) ? INTEGER : ANY;
        };
    }
}
