package org.sluice.worker.search;

import org.sluice.protocol.value.Bytes;
import org.sluice.protocol.value.Goal;
import org.sluice.protocol.value.Work;

/** Real headers of the Bitcoin chain, and how many zeros their targets begin with. */
public final class Blocks {
    public static final Work.Header GENESIS = new Work.Header(Bytes.fromHex("01000000" + "00".repeat(32)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a" + "29ab5f49" + "ffff001d"), false);
    public static final long GENESIS_NONCE = 2_083_236_893L;
    /** The target of the bits 1d00ffff: 0x00ffff x 256^(0x1d - 3). */
    public static final Goal GENESIS_TARGET = target("00000000ffff");

    public static final Work.Header BLOCK_125552 = new Work.Header(Bytes.fromHex("01000000"
            + "81cd02ab7e569e8bcd9317e2fe99f2de44d49ab2b8851ba4a308000000000000"
            + "e320b6c2fffc8d750423db8b1eb942ae710e951ed797f7affc8892b0f1fc122b" + "c7f5d74d" + "f2b9441a"), false);
    public static final long NONCE_125552 = 2_504_433_986L;
    /** The target of the bits 1a44b9f2. */
    public static final Goal TARGET_125552 = target("00000000000044b9f2");

    private Blocks() {}

    /** The target that begins with the given digits and goes on with zeros. */
    static Goal target(String digits) {
        return new Goal.Target(Bytes.fromHex(digits + "0".repeat(64 - digits.length())));
    }
}
